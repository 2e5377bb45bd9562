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
import java.util.function.Function;

/** The published manifests of one table, as the store has them at this moment. */
final class Manifests {

    private final ObjectStore store;
    private final ArchiveLayout layout;
    private final Map<String, List<String>> superseded = new ConcurrentHashMap<>();
    private final Map<String, Expiry> expiries = new ConcurrentHashMap<>();
    private final Set<String> reprieves = ConcurrentHashMap.newKeySet();
    private final Set<Column> columns = Collections.synchronizedSet(new LinkedHashSet<>());

    Manifests(ObjectStore store, ArchiveLayout layout) {
        this.store = store;
        this.layout = layout;
    }

    Optional<Entry> entry(String key) {
        return store.get(key).map(found -> EntryJson.read(layout, key, found.content()));
    }

    /** Nothing as well where what stands there is no copy. */
    Optional<Manifest> find(String key) {
        return entry(key).flatMap(found -> found instanceof Manifest copy ? Optional.of(copy) : Optional.empty());
    }

    List<Manifest> all() {
        List<Manifest> all = new ArrayList<>();
        for (String key : keys(layout.manifestsPrefix())) {
            Entry entry = entry(key).orElseThrow(() -> ArchiveFailures.vanished(key));
            if (entry instanceof Manifest manifest) {
                all.add(manifest);
            }
        }
        return inOrder(all);
    }

    /** Costs one listing, and one request for each manifest. */
    Chronicle chronicle() {
        List<Manifest> copies = new ArrayList<>();
        List<Expiry> expired = new ArrayList<>();
        history(key -> {
            Entry entry = noted(key);
            superseded.put(key, entry.supersedes());
            if (entry instanceof Manifest copy) {
                copies.add(copy);
            } else if (entry instanceof Expiry expiry) {
                expired.add(expiry);
            }
            return entry.supersedes();
        });
        return new Chronicle(inOrder(copies), inOrderOfExpiry(expired));
    }

    List<Manifest> live() {
        return read(liveKeys());
    }

    List<Manifest> liveOf(TimeRange range) {
        String prefix = layout.manifestsPrefix(range);
        return read(liveKeys().stream().filter(key -> key.startsWith(prefix)).toList());
    }

    /** Keys of the copies that nothing supersedes. */
    Set<String> liveKeys() {
        return copies(history().live());
    }

    /** That something has expired, by range and generation. */
    List<Expiry> expiries() {
        Set<String> all = history().all();
        return inOrderOfExpiry(expiries.values().stream()
                .filter(expiry -> all.contains(expiry.key()))
                .toList());
    }

    private static List<Expiry> inOrderOfExpiry(List<Expiry> expiries) {
        return expiries.stream()
                .sorted(Comparator.comparing(Expiry::range).thenComparing(Expiry::generation))
                .toList();
    }

    /** Of an entry that a {@link #history} has shown. */
    Optional<Expiry> expiry(String key) {
        return Optional.ofNullable(expiries.get(key));
    }

    /** The copies among these keys. */
    List<Manifest> copiesOf(Set<String> keys) {
        return read(copies(keys));
    }

    private Set<String> copies(Set<String> keys) {
        Set<String> copies = new TreeSet<>(keys);
        copies.removeAll(expiries.keySet());
        copies.removeAll(reprieves);
        return copies;
    }

    /** Manifests by these keys, by range and generation; they must be there. */
    List<Manifest> read(Iterable<String> keys) {
        List<Manifest> manifests = new ArrayList<>();
        keys.forEach(key -> manifests.add(get(key)));
        return inOrder(manifests);
    }

    private static List<Manifest> inOrder(List<Manifest> manifests) {
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
        return history(this::supersedes);
    }

    private History history(Function<String, List<String>> reader) {
        History history = History.of(keys(layout.manifestsPrefix()), reader);
        history.superseded().stream()
                .filter(key -> expiries.containsKey(key) || reprieves.contains(key))
                .findFirst()
                .ifPresent(key -> {
                    throw ArchiveFailures.notACopy(key);
                });
        return history;
    }

    /** Kept, as the columns are, because a manifest never changes. */
    private List<String> supersedes(String key) {
        return superseded.computeIfAbsent(key, unseen -> noted(unseen).supersedes());
    }

    private Entry noted(String key) {
        Entry entry = entry(key).orElseThrow(() -> ArchiveFailures.vanished(key));
        if (entry instanceof Expiry expiry) {
            expiries.put(key, expiry);
        } else if (entry instanceof Reprieve) {
            reprieves.add(key);
        } else if (entry instanceof Manifest manifest) {
            columns.addAll(manifest.description().columns());
        }
        return entry;
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
