package dev.firn.athena;

import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.archive.Manifest.DataFile;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;

/**
 * How a query says which partitions it needs, by an example from the archive. A row lies in the chunk that holds it, which
 * starts before it by up to a chunk's length: a condition that forgets it skips rows.
 */
final class PartitionCondition {

    private static final long MICROS_PER_SECOND = 1_000_000;

    private PartitionCondition() {}

    /** For people; empty where partitions are not computed. */
    static String of(Projection projection, List<Manifest> live) {
        if (projection instanceof Projection.None) {
            return "";
        }
        if (projection instanceof Projection.Days) {
            String newest = live.stream()
                    .flatMap(copy -> copy.files().stream())
                    .map(DataFile::partition)
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            return "say `dt >= '%s'` in queries, the day in UTC.".formatted(newest);
        }
        List<TimeRange> ranges = live.stream().map(Manifest::range).toList();
        if (ranges.stream().anyMatch(range -> range.end() == Long.MAX_VALUE)) {
            return "say from which `chunk` on in queries. A chunk holds rows from its start on, and one of these has"
                    + " no end.";
        }
        long longest = ranges.stream()
                .mapToLong(range -> range.end() - range.start())
                .max()
                .orElseThrow();
        TimeRange newest = ranges.stream().max(Comparator.naturalOrder()).orElseThrow();
        long moment = newest.start() + (newest.end() - newest.start()) / 2;
        return projection instanceof Projection.Numbers
                ? text(Long.toString(longest), Long.toString(moment), "%019d".formatted(Math.max(0, moment - longest)))
                : times(longest, moment);
    }

    private static String times(long longest, long moment) {
        long second = Math.floorDiv(moment, MICROS_PER_SECOND);
        long seconds = Math.floorDiv(longest + MICROS_PER_SECOND - 1, MICROS_PER_SECOND);
        return text(
                ProjectionGrid.words(Duration.ofSeconds(seconds)),
                Instant.EPOCH.plus(second, ChronoUnit.SECONDS).toString(),
                ProjectionGrid.chunkName(second - seconds));
    }

    private static String text(String length, String moment, String chunk) {
        return ("say from which `chunk` on in queries. A chunk holds rows from its start on, for up to %s here: for"
                        + " rows from %s on say `chunk >= '%s'` too.")
                .formatted(length, moment, chunk);
    }
}
