package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** What a physical standby says of itself. Reads only, as the role of Firn may. */
public final class StandbyServer {

    private static final String NOTHING_READ = "; nothing was read from it";

    /**
     * Which server this is.
     *
     * @param system the same for a primary and all of its standbys
     * @param inRecovery whether it is a standby
     * @param timescale whether it has loaded TimescaleDB
     */
    private record Identity(String system, String database, long databaseOid, boolean inRecovery, boolean timescale) {}

    /**
     * How far it is.
     *
     * @param position in the log, up to which it shows what was written
     * @param paused whether somebody has told it to go no further
     */
    public record Replay(String position, boolean paused) {}

    private StandbyServer() {}

    /**
     * Refuses whatever is not a standby of the primary, in the same database, in words that say what it is instead.
     *
     * @param name of what was taken for a standby, as the configuration has it
     */
    public static void requireStandbyOf(Connection primary, Connection standby, String where, String name)
            throws SQLException {
        Identity ours = identity(primary);
        Identity theirs = identity(standby);
        if (!theirs.system().equals(ours.system())) {
            throw refuse(
                    where,
                    "%s is a server of another cluster (system identifier %s, the primary has %s)"
                            .formatted(name, theirs.system(), ours.system()),
                    "give database.read-url the URL of a standby that was made from this primary");
        }
        if (theirs.databaseOid() != ours.databaseOid()) {
            throw refuse(
                    where,
                    "%s leads to database %s, and database.url to %s"
                            .formatted(name, theirs.database(), ours.database()),
                    "give both URLs the same database");
        }
        if (!theirs.inRecovery()) {
            throw refuse(
                    where,
                    "%s is no standby: it is the primary itself, or was promoted".formatted(name),
                    "leave database.read-url out to read from the primary; after a fail-over, see that database.url leads to"
                            + " the new primary and database.read-url to a standby of it");
        }
        if (ours.timescale() && !theirs.timescale()) {
            throw refuse(
                    where,
                    "%s does not load TimescaleDB, without which compressed rows are not read".formatted(name),
                    "set shared_preload_libraries = 'timescaledb' there too, with the version of the primary installed");
        }
    }

    private static Identity identity(Connection connection) throws SQLException {
        return Query.one(
                connection,
                """
                SELECT (SELECT system_identifier::text FROM pg_control_system()), current_database(), oid, pg_is_in_recovery(),
                       EXISTS (SELECT FROM pg_settings WHERE name = 'timescaledb.max_background_workers')
                FROM pg_database WHERE datname = current_database()""",
                row -> new Identity(
                        row.getString(1), row.getString(2), row.getLong(3), row.getBoolean(4), row.getBoolean(5)));
    }

    public static boolean isInRecovery(Connection connection) throws SQLException {
        return Query.one(connection, "SELECT pg_is_in_recovery()", row -> row.getBoolean(1));
    }

    /** Empty once it is no standby any more. */
    public static Optional<Replay> replay(Connection standby) throws SQLException {
        return Query.one(
                standby,
                """
                SELECT coalesce(pg_last_wal_replay_lsn()::text, 'nowhere'),
                       CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() END""",
                row -> {
                    boolean paused = row.getBoolean(2);
                    return row.wasNull() ? Optional.empty() : Optional.of(new Replay(row.getString(1), paused));
                });
    }

    /** Bytes that the primary has written and this position lacks. */
    public static long behind(Connection primary, Replay replay) throws SQLException {
        if (replay.position().equals("nowhere")) {
            return 0;
        }
        return Query.one(
                primary,
                "SELECT greatest(0, pg_wal_lsn_diff(pg_current_wal_lsn(), ?::pg_lsn))::bigint",
                row -> row.getLong(1),
                replay.position());
    }

    /** Whether it tells its primary which rows it still reads, so that these are not vacuumed away under it. */
    public static boolean holdsBackVacuum(Connection standby) throws SQLException {
        return Query.text(standby, "SHOW hot_standby_feedback").equals("on");
    }

    /** How long replay waits for a query before it cancels it; empty for as long as it takes. */
    public static Optional<Duration> patience(Connection standby) throws SQLException {
        long millis = Query.one(
                standby,
                "SELECT setting::bigint FROM pg_settings WHERE name = 'max_standby_streaming_delay'",
                row -> row.getLong(1));
        return millis < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
    }

    /** Whether two sessions are on one and the same server. */
    public static boolean sameServer(Connection one, Connection other) throws SQLException {
        String sql = "SELECT concat_ws(' ', inet_server_addr(), inet_server_port(), pg_postmaster_start_time())";
        return Query.text(one, sql).equals(Query.text(other, sql));
    }

    private static FirnException refuse(String where, String what, String hint) {
        return new FirnException(Category.REFUSED, where, what + NOTHING_READ, hint);
    }
}
