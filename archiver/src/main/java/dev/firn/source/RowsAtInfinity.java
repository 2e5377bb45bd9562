package dev.firn.source;

import dev.firn.TableName;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The rows at the very end of time. The last chunk of a hypertable holds them, yet {@code attach_chunk} takes them for
 * lying behind its end: they are kept aside while it looks, and then inserted.
 *
 * @param aside where they are kept
 */
record RowsAtInfinity(Connection connection, Table table, TableName aside, long rows) {

    static RowsAtInfinity takeFrom(Connection connection, ReadyChunk ready, TableName relation) throws SQLException {
        Table table = ready.table();
        TableName aside = new TableName(relation.schema(), "firn_aside_" + ready.token());
        if (ready.range().end() != Long.MAX_VALUE) {
            return new RowsAtInfinity(connection, table, aside, 0);
        }
        String end = table.timeKind().isInteger() ? Long.toString(Long.MAX_VALUE) : "'infinity'";
        String atEnd = "%s = %s".formatted(TableName.quote(table.timeColumn()), end);
        long rows = Query.one(
                connection,
                "SELECT count(*) FROM ONLY %s WHERE %s".formatted(relation.quoted(), atEnd),
                row -> row.getLong(1));
        if (rows > 0) {
            Query.execute(
                    connection,
                    "CREATE TABLE %s AS SELECT %s FROM ONLY %s WHERE %s"
                            .formatted(aside.quoted(), StagingTables.assignable(table), relation.quoted(), atEnd));
            Query.execute(connection, "DELETE FROM ONLY %s WHERE %s".formatted(relation.quoted(), atEnd));
        }
        return new RowsAtInfinity(connection, table, aside, rows);
    }

    boolean any() {
        return rows > 0;
    }

    void putBack() throws SQLException {
        if (rows > 0) {
            String names = StagingTables.assignable(table);
            Query.execute(
                    connection,
                    "INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s"
                            .formatted(table.name().quoted(), names, names, aside.quoted()));
            Query.execute(connection, "DROP TABLE " + aside.quoted());
        }
    }
}
