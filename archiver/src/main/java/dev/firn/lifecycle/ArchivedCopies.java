package dev.firn.lifecycle;

import dev.firn.TimeRange;
import dev.firn.archive.Archive;
import dev.firn.archive.ArchiveLayout;
import dev.firn.archive.Manifest;
import dev.firn.catalog.Catalog;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.ChunkState;
import dev.firn.catalog.Hold;
import dev.firn.config.TableConfig;
import dev.firn.store.ObjectStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lists what is archived: the store says what there is, the catalogue where the rows are besides. */
final class ArchivedCopies {

    private final String namespace;
    private final Catalog catalog;
    private final ObjectStore store;
    private final Surroundings surroundings;

    ArchivedCopies(String namespace, Catalog catalog, ObjectStore store, Surroundings surroundings) {
        this.namespace = namespace;
        this.catalog = catalog;
        this.store = store;
        this.surroundings = surroundings;
    }

    List<ArchivedCopy> list(Collection<TableConfig> tables, PositionSpan span) {
        List<ArchivedCopy> copies = new ArrayList<>();
        for (TableConfig table : tables) {
            Map<TimeRange, ChunkState> states = new HashMap<>();
            for (ChunkRow row : catalog.chunks(namespace, table.name())) {
                states.put(row.key().range(), row.state());
            }
            List<Hold> holds = catalog.holds(namespace, table.name());
            new Archive(store, new ArchiveLayout(namespace, table.name()), surroundings.faults())
                    .live().stream()
                            .filter(manifest -> manifest.range()
                                    .overlaps(span.resolve(manifest.range().kind())))
                            .forEach(manifest -> copies.add(copy(manifest, states, holds)));
        }
        return copies;
    }

    private static ArchivedCopy copy(Manifest manifest, Map<TimeRange, ChunkState> states, List<Hold> holds) {
        return new ArchivedCopy(
                manifest.table(),
                manifest.range(),
                manifest.generation(),
                manifest.role(),
                manifest.rows(),
                manifest.bytes(),
                manifest.files().size(),
                manifest.createdAt(),
                Optional.ofNullable(states.get(manifest.range())),
                holds.stream()
                        .filter(hold -> !hold.lapsed() && hold.key().range().overlaps(manifest.range()))
                        .map(Hold::until)
                        .max(java.util.Comparator.naturalOrder()));
    }
}
