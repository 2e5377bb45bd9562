package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.TimeRange;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What would be read and loaded, and what is in the way.
 *
 * @param refused tables of which nothing would be loaded, and why
 * @param nothingArchived tables that have nothing there, beside others that have; in a few words each
 */
public record RestoreForecast(
        List<Range> ranges, Map<TableName, FirnException> refused, Map<TableName, String> nothingArchived) {

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
        refused = Collections.unmodifiableMap(new LinkedHashMap<>(refused));
        nothingArchived = Collections.unmodifiableMap(new LinkedHashMap<>(nothingArchived));
    }

    /** That the command would end with, if nothing else happens. */
    public int exitCode() {
        return FirnException.exitCode(
                Stream.concat(ranges.stream().flatMap(range -> range.obstacle().stream()), refused.values().stream()));
    }
}
