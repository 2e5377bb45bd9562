package dev.firn.source;

import dev.firn.TimeRange;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * A job of TimescaleDB that drops old chunks of a table, restored ones with their edits among them.
 *
 * @param after what it lets pass, as the job has it
 * @param byCreation whether it goes by when a chunk was made, which for a restored one is now
 * @param scheduled whether the job runs at present
 * @param cutoff chunks that end up to here are dropped; of no meaning where it goes by creation
 */
public record RetentionPolicy(int job, String after, boolean byCreation, boolean scheduled, long cutoff) {

    // A timestamp without time zone is compared with the clock of whatever zone the job runs in: one day more is safe.
    private static final String POLICIES =
            """
            SELECT job_id, coalesce(config->>'drop_after', config->>'drop_created_before'),
                   config->>'drop_after' IS NULL, scheduled,
                   CASE WHEN config->>'drop_after' IS NULL THEN 0
                        WHEN ? THEN (?::numeric - (config->>'drop_after')::numeric)::bigint
                        ELSE (extract(epoch FROM now() - CASE WHEN ? THEN NULL ELSE config->>'drop_after' END::interval)
                              * 1000000)::bigint + ? END
            FROM timescaledb_information.jobs
            WHERE proc_name = 'policy_retention' AND hypertable_schema = ? AND hypertable_name = ?
            ORDER BY job_id""";

    private static final long DAY_MICROS = 86_400_000_000L;

    /** All that there are; none for partitions. */
    public static List<RetentionPolicy> of(Connection connection, Table table) throws SQLException {
        boolean any = table.hypertableId() != 0
                && Query.one(
                        connection,
                        """
                        SELECT EXISTS (SELECT FROM timescaledb_information.jobs WHERE proc_name = 'policy_retention'
                                         AND hypertable_schema = ? AND hypertable_name = ?)""",
                        row -> row.getBoolean(1),
                        table.name().schema(),
                        table.name().name());
        if (!any) {
            return List.of();
        }
        boolean integer = table.timeKind().isInteger();
        long slack =
                switch (table.timeKind()) {
                    case TIMESTAMP, DATE -> DAY_MICROS;
                    default -> 0;
                };
        return Query.list(
                connection,
                POLICIES,
                RetentionPolicy::read,
                integer,
                integer ? TableClock.now(connection, table) : 0L,
                integer,
                slack,
                table.name().schema(),
                table.name().name());
    }

    private static RetentionPolicy read(ResultSet row) throws SQLException {
        return new RetentionPolicy(
                row.getInt(1), row.getString(2), row.getBoolean(3), row.getBoolean(4), row.getLong(5));
    }

    /** Whether its next run would drop a chunk of this range, were it there. */
    public boolean wouldDrop(TimeRange range) {
        return !byCreation && range.end() <= cutoff;
    }
}
