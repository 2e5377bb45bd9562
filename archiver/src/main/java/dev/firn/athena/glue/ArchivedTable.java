package dev.firn.athena.glue;

import dev.firn.athena.ExternalTable;
import dev.firn.athena.TableMark;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A table that the catalog is to be told of.
 *
 * @param mark whose it is, by namespace, table and location
 * @param database name for engines
 * @param viewName name of its view for engines
 * @param now what is archived of it at the moment of asking; empty while nothing is
 */
public record ArchivedTable(TableMark mark, String database, String viewName, Supplier<Optional<ExternalTable>> now) {

    /** A table whose view has the name that it has where no other table has that. */
    public ArchivedTable(TableMark mark, String database, Supplier<Optional<ExternalTable>> now) {
        this(mark, database, ExternalTable.viewName(mark.table()), now);
    }

    String name() {
        return ExternalTable.engineName(mark.table());
    }

    /** For messages. */
    String where() {
        return "%s/%s (%s.%s)".formatted(mark.namespace(), mark.table(), database, name());
    }
}
