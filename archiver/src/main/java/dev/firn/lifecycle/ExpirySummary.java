package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.athena.glue.SyncedTable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What became of the archived ranges that are older than {@code expire-after}, or would.
 *
 * @param refused tables that could not be looked at at all
 * @param synced what became of tables in the Glue Data Catalog, where it is told of them
 */
public record ExpirySummary(List<Result> ranges, Map<TableName, FirnException> refused, List<SyncedTable> synced) {

    /** How it ended for one range. */
    public enum Outcome {
        /** Its copies would be removed. */
        DUE("due"),
        /** Its copies are gone for good. */
        EXPIRED("expired"),
        /** Something stands against it. */
        KEPT("kept"),
        /** Another program has it in work or was faster; nothing was done here. */
        LEFT("left to another worker"),
        /** It failed; what is true of the data stands in the failure. */
        FAILED("failed");

        private final String word;

        Outcome(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /**
     * One range.
     *
     * @param copies how many live copies it had
     * @param rows in them
     * @param bytes of them in the store
     * @param why what stands against it, or who has it
     */
    public record Result(
            TableName table,
            TimeRange range,
            Outcome outcome,
            int copies,
            long rows,
            long bytes,
            Optional<String> why,
            Optional<FirnException> failure) {}

    public ExpirySummary {
        ranges = List.copyOf(ranges);
        refused = Map.copyOf(new LinkedHashMap<>(refused));
        synced = List.copyOf(synced);
    }

    /** The tables of which something does not count any more; where that failed, it may be so all the same. */
    Set<TableName> touched() {
        return ranges.stream()
                .filter(range -> range.outcome() == Outcome.EXPIRED || range.outcome() == Outcome.FAILED)
                .map(Result::table)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    public long count(Outcome outcome) {
        return ranges.stream().filter(range -> range.outcome() == outcome).count();
    }

    /** That of the gravest failure. */
    public int exitCode() {
        return FirnException.exitCode(Stream.of(
                        ranges.stream().flatMap(range -> range.failure().stream()),
                        refused.values().stream(),
                        synced.stream().flatMap(table -> table.failure().stream()))
                .flatMap(failures -> failures));
    }
}
