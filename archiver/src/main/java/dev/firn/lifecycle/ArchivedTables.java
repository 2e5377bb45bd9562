package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
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
import java.util.List;
import java.util.Optional;

/** Archived tables as query engines are told of them: read from the store alone, the database is not asked. */
public final class ArchivedTables implements AutoCloseable {

    private final NamespaceConfig config;
    private final ObjectStore store;
    private final Surroundings surroundings;

    ArchivedTables(NamespaceConfig config, ObjectStore store, Surroundings surroundings) {
        this.config = config;
        this.store = store;
        this.surroundings = surroundings;
    }

    public static ArchivedTables open(Configuration configuration, String namespace, Surroundings surroundings) {
        NamespaceConfig config = configuration.namespace(namespace);
        return new ArchivedTables(config, Stores.open(StoreSettingsOf.location(config.location())), surroundings);
    }

    /** The names of all configured tables, or of the one that is asked for. */
    public List<TableName> names(Optional<TableName> only) {
        return only.map(name -> List.of(config.table(name).name()))
                .orElseGet(() -> config.tables().keySet().stream().sorted().toList());
    }

    /**
     * The table as it is archived now; once all of it has expired, without rows and as it was last. Empty while nothing of
     * it ever was archived.
     */
    public Optional<ExternalTable> find(TableName table) {
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
                databaseName(),
                () -> described(table, archive(table).live()));
    }

    private Archive archive(TableName table) {
        requireNameOfItsOwn(table);
        return new Archive(store, new ArchiveLayout(config.name(), table), surroundings.faults());
    }

    private Optional<ExternalTable> described(TableName table, List<Manifest> copies) {
        return copies.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        ExternalTable.of(databaseName(), new ArchiveLayout(config.name(), table), store.url(), copies));
    }

    private String databaseName() {
        return config.athena().database().orElseGet(() -> ExternalTable.databaseName(config.name()));
    }

    /** Engines know fewer names than PostgreSQL, and one table must not take the place of another. */
    private void requireNameOfItsOwn(TableName table) {
        String name = ExternalTable.engineName(table);
        for (TableName other : config.tables().keySet()) {
            if (!other.equals(table) && ExternalTable.engineName(other).equals(name)) {
                throw new FirnException(
                        Category.REFUSED,
                        config.name() + "/" + table,
                        "naming it for query engines: %s would be '%s' too; nothing was printed of it"
                                .formatted(other, name),
                        "archive one of the two in a namespace of its own");
            }
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
