package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.TimeRange;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What would be read and loaded, and what is in the way. */
public record RestoreForecast(List<Range> ranges) {

    /** What would become of a range. */
    public enum Step {
        /** It would be loaded. */
        LOAD,
        /** It is in the table already. */
        THERE,
        /** See the obstacle. */
        IN_THE_WAY
    }

    /**
     * One range.
     *
     * @param rows that would be read; no more than these would be loaded
     * @param bytes that would be read from the store, or a few less
     * @param databaseBytes what as many rows took in the database when they were archived; nothing where that is not known
     * @param notes what a person should know besides
     */
    public record Range(
            TableName table,
            TimeRange range,
            Step step,
            int copies,
            long rows,
            long bytes,
            OptionalLong databaseBytes,
            List<String> notes,
            Optional<FirnException> obstacle) {

        public Range {
            notes = List.copyOf(notes);
        }
    }

    public RestoreForecast {
        ranges = List.copyOf(ranges);
    }

    /** That the command would end with, if nothing else happens. */
    public int exitCode() {
        return ranges.stream()
                .flatMap(range -> range.obstacle().stream())
                .mapToInt(obstacle -> obstacle.category().exitCode())
                .max()
                .orElse(0);
    }
}
