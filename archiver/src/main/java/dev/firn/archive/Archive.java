package dev.firn.archive;

import dev.firn.FaultPoints;
import dev.firn.TimeRange;
import dev.firn.archive.Manifest.DataFile;
import dev.firn.store.ObjectStore;
import dev.firn.types.Column;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The archive of one table. Workers may overtake each other or sleep for days between any two instructions: an attempt
 * writes below its own id, publishing its manifest under a key that only one can have decides between attempts, and only
 * what is published is promoted. Safe for use by several threads.
 */
public final class Archive {

    /** Just before the manifest is written. */
    public static final String PUBLISH = "archive.publish";

    /** Just before a file is copied to where readers find it. */
    public static final String PROMOTE = "archive.promote";

    /** Just before it is written that copies have expired. */
    public static final String EXPIRE = "archive.expire";

    /** Just before something is removed. */
    public static final String REMOVE = "archive.remove";

    private final ObjectStore store;
    private final ArchiveLayout layout;
    private final FaultPoints faults;
    private final Manifests manifests;
    private final Set<String> undecided = ConcurrentHashMap.newKeySet();
    private final Set<String> justProven = ConcurrentHashMap.newKeySet();

    public Archive(ObjectStore store, ArchiveLayout layout, FaultPoints faults) {
        this.store = store;
        this.layout = layout;
        this.faults = faults;
        this.manifests = new Manifests(store, layout);
    }

    public ArchiveLayout layout() {
        return layout;
    }

    /** All that removes anything. */
    public ArchiveCleaner cleaner() {
        return new ArchiveCleaner(store, layout, faults, this, manifests, undecided);
    }

    /**
     * Starts a try at copying a range. To be called before anything is read from the chunk: the generation it settles is
     * what keeps a copy made before another one was published from being published after it.
     *
     * @param random made for this attempt alone: 8 to 40 small letters and digits
     */
    public Attempt begin(TimeRange range, String random) {
        return Attempt.of(range, nextGeneration(range), random);
    }

    public int nextGeneration(TimeRange range) {
        return Math.addExact(manifests.lastGeneration(range), 1);
    }

    /** All that were ever published, by range and generation. */
    public List<Manifest> manifests() {
        return manifests.all();
    }

    /** The same with what became of them. */
    public Chronicle chronicle() {
        return manifests.chronicle();
    }

    /** Every column that any manifest names, in no order; the name and id of each are taken for ever. */
    public List<Column> columnsEverUsed() {
        return manifests.columns();
    }

    public Optional<Manifest> manifest(TimeRange range, int generation) {
        return manifests.find(layout.manifestKey(range, generation));
    }

    /** What the archive consists of now: the manifests that none supersedes, by range and generation. */
    public List<Manifest> live() {
        return manifests.live();
    }

    /** The live manifests of exactly this range. */
    public List<Manifest> liveOf(TimeRange range) {
        return manifests.liveOf(range);
    }

    /** That copies have expired, by range and generation. */
    public List<Expiry> expiries() {
        return manifests.expiries();
    }

    /** The last time that something of exactly this range expired. */
    public Optional<Expiry> expiryOf(TimeRange range) {
        return manifests.expiries().stream()
                .filter(expiry -> expiry.range().equals(range))
                .reduce((earlier, later) -> later);
    }

    /**
     * Says for good that all that is live of a range has expired; answers false where something else has been published
     * under its generation. Done twice, it answers twice the same. No file is removed by it, but none counts any more:
     * {@link ArchiveCleaner#retire} takes them away.
     */
    public boolean expire(Expiry expiry) {
        requireOfThisTable(expiry.layout(), expiry);
        Optional<Entry> before = manifests.entry(expiry.key());
        if (before.isPresent()) {
            return before.get().equals(expiry);
        }
        List<String> live =
                manifests.liveOf(expiry.range()).stream().map(Manifest::key).toList();
        if (!Set.copyOf(live).equals(Set.copyOf(expiry.supersedes()))) {
            throw ArchiveFailures.notAllThatIsLive(expiry, live);
        }
        if (expiry.heads().isPresent() && store.head(expiry.heads().get().key()).isEmpty()) {
            throw ArchiveFailures.headsGone(expiry);
        }
        // Whoever publishes a copy from here on takes the key of this generation, since his is not a later one.
        faults.reached(EXPIRE);
        return store.putIfAbsent(expiry.key(), EntryJson.write(expiry))
                || manifests.entry(expiry.key()).equals(Optional.of(expiry));
    }

    /**
     * Takes the key of a generation; answers false where something has expired under it. Done twice, or where a copy has the
     * key already, it is well.
     */
    public boolean reprieve(Reprieve reprieve) {
        requireOfThisTable(reprieve.layout(), reprieve);
        return store.putIfAbsent(reprieve.key(), EntryJson.write(reprieve))
                || !(manifests.entry(reprieve.key()).orElseThrow(() -> ArchiveFailures.vanished(reprieve.key()))
                        instanceof Expiry);
    }

