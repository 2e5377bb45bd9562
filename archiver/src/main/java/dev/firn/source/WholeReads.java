package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Refuses where a SELECT of a chunk may silently return fewer rows than the chunk has. */
final class WholeReads {

    /** With one of these off, only rows that came after compression are read. A version may lack some of them. */
    static final List<String> NEEDED_ON = List.of(
            "timescaledb.enable_optimizations",
            "timescaledb.enable_columnarscan",
            "timescaledb.enable_transparent_decompression");

    private WholeReads() {}

    static void requireSettings(Connection connection, Table table) throws SQLException {
        if ("on".equals(Query.text(connection, "SELECT current_setting('timescaledb.restoring', true)"))) {
            throw refuse(
                    table,
                    "TimescaleDB is in restoring mode, in which compressed rows are not read",
                    "a restore was begun and not ended: run SELECT timescaledb_post_restore() in this database");
        }
        for (String name : NEEDED_ON) {
            if ("off".equals(Query.text(connection, "SELECT current_setting(?, true)", name))) {
                throw refuse(
                        table,
                        "with " + name + " off compressed rows are not read",
                        "look for the setting in ALTER DATABASE, ALTER ROLE and postgresql.conf");
            }
        }
    }

    /** The functions of the extension call a library by version: both must be of the same one. */
    static void requireOneVersion(Connection connection, Table table) throws SQLException {
        List<String> other = Query.texts(
                connection,
                """
                SELECT DISTINCT p.probin::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                JOIN pg_extension e ON e.extname = 'timescaledb'
                WHERE n.nspname = '_timescaledb_functions' AND p.proname IN ('drop_chunk', 'freeze_chunk', 'chunk_status')
                  AND p.probin::text !~ ('timescaledb-' || replace(e.extversion, '.', '[.]') || '$')""");
        if (!other.isEmpty()) {
            throw refuse(
                    table,
                    "TimescaleDB's SQL and its library are of two versions: functions call " + other,
                    "finish the update: ALTER EXTENSION timescaledb UPDATE in a fresh session");
        }
    }

    /** A policy filters reads; {@code row_security = off} would make them fail later, with less to say. */
    static void requireNoRowSecurity(Connection connection, Table table) throws SQLException {
        List<String> filtered = Query.texts(
                connection,
                """
                SELECT c.oid::regclass::text FROM pg_class c
                WHERE (c.oid = ?::oid OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = ?::oid))
                  AND c.relrowsecurity AND row_security_active(c.oid)
                ORDER BY 1 LIMIT 3""",
                table.oid(),
                table.oid());
        if (!filtered.isEmpty()) {
            throw refuse(
                    table,
                    "row-level security filters what this role reads of " + String.join(", ", filtered),
                    "give the role BYPASSRLS, or ALTER TABLE … NO FORCE ROW LEVEL SECURITY");
        }
    }

    /** Rows behind a foreign table, or under an access method with a memory of its own, are not counted by Firn. */
    static void requireHeaps(Connection connection, Table table) throws SQLException {
        List<String> strange = Query.texts(
                connection,
                """
                SELECT format('%s (%s)', c.oid::regclass, coalesce(am.amname, 'foreign table'))
                FROM pg_class c LEFT JOIN pg_am am ON am.oid = c.relam
                WHERE (c.oid = ?::oid OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = ?::oid))
                  AND (c.relkind = 'f' OR c.relkind = 'r' AND am.amname <> 'heap')
                ORDER BY 1 LIMIT 3""",
                table.oid(),
                table.oid());
        if (!strange.isEmpty()) {
            throw refuse(
                    table,
                    "rows are kept elsewhere than in a heap: " + String.join(", ", strange),
                    "bring them back to the heap access method, or take the table out of the configuration");
        }
    }

    private static FirnException refuse(Table table, String why, String hint) {
        return new FirnException(
                Category.REFUSED, table.name().toString(), why + "; nothing was read and nothing dropped", hint);
    }
}
