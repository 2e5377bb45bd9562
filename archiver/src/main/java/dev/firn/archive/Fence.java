package dev.firn.archive;

import dev.firn.FaultPoints;
import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.archive.Location.Holder;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Keeps the rightful owner of an archive in, and every copy of its database out. Before each pass the epoch moves on, in
 * this order: read where it stands, refuse unless the catalogue knows that epoch; write the next one into the catalogue as
 * an intent and commit; swap it in, from exactly the epoch that was read; confirm it in the catalogue. A crash anywhere
 * leaves an epoch in the store that the catalogue knows, as current or as intended. A copy of the database knows only what
 * was known when it was copied; where it was copied between intent and swap, the first of the two to go on shuts the
 * other out.
 */
public final class Fence {

    /** After the intent is committed, before the store is asked. */
    public static final String INTENDED = "fence.intended";

    /** After the store has swapped, before the catalogue knows. */
    public static final String RAISED = "fence.raised";

    private static final int MOST_TRIES = 20;

    private final LocationIdentity identity;
    private final Ledger ledger;
    private final String namespace;
    private final String catalogId;
    private final Supplier<String> randomEpochs;
    private final FaultPoints faults;

    /** Where the catalogue remembers epochs; each call is one committed transaction. */
    public interface Ledger {

        /** All epochs at which the store may stand as far as the catalogue knows: the current one, and intents. */
        Set<String> expected();

        /**
         * Remembers that the store is about to go from one epoch, which it was seen to stand at, to the next; refuses when
         * it never meant the first.
         *
         * @param seen nothing where the namespace is about to be claimed
         */
        void intend(Optional<String> seen, String next);

        /** Makes an intended epoch the current one. */
        void confirm(String raised);
    }

    public Fence(
            LocationIdentity identity,
            Ledger ledger,
            String namespace,
            String catalogId,
            Supplier<String> randomEpochs,
            FaultPoints faults) {
        this.identity = identity;
        this.ledger = ledger;
        this.namespace = namespace;
        this.catalogId = catalogId;
        this.randomEpochs = randomEpochs;
        this.faults = faults;
    }

    /** Claims the location, or finds it claimed by this very catalogue; answers whose it is. */
    public Location claim(String database) {
        Set<String> expected = ledger.expected();
        Optional<Holder> holder = identity.holder(namespace);
        String first = holder.map(Holder::epoch).filter(expected::contains).orElseGet(randomEpochs);
        if (holder.isEmpty()) {
            ledger.intend(Optional.empty(), first);
            faults.reached(INTENDED);
        }
        Location location = identity.claim(namespace, catalogId, database, first);
        faults.reached(RAISED);
        ledger.confirm(first);
        return location;
    }

    /** Moves the epoch on before a pass, and answers the new one; refuses a copy of the database. */
    public String raise() {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            String seen = standing();
            String next = randomEpochs.get();
            if (!intend(seen, next)) {
                continue;
            }
            faults.reached(INTENDED);
            // From exactly the epoch that the intent follows: another worker's newer one must not be undone.
            boolean raised = identity.raiseFrom(namespace, catalogId, seen, next);
            faults.reached(RAISED);
            if (raised) {
                ledger.confirm(next);
                return next;
            }
        }
        throw new FirnException(
                Category.PASSING,
                namespace,
                "raising the epoch of its archive: other workers raised it %d times in between; nothing was changed"
                        .formatted(MOST_TRIES),
                "nothing to do: the next run tries again");
    }

    /** Answers false when another worker of this catalogue moved the epoch on since it was seen. */
    private boolean intend(String seen, String next) {
        try {
            ledger.intend(Optional.of(seen), next);
            return true;
        } catch (FirnException e) {
            if (standing().equals(seen)) {
                throw e;
            }
            return false;
        }
    }

    /** Makes sure, before a step that counts, that the archive still is this catalogue's. */
    public void check() {
        standing();
    }

    /**
     * The epoch in the store, if it is one of this catalogue's. Between the look into the catalogue and the one into the
     * store another worker of the same catalogue may move it on: then the catalogue has moved on as well.
     */
    private String standing() {
        Set<String> expected = ledger.expected();
        for (int tries = 1; ; tries++) {
            try {
                return identity.check(namespace, catalogId, expected);
            } catch (FirnException e) {
                Set<String> now = ledger.expected();
                if (now.equals(expected) || tries == MOST_TRIES) {
                    throw e;
                }
                expected = now;
            }
        }
    }
}
