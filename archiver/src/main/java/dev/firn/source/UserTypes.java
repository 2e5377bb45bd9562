package dev.firn.source;

import dev.firn.types.UserType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads how the domains and composite types of a table's columns are made, those inside of them too. */
final class UserTypes {

    private record Found(long oid, String schema, String name, long relation, boolean notNull, String expression) {}

    private static final String USED =
            """
            WITH RECURSIVE used(oid) AS (
              SELECT atttypid FROM pg_attribute WHERE attrelid = ?::oid AND attnum > 0 AND NOT attisdropped
              UNION
              SELECT below.oid FROM used JOIN pg_type t ON t.oid = used.oid, LATERAL (
                SELECT t.typbasetype AS oid WHERE t.typtype = 'd'
                UNION ALL
                SELECT t.typelem WHERE t.typoutput = 'pg_catalog.array_out'::regproc
                UNION ALL
                SELECT a.atttypid FROM pg_attribute a
                WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) below
            )
            SELECT t.oid, n.nspname, t.typname, t.typrelid, t.typnotnull, pg_get_expr(t.typdefaultbin, 0)
            FROM used JOIN pg_type t USING (oid) JOIN pg_namespace n ON n.oid = t.typnamespace
            WHERE t.typtype IN ('c', 'd') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
            ORDER BY n.nspname, t.typname""";

    private static final String ATTRIBUTES =
            """
            SELECT attname, atttypid, atttypmod FROM pg_attribute
            WHERE attrelid = ?::oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum""";

    private UserTypes() {}

    /** Formats are pinned by the caller. */
    static List<UserType> ofColumns(Connection connection, long relation) throws SQLException {
        List<Found> found = Query.list(
                connection,
                USED,
                row -> new Found(
                        row.getLong(1),
                        row.getString(2),
                        row.getString(3),
                        row.getLong(4),
                        row.getBoolean(5),
                        row.getString(6)),
                relation);
        List<UserType> types = new ArrayList<>();
        for (Found type : found) {
            types.add(type.relation() == 0 ? domain(connection, type) : composite(connection, type));
        }
        return List.copyOf(types);
    }

    private static UserType composite(Connection connection, Found type) throws SQLException {
        TypeReader reader = TypeReader.ofColumns(connection, type.relation());
        return new UserType(
                type.schema(),
                type.name(),
                Query.list(
                        connection,
                        ATTRIBUTES,
                        row -> new UserType.Attribute(row.getString(1), reader.type(row.getLong(2), row.getInt(3))),
                        type.relation()),
                Optional.empty(),
                false,
                Map.of());
    }

    private static UserType domain(Connection connection, Found type) throws SQLException {
        Map<String, String> checks = new LinkedHashMap<>();
        Query.list(
                connection,
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contypid = ?::oid AND contype = 'c'"
                        + " ORDER BY conname",
                row -> checks.put(row.getString(1), row.getString(2)),
                type.oid());
        return new UserType(
                type.schema(), type.name(), List.of(), Optional.ofNullable(type.expression()), type.notNull(), checks);
    }
}
