package dev.firn.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/** What a server says of itself that matters to everybody who archives from it. Reads only. */
public final class ServerState {

    /** TimescaleDB checks from here on who may call its functions that drop and freeze a chunk. */
    private static final int[] CHECKS_OWNERSHIP_SINCE = {2, 29, 1};

    private ServerState() {}

    /**
     * A replication slot that nobody reads.
     *
     * @param bytes of WAL that it keeps from being removed
     */
    public record IdleSlot(String name, long bytes) {}

    /**
     * Refuses a standby, and a proxy that gives each transaction to another session.
     *
     * @param connection in no transaction
     */
    public static void requireDirect(Connection connection, String where) throws SQLException {
        DirectConnection.require(connection, where);
    }

    public static Instant now(Connection connection) throws SQLException {
        return Query.one(connection, "SELECT clock_timestamp()", row -> row.getObject(1, OffsetDateTime.class)
                .toInstant());
    }

    /** Why nothing is dropped from hypertables here: a version that came after this program. */
    public static Optional<String> unknownVersion(SourceInfo info) {
        return info.extensionVersion().isEmpty()
                        || CatalogueGeneration.ofVersion(info.extensionVersion())
                                .isPresent()
                ? Optional.empty()
                : Optional.of(
                        "TimescaleDB %s is newer than this version of Firn and its catalogue may mean something else"
                                .formatted(info.extensionVersion()));
    }

    /** Whether a role without any right to a table may drop its chunks, by a function that does not ask. */
    public static boolean anybodyMayDrop(Connection connection, SourceInfo info) throws SQLException {
        return !info.extensionVersion().isEmpty()
                && isBefore(info.extensionVersion(), CHECKS_OWNERSHIP_SINCE)
                && Query.one(
                        connection,
                        """
                        SELECT EXISTS (
                          SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace,
                            LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) proacl,
                            LATERAL aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) nspacl
                          WHERE n.nspname = '_timescaledb_functions' AND p.proname = 'drop_chunk'
                            AND proacl.grantee = 0 AND proacl.privilege_type = 'EXECUTE'
                            AND nspacl.grantee = 0 AND nspacl.privilege_type = 'USAGE')""",
                        row -> row.getBoolean(1));
    }

    static boolean isBefore(String version, int[] bound) {
        String[] parts = version.split("[.-]", -1);
        for (int i = 0; i < bound.length; i++) {
            int part = i < parts.length && parts[i].matches("[0-9]{1,4}") ? Integer.parseInt(parts[i]) : 0;
            if (part != bound[i]) {
                return part < bound[i];
            }
        }
        return false;
    }

    public static boolean isSuperuser(Connection connection) throws SQLException {
        return Query.one(
                connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user", row -> row.getBoolean(1));
    }

    /** Functions that tell one server from a copy of it, and that this role may not call. */
    public static List<String> forbiddenFunctions(Connection connection) throws SQLException {
        return Query.texts(
                connection,
                """
                SELECT oid::regprocedure::text FROM pg_proc
                WHERE oid IN ('pg_catalog.pg_control_system()'::regprocedure, 'pg_catalog.pg_control_checkpoint()'::regprocedure)
                  AND NOT has_function_privilege(oid, 'EXECUTE')
                ORDER BY 1""");
    }

    public static List<IdleSlot> idleSlots(Connection connection) throws SQLException {
        return Query.list(
                connection,
                """
                SELECT slot_name, coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::bigint
                FROM pg_replication_slots WHERE NOT active AND NOT temporary ORDER BY 1""",
                row -> new IdleSlot(row.getString(1), row.getLong(2)));
    }

    /** The WAL file that could not be archived, where that is the latest news of archiving. */
    public static Optional<String> walNotArchived(Connection connection) throws SQLException {
        return Query.first(
                connection,
                """
                SELECT last_failed_wal FROM pg_stat_archiver
                WHERE current_setting('archive_mode') <> 'off' AND last_failed_time > coalesce(last_archived_time, '-infinity')""",
                row -> row.getString(1));
    }

    /** Where its files are, if that is on this machine and the role may know; others are told nothing. */
    public static Optional<String> localDataDirectory(Connection connection) throws SQLException {
        return Query.first(
                connection,
                """
                SELECT CASE WHEN pg_has_role(current_user, 'pg_read_all_settings', 'USAGE')
                            THEN current_setting('data_directory') END AS directory
                WHERE coalesce(host(inet_server_addr()), '127.0.0.1') IN ('127.0.0.1', '::1')
                  AND pg_has_role(current_user, 'pg_read_all_settings', 'USAGE')""",
                row -> row.getString(1));
    }
}
