package dev.firn.archive;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.archive.Location.Holder;
import dev.firn.store.ObjectStore;
import dev.firn.store.ObjectStore.Versioned;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The file {@code firn.json} at the root of a location: which catalogue owns each namespace there, and its epoch. Changed
 * only by compare-and-swap, so that of two owners who both mean to go on, one learns that it is none. Epochs are made and
 * remembered by the caller; {@link Fence} is the order in which to do that.
 */
public final class LocationIdentity {

    /** Where it is. */
    public static final String KEY = "firn.json";

    /** Others that share the location may be changing their own entries at the same moment. */
    private static final int MOST_TRIES = 50;

    private final ObjectStore store;
    private final Clock clock;
    private final Supplier<String> randomIds;

    /**
     * The identity of the location that the store stands for.
     *
     * @param randomIds makes the id of a location that has none yet
     */
    public LocationIdentity(ObjectStore store, Clock clock, Supplier<String> randomIds) {
        this.store = store;
        this.clock = clock;
        this.randomIds = randomIds;
    }

    /** Nothing where nobody claimed anything yet. */
    public Optional<Location> read() {
        return store.get(KEY).map(this::parse);
    }

    /** Who owns a namespace here; nothing where nobody does. */
    public Optional<Holder> holder(String namespace) {
        return read().map(location -> location.namespaces().get(namespace));
    }

    /**
     * Makes a catalogue the owner of a namespace that has none. Done again with the same epoch it changes nothing.
     *
     * @throws FirnException of category REFUSED when somebody else owns it, or an archive of unknown owner lies there
     */
    public Location claim(String namespace, String catalogId, String database, String firstEpoch) {
        return change(namespace, location -> {
            Holder holder = location.namespaces().get(namespace);
            if (holder == null) {
                requireNoOrphans(namespace);
                return location.with(namespace, newHolder(catalogId, database, firstEpoch));
            }
            if (!holder.catalogId().equals(catalogId)) {
                throw heldByAnother(namespace, holder, "claiming it");
            }
            if (!holder.epoch().equals(firstEpoch)) {
                throw movedOn(namespace, holder, "claiming it");
            }
            return location;
        });
    }

    /**
     * Moves a namespace's epoch on. Where it stands at the next one already, an earlier call got through unseen.
     *
     * @param expectedEpochs those at which the catalogue knows that it may stand
     */
    public Location raise(String namespace, String catalogId, Set<String> expectedEpochs, String nextEpoch) {
        return change(namespace, location -> {
            Holder holder = require(location, namespace, catalogId, "raising its epoch");
            if (holder.epoch().equals(nextEpoch)) {
                return location;
            }
            if (!expectedEpochs.contains(holder.epoch())) {
                throw movedOn(namespace, holder, "raising its epoch");
            }
            return location.with(namespace, holder.at(nextEpoch));
        });
    }

    /** Moves the epoch on from exactly this one; answers false when it stands elsewhere by now. */
    boolean raiseFrom(String namespace, String catalogId, String seen, String nextEpoch) {
        Location after = change(namespace, location -> {
            Holder holder = require(location, namespace, catalogId, "raising its epoch");
            return holder.epoch().equals(seen) ? location.with(namespace, holder.at(nextEpoch)) : location;
        });
        return after.namespaces().get(namespace).epoch().equals(nextEpoch);
    }

    /**
     * Makes sure that the catalogue still is the owner: one small request, for before each step that counts. Answers the
     * epoch at which the namespace stands.
     *
     * @param expectedEpochs those at which the catalogue knows, now, that it may stand
     */
    public String check(String namespace, String catalogId, Set<String> expectedEpochs) {
        Location location = read().orElseThrow(() -> unclaimed(namespace, "making sure of its owner"));
        Holder holder = require(location, namespace, catalogId, "making sure of its owner");
        if (!expectedEpochs.contains(holder.epoch())) {
            throw movedOn(namespace, holder, "making sure of its owner");
        }
        return holder.epoch();
    }

