package dev.firn.copy;

import dev.firn.types.PgType;
import dev.firn.types.PgType.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/** Reads types from a server's catalogue, for tests. */
final class CatalogTypes {

    private static final String QUERY =
            """
            SELECT n.nspname, t.typname, t.typtype, t.typelem, t.typbasetype, t.typtypmod, format_type(t.oid, ?) AS sql,
                   quote_ident(pn.nspname) || '.' || quote_ident(p.proname) AS output,
                   t.typlen = -1 AND t.typelem <> 0 AND t.typsubscript = 'array_subscript_handler'::regproc AS is_array,
                   ARRAY(SELECT enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY enumsortorder) AS labels
            FROM pg_type t
            JOIN pg_namespace n ON n.oid = t.typnamespace
            JOIN pg_proc p ON p.oid = t.typoutput
            JOIN pg_namespace pn ON pn.oid = p.pronamespace
            WHERE t.oid = ?
            """;

    private CatalogTypes() {}

    static PgType read(Connection connection, long oid, int typmod) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(QUERY)) {
            query.setInt(1, typmod);
            query.setLong(2, oid);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                Kind kind = row.getBoolean("is_array")
                        ? Kind.ARRAY
                        : kind(row.getString("typtype").charAt(0));
                PgType inner =
                        switch (kind) {
                            case ARRAY -> read(connection, row.getLong("typelem"), typmod);
                            case DOMAIN -> read(connection, row.getLong("typbasetype"), row.getInt("typtypmod"));
                            default -> null;
                        };
                return new PgType(
                        row.getString("nspname"),
                        row.getString("typname"),
                        typmod,
                        kind,
                        row.getString("sql"),
                        inner,
                        labels(row),
                        row.getString("output"));
            }
        }
    }

    private static List<String> labels(ResultSet row) throws SQLException {
        return Arrays.asList((String[]) row.getArray("labels").getArray());
    }

    private static Kind kind(char typtype) {
        return switch (typtype) {
            case 'b' -> Kind.BASE;
            case 'e' -> Kind.ENUM;
            case 'd' -> Kind.DOMAIN;
            case 'c' -> Kind.COMPOSITE;
            case 'r' -> Kind.RANGE;
            case 'm' -> Kind.MULTIRANGE;
            default -> Kind.PSEUDO;
        };
    }
}
