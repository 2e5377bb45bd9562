package dev.firn.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What the role of this connection may do with a table, before it is tried. */
public final class TableRights {

    private TableRights() {}

    /** Whether it may do what takes ownership: to lock a chunk for its drop, drop it, attach one, compress it. */
    public static boolean hasOwners(Connection connection, Table table) throws SQLException {
        return Query.one(connection, "SELECT pg_has_role(?::name, 'USAGE')", row -> row.getBoolean(1), table.owner());
    }

    public static boolean mayRead(Connection connection, Table table) throws SQLException {
        return Query.one(
                connection,
                "SELECT has_table_privilege(?::oid, 'SELECT') AND has_schema_privilege(?, 'USAGE')",
                row -> row.getBoolean(1),
                table.oid(),
                table.name().schema());
    }

    /** Roles that may create no table beside it, and have to when a range comes back: its owner and this one. */
    public static List<String> mayNotLoad(Connection connection, Table table) throws SQLException {
        return Query.texts(
                connection,
                """
                SELECT DISTINCT quote_ident(role) FROM (VALUES (current_user::text), (?::text)) roles(role)
                WHERE NOT has_schema_privilege(role::name, ?, 'CREATE') ORDER BY 1""",
                table.owner(),
                table.name().schema());
    }
}
