package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeRange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What became of each range that was asked for. */
public record RestoreSummary(List<Result> ranges) {

    /** How it ended. */
    public enum Outcome {
        /** Its rows are in the database again, and on hold. */
        RESTORED,
        /** It was in the database already; a hold on it was prolonged if it had come back earlier. */
        THERE,
        /** Another worker is at it. */
        LEFT,
        /** See the failure; nothing of it is in the database that was not there before. */
        FAILED
    }

    /**
     * One range.
     *
     * @param rows that its copies hold
     * @param bytes that were read from the store
     * @param notes what a person should know besides
     */
    public record Result(
            TableName table,
            TimeRange range,
            Outcome outcome,
            long rows,
            long bytes,
            Duration took,
            List<String> notes,
            Optional<FirnException> failure) {

        public Result {
            notes = List.copyOf(notes);
        }
    }

    public RestoreSummary {
        ranges = List.copyOf(ranges);
    }

    public long count(Outcome outcome) {
        return ranges.stream().filter(range -> range.outcome() == outcome).count();
    }

    /** Of the worst that happened. */
    public int exitCode() {
        int worst = ranges.stream()
                .flatMap(range -> range.failure().stream())
                .mapToInt(failure -> failure.category().exitCode())
                .max()
                .orElse(0);
        return worst == 0 && count(Outcome.LEFT) > 0 ? Category.PASSING.exitCode() : worst;
    }
}
