package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.LogContext;
import dev.firn.archive.Archive;
import dev.firn.archive.ArchiveLayout;
import dev.firn.archive.Manifest;
import dev.firn.config.TableConfig;
import dev.firn.store.ObjectStore;
import dev.firn.store.ObjectStore.ObjectInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Proves archived copies again, from the store and their manifests alone: the database is not asked. */
final class Scrub {

    private final String namespace;
    private final ObjectStore store;
    private final Progress progress;
    private final Surroundings surroundings;

    Scrub(String namespace, ObjectStore store, Progress progress, Surroundings surroundings) {
        this.namespace = namespace;
        this.store = store;
        this.progress = progress;
        this.surroundings = surroundings;
    }

    ScrubSummary run(Collection<TableConfig> tables, Optional<String> chunk) {
        List<ScrubSummary.Result> results = new ArrayList<>();
        List<String> strays = new ArrayList<>();
        for (TableConfig table : tables) {
            Archive archive = new Archive(store, new ArchiveLayout(namespace, table.name()), surroundings.faults());
            for (Manifest manifest : archive.live()) {
                if (chunk.isEmpty()
                        || manifest.range()
                                .contains(Positions.parse(manifest.range().kind(), chunk.get()))) {
                    results.add(
                            LogContext.answering(namespace, manifest.table(), manifest.range(), () -> prove(manifest)));
                }
            }
            if (chunk.isEmpty()) {
                archive.cleaner().strayData().stream().map(ObjectInfo::key).forEach(strays::add);
                archive.cleaner().superseded().stream()
                        .flatMap(old -> old.files().stream().map(Manifest.DataFile::key))
                        .filter(key -> store.head(key).isPresent())
                        .forEach(strays::add);
            }
        }
        return new ScrubSummary(results, strays);
    }

    private ScrubSummary.Result prove(Manifest manifest) {
        Optional<FirnException> failure = Optional.empty();
        try {
            new Proofs(store, progress, surroundings).proveAgain(manifest, Progress.Work.SCRUB);
        } catch (FirnException e) {
            failure = Optional.of(e);
        }
        return new ScrubSummary.Result(
                manifest.table(), manifest.range(), manifest.generation(), manifest.rows(), manifest.bytes(), failure);
    }
}
