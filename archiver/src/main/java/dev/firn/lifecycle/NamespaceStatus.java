package dev.firn.lifecycle;

import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import dev.firn.config.GuardConfig;
import dev.firn.lifecycle.guards.Alarm;
import dev.firn.source.SourceInfo;
import dev.firn.source.Table;
import java.util.List;
import java.util.Optional;

/** Where the rows of a namespace are now. */
public record NamespaceStatus(String namespace, SourceInfo source, String location, List<TableStatus> tables) {

    /** What a range of a table is now. */
    public enum RangeState {
        HOT("hot"),
        COMPRESSED("compressed"),
        ARCHIVED("archived"),
        LATE_ROWS("archived, with late rows"),
        RESTORED("restored"),
        DROPPED("dropped");

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
     */
    public record Range(
            TimeRange range,
            RangeState state,
            long bytesInDatabase,
            long bytesArchived,
            long rowsArchived,
            Optional<String> lastFailure) {}

    /**
     * One table.
     *
     * @param chunkInterval microseconds or units, 0 where there is none
     * @param retentionAfter {@code drop_after} of a retention policy
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
    }

    public NamespaceStatus {
        tables = List.copyOf(tables);
    }
}