    /**
     * Publishes a proven copy unless another attempt at the same generation was faster. Done twice, it answers twice the
     * same.
     */
    public Publication publish(Proof proof, Manifest manifest) {
        requireOfThisTable(manifest);
        proof.requireCovers(manifest);
        Optional<Entry> before = manifests.entry(manifest.key());
        if (before.isPresent()) {
            return decide(manifest, before.get());
        }
        requireReplaceable(manifest);
        requireStillThere(manifest);
        byte[] json = ManifestJson.write(manifest);
        // Until the store has answered, whether the attempt counts is not known, and nothing of it may be removed.
        undecided.add(manifest.attempt().id());
        faults.reached(PUBLISH);
        boolean made = store.putIfAbsent(manifest.key(), json);
        Publication outcome = made
                ? new Publication.Won(manifest)
                : decide(
                        manifest,
                        manifests.entry(manifest.key()).orElseThrow(() -> ArchiveFailures.vanished(manifest.key())));
        undecided.remove(manifest.attempt().id());
        if (outcome instanceof Publication.Won) {
            justProven.add(manifest.attempt().id());
        }
        return outcome;
    }

    /**
     * Puts the files of a published, live manifest to where readers find them. Goes on where an earlier call ended, and
     * does nothing more once all are there.
     */
    public Promoted promote(Manifest manifest) {
        requirePublished(manifest);
        requireLive(manifest);
        try {
            manifest.files().forEach(file -> promote(manifest, file));
        } catch (RuntimeException e) {
            takeBackIfSuperseded(manifest);
            throw e;
        }
        justProven.remove(manifest.attempt().id());
        takeBackIfSuperseded(manifest);
        return new Promoted(manifest);
    }

    private void promote(Manifest manifest, DataFile file) {
        if (store.head(file.incomingKey()).isPresent()) {
            requireUnaltered(manifest, file);
            faults.reached(PROMOTE);
            store.copy(file.incomingKey(), file.key(), file.content());
        } else if (!isThere(file.key(), file)) {
            throw ArchiveFailures.broken(manifest, file.key());
        }
    }

    /** Overtaken while it copied: what it brought back goes again, or a reader would count those rows twice. */
    private void takeBackIfSuperseded(Manifest manifest) {
        if (!manifests.history().isLive(manifest.key())) {
            cleaner().retire(manifest, Instant.MAX);
            throw ArchiveFailures.superseded(manifest);
        }
    }

    public boolean isPromoted(Manifest manifest) {
        return presence(manifest) == Presence.PROMOTED;
    }

    /** Where its files are, by name and size: what they hold is for a scrub to say. */
    public Presence presence(Manifest manifest) {
        requireOfThisTable(manifest);
        Presence presence = Presence.PROMOTED;
        for (DataFile file : manifest.files()) {
            if (!isThere(file.key(), file)) {
                if (store.head(file.key()).isPresent() || !isThere(file.incomingKey(), file)) {
                    return Presence.BROKEN;
                }
                presence = Presence.PROMOTABLE;
            }
        }
        return presence;
    }

    /** Whether no file of it is left, neither where readers find them nor where they were put first. */
    public boolean isLost(Manifest manifest) {
        return presence(manifest) == Presence.BROKEN
                && manifest.files().stream()
                        .allMatch(file -> store.head(file.key()).isEmpty()
                                && store.head(file.incomingKey()).isEmpty());
    }

    private Publication decide(Manifest ours, Entry published) {
        if (published instanceof Manifest theirs) {
            return theirs.equals(ours) ? new Publication.Won(ours) : new Publication.Lost(theirs);
        }
        undecided.remove(ours.attempt().id());
        if (published instanceof Reprieve reprieve) {
            throw ArchiveFailures.reprieved(ours, reprieve);
        }
        throw ArchiveFailures.expired(ours, (Expiry) published);
    }

    private void requireReplaceable(Manifest manifest) {
        if (!manifest.supersedes().isEmpty()) {
            History history = manifests.history();
            for (String key : manifest.supersedes()) {
                if (!history.isLive(key)) {
                    throw ArchiveFailures.notReplaceable(manifest, key);
                }
            }
        }
    }

    private void requireStillThere(Manifest manifest) {
        for (DataFile file : manifest.files()) {
            if (!isThere(file.incomingKey(), file)) {
                throw ArchiveFailures.swept(manifest, file.incomingKey());
            }
        }
    }

    /**
     * What another process proved, at another time, is read again before readers get to see it: S3 compares a copy with
     * what is expected only once it is made.
     */
    private void requireUnaltered(Manifest manifest, DataFile file) {
        if (!justProven.contains(manifest.attempt().id())
                && store.head(file.key()).isEmpty()
                && !store.readBack(file.incomingKey()).equals(Optional.of(file.content()))) {
            throw ArchiveFailures.altered(manifest, file.incomingKey());
        }
    }

    private boolean isThere(String key, DataFile file) {
        return store.head(key)
                .filter(found -> found.size() == file.content().size())
                .isPresent();
    }

    private void requirePublished(Manifest manifest) {
        requireOfThisTable(manifest);
        if (!manifests.find(manifest.key()).equals(Optional.of(manifest))) {
            throw ArchiveFailures.notPublished(manifest);
        }
    }

    private void requireLive(Manifest manifest) {
        if (!manifests.history().isLive(manifest.key())) {
            throw ArchiveFailures.superseded(manifest);
        }
    }

    private void requireOfThisTable(Manifest manifest) {
        requireOfThisTable(manifest.layout(), manifest);
    }

    private void requireOfThisTable(ArchiveLayout its, Entry entry) {
        if (!its.equals(layout)) {
            throw new IllegalArgumentException("%s is not of %s".formatted(entry, layout));
        }
    }
}
