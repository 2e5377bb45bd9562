package dev.firn.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What goes with a chunk that is dropped, or stands in the way of it, beside its rows. Each answer is a new look. */
public final class DropHazards {

    private DropHazards() {}

    /** A foreign key of another table that refers to this one: every way of dropping a chunk fails then. */
    public static Optional<String> incomingKey(Connection connection, Table table, Chunk chunk) throws SQLException {
        return Query.first(
                connection,
                """
                SELECT format('%I of %s', conname, conrelid::regclass) FROM pg_constraint
                WHERE contype = 'f' AND confrelid IN (?::oid, ?::oid) ORDER BY conparentid, oid LIMIT 1""",
                row -> row.getString(1),
                table.oid(),
                chunk.oid());
    }

    /** Tables that foreign keys of this one refer to: each drop locks them for its moment. */
    public static List<String> referencedTables(Connection connection, Table table) throws SQLException {
        return Query.texts(
                connection,
                """
                SELECT DISTINCT confrelid::regclass::text FROM pg_constraint
                WHERE contype = 'f' AND conrelid = ?::oid ORDER BY 1""",
                table.oid());
    }

    /** Row-level security policies that the chunk itself has, and not only its table. */
    public static List<String> ownPolicies(Connection connection, Chunk chunk) throws SQLException {
        return Query.texts(
                connection, "SELECT polname::text FROM pg_policy WHERE polrelid = ?::oid ORDER BY 1", chunk.oid());
    }

    /** Publications that name the chunk itself, and not only its table, its schema or all tables. */
    public static List<String> ownPublications(Connection connection, Chunk chunk) throws SQLException {
        return Query.texts(
                connection,
                """
                SELECT p.pubname::text FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
                WHERE r.prrelid = ?::oid ORDER BY 1""",
                chunk.oid());
    }

    /** Publications that changes of the table go into, of all of it or of some chunks. */
    public static List<String> publications(Connection connection, Table table) throws SQLException {
        return Query.texts(
                connection,
                """
                SELECT DISTINCT p.pubname::text FROM pg_publication_tables p
                JOIN pg_namespace n ON n.nspname = p.schemaname
                JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = p.tablename
                WHERE c.oid = ?::oid OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = ?::oid)
                ORDER BY 1""",
                table.oid(),
                table.oid());
    }

    /** Whether a crash of the server empties it. */
    public static boolean isUnlogged(Connection connection, Chunk chunk) throws SQLException {
        return Query.one(
                connection,
                "SELECT EXISTS (SELECT FROM pg_class WHERE oid IN (?::oid, ?::oid) AND relpersistence = 'u')",
                row -> row.getBoolean(1),
                chunk.oid(),
                chunk.twin().map(Chunk.Twin::oid).orElse(chunk.oid()));
    }

    /**
     * Who does something to the chunk as a whole: compresses, reorders, vacuums or alters it, or drops it. Told by the locks
     * that readers and writers do not take, so that a job of TimescaleDB's and a person at a terminal are the same.
     */
    public static Optional<String> worker(Connection connection, Chunk chunk) throws SQLException {
        return Query.first(
                connection,
                """
                SELECT format('process %s (%s) holds %s on %s', a.pid,
                              coalesce(nullif(a.application_name, ''), a.backend_type, 'not named'), l.mode,
                              l.relation::regclass)
                FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
                WHERE l.locktype = 'relation' AND l.relation IN (?::oid, ?::oid) AND l.granted
                  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                  AND l.pid <> pg_backend_pid()
                  AND l.mode IN ('ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock',
                                 'AccessExclusiveLock')
                ORDER BY l.pid LIMIT 1""",
                row -> row.getString(1),
                chunk.oid(),
                chunk.twin().map(Chunk.Twin::oid).orElse(chunk.oid()));
    }
}
