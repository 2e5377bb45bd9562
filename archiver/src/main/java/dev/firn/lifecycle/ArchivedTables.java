package dev.firn.lifecycle;

import dev.firn.TableName;
import dev.firn.archive.Archive;
import dev.firn.archive.ArchiveLayout;
import dev.firn.archive.Chronicle;
import dev.firn.archive.Manifest;
import dev.firn.athena.ExternalTable;
import dev.firn.athena.TableMark;
import dev.firn.athena.glue.ArchivedTable;
import dev.firn.config.Configuration;
import dev.firn.config.NamespaceConfig;
import dev.firn.store.ObjectStore;
import dev.firn.store.Stores;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Archived tables as query engines are told of them: read from the store alone, the database is not asked. */
public final class ArchivedTables implements AutoCloseable {

    private final NamespaceConfig config;
    private final Collection<NamespaceConfig> others;
    private final EngineNames names;
    private final ObjectStore store;
    private final Surroundings surroundings;

    /** @param others namespaces whose tables are not to be taken for these */
    private ArchivedTables(
            NamespaceConfig config, Collection<NamespaceConfig> others, ObjectStore store, Surroundings surroundings) {
        this.config = config;
        this.others = others;
        this.names = new EngineNames(config);
        this.store = store;
        this.surroundings = surroundings;
    }

    /** For whoever prints nothing. */
    static ArchivedTables over(NamespaceConfig config, ObjectStore store, Surroundings surroundings) {
        return new ArchivedTables(config, List.of(), store, surroundings);
    }

    public static ArchivedTables open(Configuration configuration, String namespace, Surroundings surroundings) {
        NamespaceConfig config = configuration.namespace(namespace);
        return new ArchivedTables(
                config,
                configuration.others(namespace),
                Stores.open(StoreSettingsOf.location(config.location())),
                surroundings);
    }

    /** The names of all configured tables, or of the one that is asked for. */
    public List<TableName> names(Optional<TableName> only) {
        return only.map(name -> List.of(config.table(name).name()))
                .orElseGet(() -> config.tables().keySet().stream().sorted().toList());
    }

    /**
     * The table to be printed, as it is archived now; once all of it has expired, without rows and as it was last. Empty
     * while nothing of it ever was archived.
     */
    public Optional<ExternalTable> find(TableName table) {
        names.requireOneOfAll(table, others);
        Chronicle chronicle = archive(table).chronicle();
        List<Manifest> latest = chronicle.latest();
        return chronicle.live().isEmpty()
                ? described(table, latest).map(ExternalTable::withoutRows)
                : described(table, latest);
    }

    /** The table for a catalog to be told of, which keeps by itself what it knows of one that has expired. */
    ArchivedTable forCatalog(TableName table) {
        ArchiveLayout layout = new ArchiveLayout(config.name(), table);
        return new ArchivedTable(
                new TableMark(config.name(), table, ExternalTable.location(layout, store.url())),
                names.database(),
                names.view(table),
                () -> described(table, archive(table).live()));
    }

    private Archive archive(TableName table) {
        names.requireOneOfTheNamespace(table);
        return new Archive(store, new ArchiveLayout(config.name(), table), surroundings.faults());
    }

    private Optional<ExternalTable> described(TableName table, List<Manifest> copies) {
        return copies.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        ExternalTable.of(names.database(), new ArchiveLayout(config.name(), table), store.url(), copies)
                                .withViewName(names.view(table)));
    }

    @Override
    public void close() {
        store.close();
    }
}
