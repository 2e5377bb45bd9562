package dev.firn.athena;

import dev.firn.archive.Manifest;
import dev.firn.archive.PartitionBy;
import java.time.Duration;
import java.time.LocalDate;

/**
 * How an engine computes which partitions there are, instead of asking a catalogue. It looks nowhere else: a partition
 * that is not on the grid is rows that nobody sees and no error tells of.
 */
public sealed interface Projection {

    /** Whether every row of this copy is found. */
    boolean covers(Manifest copy);

    /** Of whatever describes a grid: what lies beside it. */
    String CHUNKS_BESIDE = ": CHUNKS BEFORE, BETWEEN OR AFTER THESE ARE NOT SHOWN until this is printed and run again";

    /** What it covers, what future it expects, and that nothing else is shown, for people. */
    String describe();

    /**
     * Partitions by the start of a chunk, each a step after the one before.
     *
     * @param firstSecond start of the oldest chunk, in seconds since 1970
     */
    record Chunks(long firstSecond, Duration step) implements Projection {

        private static final long MICROS = 1_000_000;

        @Override
        public boolean covers(Manifest copy) {
            long second = copy.range().start() / MICROS;
            return copy.partitionBy() == PartitionBy.CHUNK
                    && ProjectionGrid.isPlain(copy.range())
                    && second >= firstSecond
                    && (second - firstSecond) % step.toSeconds() == 0;
        }

        @Override
        public String describe() {
            return "chunks that start at %s or a multiple of %s later, until a day from the time of a query"
                            .formatted(ProjectionGrid.chunkName(firstSecond), ProjectionGrid.words(step))
                    + CHUNKS_BESIDE;
        }
    }

    /** Partitions by the day of the rows. */
    record Days(LocalDate first) implements Projection {

        @Override
        public boolean covers(Manifest copy) {
            return copy.partitionBy() == PartitionBy.DAY
                    && copy.files().stream()
                            .map(file -> ProjectionGrid.day(file.partition()))
                            .allMatch(day -> day.isPresent() && day.getAsLong() >= first.toEpochDay());
        }

        @Override
        public String describe() {
            return "every day from %s until a day from the time of a query: ROWS OF OTHER DAYS ARE NOT SHOWN until this is printed and run again"
                    .formatted(first);
        }
    }

    /** Partitions by the start of a chunk of a table whose time is a number; nothing says how far it will go. */
    record Numbers(long first, long last, long step) implements Projection {

        @Override
        public boolean covers(Manifest copy) {
            long start = copy.range().start();
            return copy.partitionBy() == PartitionBy.CHUNK
                    && copy.range().kind().isInteger()
                    && start >= first
                    && start <= last
                    && (start - first) % step == 0;
        }

        /** Whether engines that count in 32 bits can count so far. */
        boolean isSmall() {
            return last <= Integer.MAX_VALUE && step <= Integer.MAX_VALUE;
        }

        @Override
        public String describe() {
            return "chunks that start at %d or a multiple of %d later, until %d".formatted(first, step, last)
                    + CHUNKS_BESIDE;
        }
    }

    /** There is none that finds every row: partitions are registered. */
    record None(String reason) implements Projection {

        @Override
        public boolean covers(Manifest copy) {
            return false;
        }

        @Override
        public String describe() {
            return "no projection, since %s: WHAT IS ARCHIVED LATER IS NOT SHOWN until the statement that registers partitions is run again"
                    .formatted(reason);
        }
    }
}
