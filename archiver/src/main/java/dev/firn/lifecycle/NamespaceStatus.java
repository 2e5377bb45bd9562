package dev.firn.lifecycle;

import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.Claim;
import dev.firn.catalog.Pause;
import dev.firn.config.GuardConfig;
import dev.firn.lifecycle.guards.Alarm;
import dev.firn.source.SourceInfo;
import dev.firn.source.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Where the rows of a namespace are now.
 *
 * @param pauses what a person stopped until further notice
 * @param uncovered what else is in its database and should be archived
 */
public record NamespaceStatus(
        String namespace,
        SourceInfo source,
        String location,
        List<TableStatus> tables,
        List<Pause> pauses,
        Uncovered uncovered) {

    /** What a range of a table is now. */
    public enum RangeState {
        HOT("hot"),
        COMPRESSED("compressed"),
        ARCHIVED("archived"),
        LATE_ROWS("archived, with late rows"),
        RESTORED("restored"),
        DROPPED("dropped"),
        EXPIRED("expired");

        private final String word;

        RangeState(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /**
     * One range.
     *
     * @param rowsArchived rows of its live copies
     * @param bytesBefore what these took in the database when they were copied, 0 where that is not known
     * @param due whether it is old enough to be archived and holds rows that are not
     * @param keptUntil until when what came back of it is left alone
     * @param claim who has it in work just now, on whatever machine
     * @param lastFailure that no try since made good
     */
    public record Range(
            TimeRange range,
            RangeState state,
            long bytesInDatabase,
            long bytesArchived,
            long rowsArchived,
            long bytesBefore,
            boolean due,
            Optional<Instant> keptUntil,
            Optional<Claim> claim,
            Optional<ChunkRow.Failure> lastFailure) {}

    /**
     * How far archiving is behind.
     *
     * @param age of the oldest range that is due and not archived, from its end; nothing by integer time
     * @param overdue how long it has been due
     */
    public record Lag(Duration age, Duration overdue) {

        public static final Lag NONE = new Lag(Duration.ZERO, Duration.ZERO);
    }

    /**
     * One table.
     *
     * @param chunkInterval microseconds or units, 0 where there is none
     * @param retentionAfter {@code drop_after} of a retention policy
     * @param lag nothing where time is no time
     * @param aggregateLag by how much the table's continuous aggregates, the last of them, are behind its newest rows; nothing
     *     where there are none
     * @param guards what keeps its chunks from being dropped
     * @param alarms what somebody should know of it
     * @param queryWarning what query engines may not show of its archive, and what to do about it
     * @param refusal why the table is refused, if it is
     */
    public record TableStatus(
            TableName table,
            long chunkInterval,
            TimeKind timeKind,
            Optional<Table.Compression> compression,
            Optional<String> retentionAfter,
            List<Range> ranges,
            Optional<Lag> lag,
            Optional<Duration> aggregateLag,
            GuardConfig guards,
            List<Alarm> alarms,
            Optional<String> queryWarning,
            Optional<String> refusal) {

        public TableStatus {
            ranges = List.copyOf(ranges);
            alarms = List.copyOf(alarms);
        }

        public long bytesInDatabase() {
            return ranges.stream().mapToLong(Range::bytesInDatabase).sum();
        }

        public long bytesArchived() {
            return ranges.stream().mapToLong(Range::bytesArchived).sum();
        }

        /** How many times smaller copies are than what they are copies of; nothing where no copy tells. */
        public OptionalDouble compressionRatio() {
            long before = 0;
            long archived = 0;
            for (Range range : ranges) {
                if (range.bytesBefore > 0) {
                    before += range.bytesBefore;
                    archived += range.bytesArchived;
                }
            }
            return archived > 0 ? OptionalDouble.of((double) before / archived) : OptionalDouble.empty();
        }
    }

    NamespaceStatus with(Uncovered found) {
        return new NamespaceStatus(namespace, source, location, tables, pauses, found);
    }

    public NamespaceStatus {
        tables = List.copyOf(tables);
        pauses = List.copyOf(pauses);
    }
}
