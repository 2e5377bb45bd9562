package dev.firn.archive;

import dev.firn.FaultPoints;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import dev.firn.archive.Manifest.DataFile;
import dev.firn.store.ObjectStore;
import dev.firn.store.ObjectStore.ObjectInfo;
import dev.firn.store.ObjectStore.PendingUpload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All that removes anything from an archive. Manifests stay for ever, as history; of files only those go that have
 * {@link Expiry expired}, or whose rows are elsewhere by then: under {@code data/} for an attempt that was promoted, in the
 * copy that superseded them, or still in the database for an attempt that no manifest names. Whatever is interrupted is
 * finished by doing it again.
 */
public final class ArchiveCleaner {

    private final ObjectStore store;
    private final ArchiveLayout layout;
    private final FaultPoints faults;
    private final Archive archive;
    private final Manifests manifests;
    private final Set<String> undecided;

    ArchiveCleaner(
            ObjectStore store,
            ArchiveLayout layout,
            FaultPoints faults,
            Archive archive,
            Manifests manifests,
            Set<String> undecided) {
        this.store = store;
        this.layout = layout;
        this.faults = faults;
        this.archive = archive;
        this.manifests = manifests;
        this.undecided = undecided;
    }

    /** Removes what an attempt has in {@code incoming/}, after its files were promoted. */
    public void dropIncoming(Promoted promoted) {
        Manifest manifest = promoted.manifest();
        if (!archive.isPromoted(manifest)) {
            throw ArchiveFailures.notPromoted(manifest);
        }
        sweep(manifest.attempt());
    }

    /**
     * Removes files and uploads of an attempt that came to nothing: by the worker itself that gave up, or by the janitor
     * once the attempt is so old that nobody can be at work on it. Refuses for one that is published, or may be.
     */
    public void discardAttempt(Attempt attempt) {
        if (undecided.contains(attempt.id())) {
            throw ArchiveFailures.stillCounts(attempt, "whether its manifest was published is not known");
        }
        Optional<Manifest> published = archive.manifest(attempt.range(), attempt.generation());
        if (published.isPresent() && published.get().attempt().equals(attempt)) {
            throw ArchiveFailures.stillCounts(attempt, "its manifest is published");
        }
        sweep(attempt);
    }

    /** All that lies in {@code incoming/}, by range and id. What has no key of Firn's is passed over, and never removed. */
    public List<AttemptFiles> attempts(TimeKind kind) {
        return attempts(layout.incomingPrefix(), kind);
    }

    /** The attempts at exactly this range that have anything in {@code incoming/}. */
    public List<AttemptFiles> attempts(TimeRange range) {
        return attempts(layout.incomingPrefix(range), range.kind());
    }

    /** The manifests that others supersede, and that have files all the same: what is to be {@link #retire retired}. */
    public List<Manifest> superseded() {
        Set<String> keys = manifests.history().superseded();
        if (keys.isEmpty()) {
            return List.of();
        }
        Set<String> there = new HashSet<>();
        store.list(layout.dataPrefix(), found -> there.add(found.key()));
        store.list(layout.incomingPrefix(), found -> there.add(found.key()));
        return manifests.read(keys).stream()
                .filter(manifest -> manifest.files().stream()
                        .anyMatch(file -> there.contains(file.key()) || there.contains(file.incomingKey())))
                .toList();
    }

    /** The same of exactly this range, by looking for each file. */
    public List<Manifest> superseded(TimeRange range) {
        String prefix = layout.manifestsPrefix(range);
        List<String> keys = manifests.history().superseded().stream()
                .filter(key -> key.startsWith(prefix))
                .toList();
        return manifests.read(keys).stream()
                .filter(manifest -> manifest.files().stream()
                        .anyMatch(file -> store.head(file.key()).isPresent()
                                || store.head(file.incomingKey()).isPresent()))
                .toList();
    }

