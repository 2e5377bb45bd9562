package dev.firn.source;

import dev.firn.TableName;
import dev.firn.TimeRange;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * What TimescaleDB's retention policies will drop of a table, whether it is archived or not. A policy that is paused does
 * nothing and is left out.
 *
 * @param all the policies that are scheduled
 * @param created chunks that a policy by age of creation takes soon; that age says nothing of the rows
 * @param now the table's time when they were read
 */
public record RetentionPolicies(List<Policy> all, Set<TableName> created, long now) {

    /**
     * One of them.
     *
     * @param after as its configuration says
     * @param cutoff chunks that end here or before are dropped when it runs; the smallest long for one by creation
     * @param soon the same for a day after its next run but one
     * @param takesNew when one by creation takes a chunk that is made now, in microseconds since 1970; else the largest long
     * @param takes when one by creation takes each chunk that is there
     */
    public record Policy(long jobId, String after, long cutoff, long soon, long takesNew, Map<TableName, Long> takes) {

        public Policy {
            takes = Map.copyOf(takes);
        }

        boolean byCreation() {
            return takesNew != Long.MAX_VALUE;
        }
    }

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

    private static final String TAKES_NEW = "SELECT _timescaledb_functions.to_unix_microseconds(now() + ?::interval)";

    private static final String CREATED =
            """
            SELECT chunk_schema, chunk_name,
                   _timescaledb_functions.to_unix_microseconds(chunk_creation_time + ?::interval),
                   chunk_creation_time < now() - ?::interval + ?::interval + interval '1 day'
            FROM timescaledb_information.chunks WHERE hypertable_schema = ? AND hypertable_name = ?""";

    public RetentionPolicies {
        all = List.copyOf(all);
        created = Set.copyOf(created);
    }

    /** None. */
    public static RetentionPolicies none() {
        return new RetentionPolicies(List.of(), Set.of(), 0);
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
            policies.add(
                    each.byCreation()
                            ? byCreation(connection, table, each, created)
                            : byAge(connection, table, each, now));
        }
        return new RetentionPolicies(policies, created, now);
    }

    /** @param soon gets to know which chunks it takes soon */
    private static Policy byCreation(Connection connection, Table table, Found found, Set<TableName> soon)
            throws SQLException {
        Map<TableName, Long> takes = new HashMap<>();
        Query.list(
                connection,
                CREATED,
                row -> {
                    TableName chunk = new TableName(row.getString(1), row.getString(2));
                    if (row.getBoolean(4)) {
                        soon.add(chunk);
                    }
                    return takes.put(chunk, row.getLong(3));
                },
                found.after(),
                found.after(),
                found.every(),
                table.name().schema(),
                table.name().name());
        long takesNew = Query.one(connection, TAKES_NEW, row -> row.getLong(1), found.after());
        return new Policy(found.jobId(), found.after(), Long.MIN_VALUE, Long.MIN_VALUE, takesNew, takes);
    }

    private static Policy byAge(Connection connection, Table table, Found found, long now) throws SQLException {
        if (table.timeKind().isInteger()) {
            long cutoff = Math.subtractExact(now, Long.parseLong(found.after()));
            long soon = Math.addExact(cutoff, table.chunkInterval());
            return new Policy(found.jobId(), found.after(), cutoff, soon, Long.MAX_VALUE, Map.of());
        }
        return Query.one(
                connection,
                CUTOFF,
                row -> new Policy(
                        found.jobId(), found.after(), row.getLong(1), row.getLong(2), Long.MAX_VALUE, Map.of()),
                found.after(),
                found.after(),
                found.every());
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
                : all.stream().filter(Policy::byCreation).findFirst();
    }

    /**
     * The policy that would drop a chunk of this range, were it made now, before that moment: what is loaded again is new to
     * a policy by creation, and no younger than it was to the others. When a number will be reached, nobody knows.
     */
    public Optional<Policy> takesBefore(Instant moment, TimeRange range) {
        return takesBefore(moment, range, Policy::takesNew);
    }

    /** The policy that will drop a chunk that is there before that moment. */
    public Optional<Policy> takesBefore(Instant moment, Chunk chunk) {
        return takesBefore(
                moment, chunk.range(), policy -> policy.takes().getOrDefault(chunk.relation(), policy.takesNew()));
    }

    private Optional<Policy> takesBefore(Instant moment, TimeRange range, ToLongFunction<Policy> byCreation) {
        long until = TimeUnit.SECONDS.toMicros(moment.getEpochSecond());
        long meanwhile = range.kind().isInteger() ? 0 : Math.max(0, until - now);
        return all.stream()
                .filter(policy -> policy.byCreation()
                        ? byCreation.applyAsLong(policy) <= until
                        : range.end() - meanwhile <= policy.soon())
                .findFirst();
    }
}
