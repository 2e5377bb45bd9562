package dev.firn.archive;

import dev.firn.TimeRange;
import dev.firn.store.ObjectStore;
import dev.firn.types.Column;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The published manifests of one table, as the store has them at this moment. */
final class Manifests {

    private final ObjectStore store;
    private final ArchiveLayout layout;
    private final Map<String, List<String>> superseded = new ConcurrentHashMap<>();
    private final Set<Column> columns = Collections.synchronizedSet(new LinkedHashSet<>());

    Manifests(ObjectStore store, ArchiveLayout layout) {
        this.store = store;
        this.layout = layout;
    }

    Optional<Manifest> find(String key) {
        return store.get(key).map(found -> ManifestJson.read(layout, key, found.content()));
    }

    List<Manifest> all() {
        return read(keys(layout.manifestsPrefix()));
    }

    List<Manifest> live() {
        return read(history().live());
    }

    List<Manifest> liveOf(TimeRange range) {
        String prefix = layout.manifestsPrefix(range);
        return read(
                history().live().stream().filter(key -> key.startsWith(prefix)).toList());
    }

    /** Manifests by these keys, by range and generation; they must be there. */
    List<Manifest> read(Iterable<String> keys) {
        List<Manifest> manifests = new ArrayList<>();
        keys.forEach(key -> manifests.add(get(key)));
        manifests.sort(Comparator.comparing(Manifest::range).thenComparing(Manifest::generation));
        return List.copyOf(manifests);
    }

    int lastGeneration(TimeRange range) {
        return keys(layout.manifestsPrefix(range)).stream()
                .mapToInt(layout::generationOf)
                .max()
                .orElse(0);
    }

    /** Costs one listing, and one request for each manifest not seen before; the columns of most are the same. */
    List<Column> columns() {
        keys(layout.manifestsPrefix()).forEach(this::supersedes);
        synchronized (columns) {
            return List.copyOf(columns);
        }
    }

    /** Costs one listing, and one request for each manifest not seen before. */
    History history() {
        return History.of(keys(layout.manifestsPrefix()), this::supersedes);
    }

    /** Kept, as the columns are, because a manifest never changes. */
    private List<String> supersedes(String key) {
        return superseded.computeIfAbsent(key, unseen -> {
            Manifest manifest = get(unseen);
            columns.addAll(manifest.description().columns());
            return manifest.supersedes();
        });
    }

    private Manifest get(String key) {
        return find(key).orElseThrow(() -> ArchiveFailures.vanished(key));
    }

    private SortedSet<String> keys(String prefix) {
        SortedSet<String> keys = new TreeSet<>();
        store.list(prefix, found -> {
            try {
                layout.generationOf(found.key());
            } catch (IllegalArgumentException e) {
                throw ArchiveFailures.notAManifest(found.key(), e);
            }
            keys.add(found.key());
        });
        return keys;
    }
}