    /**
     * Removes the files of a superseded manifest once all that now stands for it has been whole under {@code data/} for a
     * while; answers whether they are gone. The manifest itself stays.
     *
     * @param promotedBefore queries that began before the replacement was there may still read the old files: when the
     *     newest file of the replacement must have been there at the latest, by the store's clock
     */
    public boolean retire(Manifest superseded, Instant promotedBefore) {
        History history = manifests.history();
        if (history.isLive(superseded.key())) {
            throw ArchiveFailures.stillCounts(superseded, "nothing supersedes it");
        }
        Set<String> kept = new HashSet<>();
        Set<String> successors = history.successors(superseded.key());
        for (String key : successors) {
            // Nothing takes the place of what has expired.
            Optional<Expiry> expiry = manifests.expiry(key);
            if (expiry.isPresent() && expiry.get().expiredAt().isAfter(promotedBefore)) {
                return false;
            }
        }
        for (Manifest successor : manifests.copiesOf(successors)) {
            if (!archive.isPromoted(successor) || newestSign(successor).isAfter(promotedBefore)) {
                return false;
            }
            successor.files().forEach(file -> kept.add(file.key()));
        }
        // First what it could be promoted from again by a worker that sleeps over it.
        sweep(superseded.attempt());
        for (DataFile file : superseded.files()) {
            if (kept.contains(file.key())) {
                throw ArchiveFailures.stillCounts(superseded, "'%s' belongs to a live copy".formatted(file.key()));
            }
            remove(file.key());
        }
        return true;
    }

    /** The files of {@link #retire retired} manifests that are still there: none of them counts. */
    public List<ObjectInfo> filesOf(Manifest superseded) {
        return superseded.files().stream()
                .flatMap(file -> Stream.of(file.key(), file.incomingKey()))
                .flatMap(key -> store.head(key).stream())
                .toList();
    }

    /** Objects under {@code data/} that no manifest names: there must be none, since readers take them for rows. */
    public List<ObjectInfo> strayData() {
        List<ObjectInfo> found = new ArrayList<>();
        store.list(layout.dataPrefix(), found::add);
        // Listed before the manifests are read: what is promoted meanwhile is not in the list.
        Set<String> named = new HashSet<>();
        archive.manifests().forEach(manifest -> manifest.files().forEach(file -> named.add(file.key())));
        return found.stream().filter(each -> !named.contains(each.key())).toList();
    }

    private Instant newestSign(Manifest manifest) {
        return manifest.files().stream()
                .flatMap(file -> store.head(file.key()).stream())
                .map(ObjectInfo::modified)
                .reduce(manifest.createdAt(), (a, b) -> a.isAfter(b) ? a : b);
    }

    private List<AttemptFiles> attempts(String prefix, TimeKind kind) {
        Map<String, List<ObjectInfo>> files = new TreeMap<>();
        Map<String, List<PendingUpload>> uploads = new TreeMap<>();
        Map<String, Attempt> attempts = new TreeMap<>();
        store.list(prefix, file -> ownerOf(file.key(), kind, attempts)
                .ifPresent(owner ->
                        files.computeIfAbsent(owner, k -> new ArrayList<>()).add(file)));
        store.pendingUploads(prefix).forEach(upload -> ownerOf(upload.key(), kind, attempts)
                .ifPresent(owner ->
                        uploads.computeIfAbsent(owner, k -> new ArrayList<>()).add(upload)));
        return attempts.entrySet().stream()
                .map(entry -> new AttemptFiles(
                        entry.getValue(),
                        files.getOrDefault(entry.getKey(), List.of()),
                        uploads.getOrDefault(entry.getKey(), List.of())))
                .toList();
    }

    private Optional<String> ownerOf(String key, TimeKind kind, Map<String, Attempt> attempts) {
        Attempt attempt;
        try {
            attempt = layout.attemptOf(key, kind);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        String prefix = layout.incomingPrefix(attempt);
        attempts.put(prefix, attempt);
        return Optional.of(prefix);
    }

    private void sweep(Attempt attempt) {
        String prefix = layout.incomingPrefix(attempt);
        for (PendingUpload upload : store.pendingUploads(prefix)) {
            faults.reached(Archive.REMOVE);
            store.abort(upload);
        }
        List<String> keys = new ArrayList<>();
        store.list(prefix, found -> keys.add(found.key()));
        keys.forEach(this::remove);
    }

    private void remove(String key) {
        faults.reached(Archive.REMOVE);
        store.delete(key);
    }
}
