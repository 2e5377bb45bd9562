package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TimeRange;
import dev.firn.config.GuardName;
import dev.firn.config.Keep;
import dev.firn.lifecycle.guards.Scene;
import dev.firn.source.Aggregate;
import dev.firn.source.Chunk;
import dev.firn.source.ContinuousAggregates;
import dev.firn.source.Placement;
import dev.firn.source.RetentionPolicies;
import dev.firn.source.RetentionPolicies.Policy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What stands against a range coming back into its table: a retention policy that would drop it while it is held, and
 * continuous aggregates that would be cut.
 *
 * <p>A range that comes back as a chunk of its own leaves aggregates as they are: attaching logs no write, and what was
 * computed before the drop stands. Then two things harm them. Rows that are added to other chunks, and deleted from them
 * later, are writes, and the refresh after the deletion computes their buckets without them. And where a bucket holds rows
 * of the range and of one that stays away, any write among what came back has the refresh compute it from half its rows.
 */
final class ReturnGuards {

    private static final String ASIDE = "bring it back into a table of its own (--into table NAME)";

    private final TableWork work;
    private final Set<TimeRange> together;

    /** @param together all ranges that are to come back */
    ReturnGuards(TableWork work, Set<TimeRange> together) {
        this.work = work;
        this.together = Set.copyOf(together);
    }

    /**
     * Asked before anything is read.
     *
     * @param until the end of the hold
     */
    void require(TimeRange range, Instant until) throws SQLException {
        try (Connection connection = work.connections().getConnection()) {
            Placement placement = work.source().loader(work.table()).placement(connection, range);
            RetentionPolicies retention = RetentionPolicies.of(connection, work.table(), work.now());
            Optional<Policy> ofNew = first(placement.free().stream().map(part -> retention.takesBefore(until, part)));
            Optional<Policy> policy = ofNew.or(() -> takes(retention, placement.overlapping(), until));
            if (policy.isPresent()) {
                throw dropped(
                        range,
                        "bringing it back: %s would drop it again before its hold ends (%s), edits included;"
                                + " nothing was loaded",
                        policy.get(),
                        until);
            }
            if (work.config().guards().isOn(GuardName.CONTINUOUS_AGGREGATES)) {
                requireAggregatesUnharmed(connection, range, placement);
            }
        }
    }

    /**
     * Asked before what is there is held, or held for longer. Aggregates have no say: a hold adds no row and takes none
     * away.
     *
     * @param until the end of the hold
     */
    void requireLasting(TimeRange range, Instant until) throws SQLException {
        try (Connection connection = work.connections().getConnection()) {
            RetentionPolicies retention = RetentionPolicies.of(connection, work.table(), work.now());
            List<Chunk> chunks = work.source()
                    .loader(work.table())
                    .placement(connection, range)
                    .overlapping();
            Optional<Policy> policy = takes(retention, chunks, until);
            if (policy.isPresent()) {
                throw dropped(
                        range,
                        "keeping it: it is in the table, and %s would drop it before that hold ends (%s), edits"
                                + " included; how long it is held was not changed",
                        policy.get(),
                        until);
            }
        }
    }

    private static Optional<Policy> takes(RetentionPolicies retention, List<Chunk> chunks, Instant until) {
        return first(chunks.stream().map(chunk -> retention.takesBefore(until, chunk)));
    }

    private static Optional<Policy> first(Stream<Optional<Policy>> policies) {
        return policies.flatMap(Optional::stream).findFirst();
    }

    private FirnException dropped(TimeRange range, String what, Policy policy, Instant until) {
        String named = "the table's retention policy (job %d, after %s)".formatted(policy.jobId(), policy.after());
        return new FirnException(
                Category.REFUSED,
                work.where(range),
                what.formatted(named, Keep.show(until)),
                "remove the policy (Firn drops what is archived), or pause it while the range is back: SELECT"
                        + " alter_job(%d, scheduled => false); or %s".formatted(policy.jobId(), ASIDE));
    }

    private void requireAggregatesUnharmed(Connection connection, TimeRange range, Placement placement)
            throws SQLException {
        ContinuousAggregates aggregates = new ContinuousAggregates(connection, work.table());
        List<Aggregate> all = aggregates.all();
        if (all.isEmpty()) {
            return;
        }
        Optional<TimeRange> among = together.stream()
                .filter(other -> !other.equals(range) && other.overlaps(range))
                .findFirst();
        if (among.isPresent()) {
            throw refused(
                    range,
                    "it would come back among rows of %s, and when it is taken out again, %s would compute their buckets without it"
                            .formatted(among.get(), ContinuousAggregates.views(all)));
        }
        boolean ownChunk = placement.overlapping().stream()
                .allMatch(chunk ->
                        chunk.range().start() == range.start() && chunk.range().end() == range.end());
        if (!ownChunk) {
            throw refused(
                    range,
                    "chunks of other bounds lie over it (%s), and when its rows are taken out of them again, %s would compute"
                                    .formatted(ranges(placement.overlapping()), ContinuousAggregates.views(all))
                            + " their buckets without them");
        }
        List<TimeRange> away = away(connection, range);
        for (Aggregate aggregate : all) {
            Optional<TimeRange> widened = aggregates.widen(aggregate, range);
            Optional<TimeRange> cut = away.stream()
                    .filter(other -> widened.isPresent() && widened.get().overlaps(other))
                    .findFirst();
            // A child is computed from buckets, and these are all there.
            if (aggregate.direct() && cut.isPresent()) {
                throw refused(
                        range,
                        "a bucket of %s (%s) holds rows of it and of %s, which stays away: a write among what came back would"
                                        .formatted(aggregate, aggregate.bucketText(), cut.get())
                                + " have it computed from half its rows");
            }
        }
    }

    private List<TimeRange> away(Connection connection, TimeRange range) throws SQLException {
        List<TimeRange> away = new ArrayList<>(Scene.gone(
                work.source().chunks(connection, work.table()),
                work.catalog().chunks(work.namespace(), work.table().name()),
                work.archive().live(),
                work.expired()));
        away.removeIf(other -> other.equals(range) || together.contains(other));
        return away;
    }

    private static List<TimeRange> ranges(List<Chunk> chunks) {
        return chunks.stream().map(Chunk::range).toList();
    }

    private FirnException refused(TimeRange range, String why) {
        return new FirnException(
                Category.REFUSED,
                work.where(range),
                "bringing it back: %s (guard %s); nothing was loaded".formatted(why, GuardName.CONTINUOUS_AGGREGATES),
                ASIDE
                        + "; set guards.%s = off if the aggregates may lose them"
                                .formatted(GuardName.CONTINUOUS_AGGREGATES));
    }
}