    /** Makes a catalogue the owner whoever owned the namespace before: because somebody said so. */
    public Location takeOver(String namespace, String catalogId, String database, String nextEpoch) {
        return change(namespace, location -> {
            Holder holder = location.namespaces().get(namespace);
            boolean done = holder != null
                    && holder.catalogId().equals(catalogId)
                    && holder.epoch().equals(nextEpoch);
            return done ? location : location.with(namespace, newHolder(catalogId, database, nextEpoch));
        });
    }

    private Location change(String namespace, UnaryOperator<Location> change) {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            Optional<Versioned> there = store.get(KEY);
            Location before = there.map(this::parse).orElseGet(() -> new Location(randomIds.get(), Map.of()));
            Location after = change.apply(before);
            if (there.isPresent() && after.equals(before)) {
                return after;
            }
            byte[] json = LocationJson.write(after);
            boolean swapped = there.isEmpty()
                    ? store.putIfAbsent(KEY, json)
                    : store.replace(KEY, json, there.get().version());
            if (swapped) {
                return after;
            }
        }
        throw new FirnException(
                Category.PASSING,
                where(namespace),
                "changing '%s': others changed it %d times in between; nothing was changed".formatted(KEY, MOST_TRIES),
                "the next run tries again; if it happens often, give the namespaces locations of their own");
    }

    private Holder require(Location location, String namespace, String catalogId, String doing) {
        Holder holder = location.namespaces().get(namespace);
        if (holder == null) {
            throw unclaimed(namespace, doing);
        }
        if (!holder.catalogId().equals(catalogId)) {
            throw heldByAnother(namespace, holder, doing);
        }
        return holder;
    }

    private void requireNoOrphans(String namespace) {
        AtomicLong objects = new AtomicLong();
        String probes = ArchiveLayout.probePrefix(namespace);
        store.list(ArchiveLayout.namespacePrefix(namespace), found -> {
            if (!found.key().startsWith(probes)) {
                objects.incrementAndGet();
            }
        });
        if (objects.get() > 0) {
            throw new FirnException(
                    Category.REFUSED,
                    where(namespace),
                    "claiming it: %d objects of its archive lie there, but '%s' does not say whose they are; nothing was"
                                    .formatted(objects.get(), KEY)
                            + " changed",
                    "bring back '%s' from an older version or a backup; if this database is the rightful owner, say so"
                                    .formatted(KEY)
                            + " with --take-over");
        }
    }

    private Holder newHolder(String catalogId, String database, String epoch) {
        return new Holder(catalogId, database, epoch, clock.instant().truncatedTo(ChronoUnit.SECONDS));
    }

    private Location parse(Versioned there) {
        return LocationJson.read(store.url(), there.content());
    }

    private String where(String namespace) {
        return namespace + " in " + store.url();
    }

    private FirnException unclaimed(String namespace, String doing) {
        return new FirnException(
                Category.REFUSED,
                where(namespace),
                doing + ": nobody owns this namespace there; nothing was changed",
                "see that the location is the right one; `archiver init` claims a new one");
    }

    private FirnException heldByAnother(String namespace, Holder holder, String doing) {
        return new FirnException(
                Category.REFUSED,
                where(namespace),
                "%s: since %s it belongs to catalogue %s of database %s; nothing was changed"
                        .formatted(doing, holder.since(), holder.catalogId(), holder.database()),
                "give this namespace another name or another location; if this database is to own the archive from now"
                        + " on, stop the other one and say so with --take-over");
    }

    private FirnException movedOn(String namespace, Holder holder, String doing) {
        return new FirnException(
                Category.REFUSED,
                where(namespace),
                "%s: the archive has moved on without this database: it stands at an epoch that the catalogue here never"
                                .formatted(doing)
                        + " knew, though both are catalogue %s of database %s; this database is a copy of the one that"
                                .formatted(holder.catalogId(), holder.database())
                        + " owns the archive, or was restored to an earlier time; nothing was changed",
                "point a copy at a location of its own; if this database is the rightful owner from now on, stop the"
                        + " other one and say so with --take-over");
    }
}
