package dev.firn.lifecycle;

import dev.firn.TimeRange;
import dev.firn.config.Age;
import dev.firn.lifecycle.NamespaceStatus.Lag;
import dev.firn.source.Aggregate;
import dev.firn.source.Chunk;
import dev.firn.source.ContinuousAggregates;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** By how much archiving, and what is computed of a table, are behind it. Nothing of either where time is a number. */
final class Lags {

    private Lags() {}

    static Optional<Lag> ofArchive(TableWork work, List<NamespaceStatus.Range> ranges) {
        if (work.table().timeKind().isInteger() || !(work.config().archiveAfter() instanceof Age.OfTime after)) {
            return Optional.empty();
        }
        OptionalLong oldest = ranges.stream()
                .filter(NamespaceStatus.Range::due)
                .map(NamespaceStatus.Range::range)
                .mapToLong(TimeRange::end)
                .min();
        if (oldest.isEmpty()) {
            return Optional.of(Lag.NONE);
        }
        Duration age = between(oldest.getAsLong(), work.now());
        return Optional.of(new Lag(age, age.minus(after.duration())));
    }

    /**
     * Measured from the end of the newest chunk, or from now where that lies ahead: an aggregate is not behind a table into
     * which nobody writes. What was never computed is behind by all that there is.
     */
    static Optional<Duration> ofAggregates(Connection connection, TableWork work, List<Chunk> chunks)
            throws SQLException {
        if (work.table().timeKind().isInteger() || chunks.isEmpty()) {
            return Optional.empty();
        }
        ContinuousAggregates aggregates = new ContinuousAggregates(connection, work.table());
        long first = chunks.stream()
                .map(Chunk::range)
                .mapToLong(TimeRange::start)
                .min()
                .getAsLong();
        long last = chunks.stream()
                .map(Chunk::range)
                .mapToLong(TimeRange::end)
                .max()
                .getAsLong();
        long newest = Math.min(work.now(), last);
        Optional<Duration> lag = Optional.empty();
        for (Aggregate aggregate : aggregates.all()) {
            long computed = Math.max(aggregates.computedUpTo(aggregate).orElse(first), first);
            Duration behind = computed < newest ? between(computed, newest) : Duration.ZERO;
            lag = Optional.of(lag.filter(other -> other.compareTo(behind) > 0).orElse(behind));
        }
        return lag;
    }

    private static Duration between(long start, long end) {
        return Duration.of(Math.subtractExact(end, start), ChronoUnit.MICROS);
    }
}
