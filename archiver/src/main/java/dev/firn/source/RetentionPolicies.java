package dev.firn.source;

import dev.firn.TableName;
import dev.firn.TimeRange;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What TimescaleDB's retention policies will drop of a table, whether it is archived or not. A policy that is paused does
 * nothing and is left out.
 *
 * @param all the policies that are scheduled
 * @param created chunks that a policy by age of creation takes soon; that age says nothing of the rows
 */
public record RetentionPolicies(List<Policy> all, Set<TableName> created) {

    /**
     * One of them.
     *
     * @param after as its configuration says
     * @param cutoff chunks that end here or before are dropped when it runs; the smallest long for one by creation
     * @param soon the same for a day after its next run but one
     */
    public record Policy(long jobId, String after, long cutoff, long soon) {}

    private static final String POLICIES =
            """
            SELECT job_id, coalesce(config->>'drop_after', config->>'drop_created_before'),
                   config->>'drop_after' IS NULL, schedule_interval::text
            FROM timescaledb_information.jobs
            WHERE proc_name = 'policy_retention' AND scheduled AND hypertable_schema = ? AND hypertable_name = ?
            ORDER BY job_id""";

    private static final String CUTOFF =
            """
            SELECT _timescaledb_functions.to_unix_microseconds(now() - ?::interval),
                   _timescaledb_functions.to_unix_microseconds(now() - ?::interval + ?::interval + interval '1 day')""";

    private static final String CREATED =
            """
            SELECT chunk_schema, chunk_name FROM timescaledb_information.chunks
            WHERE hypertable_schema = ? AND hypertable_name = ?
              AND chunk_creation_time < now() - ?::interval + ?::interval + interval '1 day'""";

    private static final String ENDS_BEFORE =
            "SELECT _timescaledb_functions.to_unix_microseconds(?::timestamptz - ?::interval) >= ?";

    private static final String CREATED_BEFORE =
            "SELECT ?::timestamptz - ?::interval > now() AND ?::bigint IS NOT NULL";

    public RetentionPolicies {
        all = List.copyOf(all);
        created = Set.copyOf(created);
    }

    /** None. */
    public static RetentionPolicies none() {
        return new RetentionPolicies(List.of(), Set.of());
    }

    private record Found(long jobId, String after, boolean byCreation, String every) {}

    /**
     * Those of this table.
     *
     * @param now the table's time, as {@link TableClock} tells it
     */
    public static RetentionPolicies of(Connection connection, Table table, long now) throws SQLException {
        if (table.hypertableId() == 0) {
            return none();
        }
        List<Found> found = Query.list(
                connection,
                POLICIES,
                row -> new Found(row.getLong(1), row.getString(2), row.getBoolean(3), row.getString(4)),
                table.name().schema(),
                table.name().name());
        List<Policy> policies = new ArrayList<>();
        Set<TableName> created = new HashSet<>();
        for (Found each : found) {
            policies.add(policy(connection, table, each, now));
            if (each.byCreation()) {
                created.addAll(Query.list(
                        connection,
                        CREATED,
                        row -> new TableName(row.getString(1), row.getString(2)),
                        table.name().schema(),
                        table.name().name(),
                        each.after(),
                        each.every()));
            }
        }
        return new RetentionPolicies(policies, created);
    }

    private static Policy policy(Connection connection, Table table, Found found, long now) throws SQLException {
        if (found.byCreation()) {
            return new Policy(found.jobId(), found.after(), Long.MIN_VALUE, Long.MIN_VALUE);
        }
        if (table.timeKind().isInteger()) {
            long cutoff = Math.subtractExact(now, Long.parseLong(found.after()));
            return new Policy(found.jobId(), found.after(), cutoff, Math.addExact(cutoff, table.chunkInterval()));
        }
        return Query.one(
                connection,
                CUTOFF,
                row -> new Policy(found.jobId(), found.after(), row.getLong(1), row.getLong(2)),
                found.after(),
                found.after(),
                found.every());
    }

    /**
     * The policy that would drop a chunk of this range, were it made now, before that time or soon. How fast the time of a
     * table that counts in numbers goes on is not known: there it is only "soon".
     */
    public static Optional<Policy> takingBefore(
            Connection connection, Table table, long now, TimeRange range, Instant until) throws SQLException {
        RetentionPolicies policies = of(connection, table, now);
        Optional<Policy> soon = policies.takesSoon(range);
        if (soon.isPresent() || table.timeKind().isInteger()) {
            return soon;
        }
        for (Policy policy : policies.all()) {
            boolean takes = Query.one(
                    connection,
                    policy.cutoff() == Long.MIN_VALUE ? CREATED_BEFORE : ENDS_BEFORE,
                    row -> row.getBoolean(1),
                    until.toString(),
                    policy.after(),
                    range.end());
            if (takes) {
                return Optional.of(policy);
            }
        }
        return Optional.empty();
    }

    /** The policy that would drop a chunk of this range, were it there, on one of its next runs. */
    public Optional<Policy> takesSoon(TimeRange range) {
        return all.stream().filter(policy -> range.end() <= policy.soon()).findFirst();
    }

    /** The policy that drops the chunk on one of its next runs. */
    public Optional<Policy> takesSoon(Chunk chunk) {
        Optional<Policy> byAge = takesSoon(chunk.range());
        return byAge.isPresent() || !created.contains(chunk.relation())
                ? byAge
                : all.stream()
                        .filter(policy -> policy.cutoff() == Long.MIN_VALUE)
                        .findFirst();
    }
}
