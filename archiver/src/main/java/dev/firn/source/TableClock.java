package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * What time it is for a table: the server's for timestamps and dates; for integers that of {@code integer_now_func}, and
 * for partitions by integer, which have none, the largest number there is.
 */
public final class TableClock {

    /** Not from the view of dimensions, which tells the function's name without its schema. */
    private static final String INTEGER_NOW =
            """
            SELECT integer_now_func_schema, integer_now_func FROM _timescaledb_catalog.dimension
            WHERE hypertable_id = ? AND num_slices IS NULL AND integer_now_func <> ''""";

    private TableClock() {}

    /** As a position of {@link dev.firn.TimeRange}. */
    public static long now(Connection connection, Table table) throws SQLException {
        if (!table.timeKind().isInteger()) {
            return Query.one(
                    connection,
                    "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint",
                    row -> row.getLong(1));
        }
        if (table.hypertableId() == 0) {
            return Query.one(
                    connection,
                    "SELECT coalesce(max(%s), 0)::bigint FROM %s"
                            .formatted(
                                    TableName.quote(table.timeColumn()),
                                    table.name().quoted()),
                    row -> row.getLong(1));
        }
        Optional<TableName> function = Query.first(
                connection,
                INTEGER_NOW,
                row -> new TableName(row.getString(1), row.getString(2)),
                table.hypertableId());
        if (function.isEmpty()) {
            throw new FirnException(
                    Category.REFUSED,
                    table.name().toString(),
                    "asking how old its chunks are: its time column %s is a number, and nothing says what number is now"
                                    .formatted(table.timeColumn())
                            + "; nothing was changed",
                    "tell TimescaleDB: SELECT set_integer_now_func('%s', 'your_function')".formatted(table.name()));
        }
        return Query.one(connection, "SELECT " + function.get().quoted() + "()::bigint", row -> row.getLong(1));
    }
}
