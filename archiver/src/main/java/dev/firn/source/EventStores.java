package dev.firn.source;

import dev.firn.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Tells event stores by what they leave in the catalogue. */
public final class EventStores {

    private static final String REGISTRY = "eventodb_store.namespaces";

    private EventStores() {}

    /**
     * One row of the registry; what it says is input.
     *
     * @param schema that its table is in
     */
    public record Entry(String id, String schema) {}

    /** Whether the database has an event store. */
    public static boolean isThere(Connection connection) throws SQLException {
        return Query.one(connection, "SELECT to_regclass(?) IS NOT NULL", row -> row.getBoolean(1), REGISTRY);
    }

    /** All rows of the registry; what else is in there is nobody's business but the store's. */
    public static List<Entry> entries(Connection connection) throws SQLException {
        return Query.list(
                connection,
                "SELECT id, schema_name FROM " + REGISTRY + " ORDER BY id",
                row -> new Entry(row.getString(1), row.getString(2)));
    }

    /** The tables of the event store's namespaces, by its own registry; none where there is no registry. */
    public static List<TableName> registered(Connection connection) throws SQLException {
        return !isThere(connection)
                ? List.of()
                : Query.list(
                        connection,
                        "SELECT schema_name FROM " + REGISTRY + " WHERE schema_name <> '' ORDER BY 1",
                        row -> new TableName(row.getString(1), "messages"));
    }

    /** Why the table looks as if its rows were numbered by stream, each from the last position that is found. */
    public static Optional<String> resemblance(Connection connection, Table table) throws SQLException {
        Optional<String> function = Query.first(
                connection,
                """
                SELECT 'there is a function ' || p.oid::regprocedure FROM pg_proc p
                JOIN pg_namespace n ON n.oid = p.pronamespace
                WHERE n.nspname = ? AND p.proname IN ('stream_version', 'write_message') ORDER BY p.proname, p.oid LIMIT 1""",
                row -> row.getString(1),
                table.name().schema());
        return function.isPresent() ? function : byKey(connection, table);
    }

    /** Unique over three columns: a stream, a position in it, and the time, which every unique key here must have. */
    private static Optional<String> byKey(Connection connection, Table table) throws SQLException {
        return Query.first(
                connection,
                """
                SELECT format('its key %s is unique over (%s)', i.indexrelid::regclass,
                              string_agg(a.attname, ', ' ORDER BY array_position(i.indkey::int2[], a.attnum)))
                FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[])
                WHERE i.indrelid = ?::oid AND i.indisunique AND i.indnkeyatts = 3 AND i.indexprs IS NULL
                GROUP BY i.indexrelid
                HAVING bool_or(a.attname = ?) AND bool_or(a.attname ~* 'stream|aggregate')
                   AND bool_or(a.attname ~* 'position|version|sequence' AND a.atttypid IN (20, 21, 23))
                ORDER BY i.indexrelid LIMIT 1""",
                row -> row.getString(1),
                table.oid(),
                table.timeColumn());
    }
}
