package dev.firn.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** How far the standbys that stream from a primary are behind, as the primary knows it. Reads only. */
public final class StandbyDelays {

    /**
     * One standby.
     *
     * @param name as it calls itself, with where it is
     * @param position in the log up to which it has replayed, as a number
     * @param bytes that the primary has written and the standby has not replayed
     * @param reported as it last reported, up to ten seconds ago; zero where there is nothing to report
     * @param catchingUp whether it is still fetching what it missed while it was away
     */
    public record Delay(String name, long position, long bytes, Duration reported, boolean catchingUp) {}

    private StandbyDelays() {}

    /** Whether this role is shown them at all; else they look as if there was nothing to tell. */
    public static boolean visible(Connection primary) throws SQLException {
        return Query.one(
                primary, "SELECT pg_has_role(current_user, 'pg_read_all_stats', 'USAGE')", row -> row.getBoolean(1));
    }

    /** Not those that decode the log, nor base backups and archives of it, which replay nothing. */
    public static List<Delay> list(Connection primary) throws SQLException {
        return Query.list(
                primary,
                """
                SELECT format('%s (%s, process %s)', coalesce(nullif(application_name, ''), 'unnamed'),
                              coalesce(host(client_addr), 'local'), pid),
                       pg_wal_lsn_diff(replay_lsn, '0/0')::bigint,
                       greatest(0, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn))::bigint,
                       coalesce(extract(epoch FROM replay_lag) * 1000, 0)::bigint, state = 'catchup'
                FROM pg_stat_replication r
                WHERE state IN ('catchup', 'streaming') AND replay_lsn IS NOT NULL
                  AND NOT EXISTS (SELECT FROM pg_replication_slots s
                                  WHERE s.active_pid = r.pid AND s.slot_type = 'logical')
                ORDER BY 1""",
                row -> new Delay(
                        row.getString(1),
                        row.getLong(2),
                        row.getLong(3),
                        Duration.ofMillis(row.getLong(4)),
                        row.getBoolean(5)));
    }

    /** Where the primary's log ends now, as a number. */
    public static long written(Connection primary) throws SQLException {
        return Query.one(primary, "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint", row -> row.getLong(1));
    }
}
