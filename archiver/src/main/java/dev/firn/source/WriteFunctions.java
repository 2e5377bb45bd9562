package dev.firn.source;

import dev.firn.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The functions by which an application numbers and reads the rows of a table: whether they know of heads. Each is looked
 * at as it is now, since a migration of the application may put back what it was before.
 *
 * @param version name of the function that answers a stream's last position, in the table's schema
 */
public record WriteFunctions(TableName table, String version) {

    /** Stands in the body, since a comment on the function would outlive its replacement. */
    private static final String MARK = "firn: write path 1";

    /** Those that deploy/sql/eventodb/firn.sql makes ready; where one of them exists, it must be. */
    private static final List<String> OTHERS = List.of(
            "write_message",
            "get_stream_messages",
            "get_category_messages",
            "get_last_stream_message",
            "drop_chunks_older_than");

    private record Found(String signature, boolean isVersion, String language, String volatility, boolean marked) {}

    /** Why nothing may be dropped from the table; nothing if all functions are ready. */
    public Optional<String> problem(Connection connection) throws SQLException {
        List<Found> functions = Query.list(
                connection,
                """
                SELECT p.oid::regprocedure::text, p.proname = ?, l.lanname, p.provolatile,
                       position(? IN p.prosrc) > 0
                FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
                WHERE n.nspname = ? AND (p.proname = ? OR p.proname = ANY (string_to_array(?, ',')))
                ORDER BY p.proname <> ?, p.oid""",
                row -> new Found(
                        row.getString(1), row.getBoolean(2), row.getString(3), row.getString(4), row.getBoolean(5)),
                version,
                MARK,
                table.schema(),
                version,
                String.join(",", OTHERS),
                version);
        if (functions.stream().noneMatch(Found::isVersion)) {
            return Optional.of("there is no function %s.%s".formatted(table.schema(), version));
        }
        return functions.stream()
                .flatMap(function -> problem(function).stream())
                .findFirst();
    }

    private static Optional<String> problem(Found function) {
        if (!function.marked()) {
            return Optional.of("function %s does not know of archived streams".formatted(function.signature()));
        }
        if (!function.language().equals("plpgsql") || !function.volatility().equals("v")) {
            // Measured: only this sees, after it waited for the lock of a drop, what the drop left.
            return Optional.of("function %s is not VOLATILE plpgsql".formatted(function.signature()));
        }
        return Optional.empty();
    }

    /** What the application is told of a stream by this connection, in its transaction; empty for none. */
    public Optional<Long> lastPosition(Connection connection, String stream) throws SQLException {
        return Query.first(
                        connection,
                        "SELECT %s.%s(?)".formatted(TableName.quote(table.schema()), TableName.quote(version)),
                        row -> row.getObject(1) == null ? Optional.<Long>empty() : Optional.of(row.getLong(1)),
                        stream)
                .flatMap(position -> position);
    }

    /** The last position among the rows that are there. */
    public Optional<Long> lastRow(Connection connection, HeadColumns columns, String stream) throws SQLException {
        return Query.first(
                        connection,
                        "SELECT max(%s) FROM %s WHERE %s = ?"
                                .formatted(columns.positionNumber(), table.quoted(), columns.streamText()),
                        row -> row.getObject(1) == null ? Optional.<Long>empty() : Optional.of(row.getLong(1)),
                        stream)
                .flatMap(position -> position);
    }
}
