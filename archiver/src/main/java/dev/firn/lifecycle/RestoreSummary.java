package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeRange;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What became of each range that was asked for.
 *
 * @param refused tables of which nothing was loaded, and why
 * @param nothingArchived tables that had nothing there, beside others that had; in a few words each
 */
public record RestoreSummary(
        List<Result> ranges, Map<TableName, FirnException> refused, Map<TableName, String> nothingArchived) {

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
        refused = Collections.unmodifiableMap(new LinkedHashMap<>(refused));
        nothingArchived = Collections.unmodifiableMap(new LinkedHashMap<>(nothingArchived));
    }

    /** Of a command that any failure ends, but those of ranges. */
    public RestoreSummary(List<Result> ranges) {
        this(ranges, Map.of(), Map.of());
    }

    public long count(Outcome outcome) {
        return ranges.stream().filter(range -> range.outcome() == outcome).count();
    }

    /** Of the gravest that happened. */
    public int exitCode() {
        int worst = FirnException.exitCode(
                Stream.concat(ranges.stream().flatMap(range -> range.failure().stream()), refused.values().stream()));
        return worst == 0 && count(Outcome.LEFT) > 0 ? Category.PASSING.exitCode() : worst;
    }
}
