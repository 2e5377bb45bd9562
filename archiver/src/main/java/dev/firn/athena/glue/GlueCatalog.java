package dev.firn.athena.glue;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import java.util.Optional;
import software.amazon.awssdk.core.exception.AbortedException;

/** A Glue Data Catalog that is told of archived tables. Safe for use by several threads, and beside other programs. */
public final class GlueCatalog implements AutoCloseable {

    private final GlueSettings settings;
    private final GlueConnection connection;

    private GlueCatalog(GlueSettings settings) {
        this.settings = settings;
        this.connection = new GlueConnection(settings);
    }

    /** Makes it ready for use; it is not contacted yet. */
    public static GlueCatalog open(GlueSettings settings) {
        return new GlueCatalog(settings);
    }

    /**
     * Makes the catalog show this table as it is archived now. What is so already is not written again; what fails is
     * told in the answer.
     */
    public SyncedTable sync(ArchivedTable table) {
        return run(new TableSync(connection, settings.views(), table, true), table);
    }

    /** What {@link #sync} would change. Changes nothing. */
    public SyncedTable forecast(ArchivedTable table) {
        return run(new TableSync(connection, settings.views(), table, false), table);
    }

    private static SyncedTable run(TableSync sync, ArchivedTable table) {
        String name = table.database() + "." + table.name();
        try {
            sync.run();
            return new SyncedTable(table.mark().table(), name, sync.changes(), Optional.empty());
        } catch (FirnException e) {
            return new SyncedTable(table.mark().table(), name, sync.changes(), Optional.of(e));
        } catch (AbortedException e) {
            Thread.currentThread().interrupt();
            return new SyncedTable(
                    table.mark().table(),
                    name,
                    sync.changes(),
                    Optional.of(new FirnException(
                            Category.PASSING,
                            table.where(),
                            "telling the Glue Data Catalog of it: interrupted; the archive is not concerned",
                            "run it again",
                            e)));
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
