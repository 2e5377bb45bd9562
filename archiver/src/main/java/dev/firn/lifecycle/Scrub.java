package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.LogContext;
import dev.firn.TableName;
import dev.firn.archive.Archive;
import dev.firn.archive.ArchiveLayout;
import dev.firn.archive.Manifest;
import dev.firn.catalog.Catalog;
import dev.firn.catalog.ScrubRecord;
import dev.firn.config.Share;
import dev.firn.config.TableConfig;
import dev.firn.store.ObjectStore;
import dev.firn.store.ObjectStore.ObjectInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Proves archived copies again, from the store and their manifests alone: of the database only the catalogue is asked, for
 * what was proven when. What did not prove is remembered until it does.
 */
final class Scrub {

    private final String namespace;
    private final ObjectStore store;
    private final Catalog catalog;
    private final Progress progress;
    private final Surroundings surroundings;

    Scrub(String namespace, ObjectStore store, Catalog catalog, Progress progress, Surroundings surroundings) {
        this.namespace = namespace;
        this.store = store;
        this.catalog = catalog;
        this.progress = progress;
        this.surroundings = surroundings;
    }

    ScrubSummary run(Collection<TableConfig> tables, Optional<String> chunk) {
        List<ScrubSummary.Result> results = new ArrayList<>();
        List<String> strays = new ArrayList<>();
        List<String> superseded = new ArrayList<>();
        for (TableConfig table : tables) {
            Archive archive = archive(table.name());
            for (Manifest manifest : archive.live()) {
                if (chunk.isEmpty()
                        || manifest.range()
                                .contains(Positions.parse(manifest.range().kind(), chunk.get()))) {
                    proven(archive, manifest).ifPresent(results::add);
                }
            }
            if (chunk.isEmpty()) {
                strays.addAll(strays(archive));
                superseded.addAll(superseded(archive));
            }
        }
        return new ScrubSummary(results, strays, superseded);
    }

    /**
     * A share of the bytes of these tables, of the copies whose last proof is the oldest. Each is remembered once it is
     * proven: who is interrupted goes on with the next one.
     */
    ScrubSummary run(Collection<TableConfig> tables, Share share) {
        Map<TableName, Archive> archives = new HashMap<>();
        List<Manifest> live = new ArrayList<>();
        Map<String, ScrubRecord> records = new HashMap<>();
        List<String> strays = new ArrayList<>();
        List<String> superseded = new ArrayList<>();
        for (TableConfig table : tables) {
            Archive archive = archive(table.name());
            archives.put(table.name(), archive);
            live.addAll(archive.live());
            records.putAll(catalog.scrubs(namespace, table.name()));
            strays.addAll(strays(archive));
            superseded.addAll(superseded(archive));
        }
        List<ScrubSummary.Result> results = new ArrayList<>();
        for (Manifest manifest : ScrubChoice.of(live, records, share)) {
            if (Thread.currentThread().isInterrupted()) {
                break;
            }
            Optional<ScrubRecord> now = Optional.ofNullable(
                    catalog.scrubs(namespace, manifest.table()).get(manifest.key()));
            boolean doneByAnother = !now.equals(Optional.ofNullable(records.get(manifest.key())));
            if (!doneByAnother) {
                proven(archives.get(manifest.table()), manifest).ifPresent(results::add);
            }
        }
        return new ScrubSummary(results, strays, superseded);
    }

    private Archive archive(TableName table) {
        return new Archive(store, new ArchiveLayout(namespace, table), surroundings.faults());
    }

    private static List<String> strays(Archive archive) {
        return archive.cleaner().strayData().stream().map(ObjectInfo::key).toList();
    }

    /** Removed once what took their place is there, by the next look at the table: until then they are nobody's fault. */
    private List<String> superseded(Archive archive) {
        return archive.cleaner().superseded().stream()
                .flatMap(old -> old.files().stream().map(Manifest.DataFile::key))
                .filter(key -> store.head(key).isPresent())
                .toList();
    }

    private Optional<ScrubSummary.Result> proven(Archive archive, Manifest manifest) {
        return LogContext.answering(namespace, manifest.table(), manifest.range(), () -> prove(archive, manifest));
    }

    /** Nothing of a copy that was superseded, or has expired, while it was read. */
    private Optional<ScrubSummary.Result> prove(Archive archive, Manifest manifest) {
        Optional<FirnException> failure = Optional.empty();
        try {
            new Proofs(store, progress, surroundings).proveAgain(manifest, Progress.Work.SCRUB);
        } catch (FirnException e) {
            if (!archive.liveOf(manifest.range()).contains(manifest)) {
                return Optional.empty();
            }
            failure = Optional.of(e);
        }
        if (failure.isEmpty() || failure.get().category() == Category.DATA) {
            catalog.recordScrub(namespace, manifest.table(), manifest.key(), failure);
        }
        return Optional.of(new ScrubSummary.Result(
                manifest.table(), manifest.range(), manifest.generation(), manifest.rows(), manifest.bytes(), failure));
    }
}
