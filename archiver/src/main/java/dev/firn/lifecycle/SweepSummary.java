package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the janitor found, old enough to be looked at.
 *
 * @param refused tables that could not be looked at at all
 */
public record SweepSummary(List<Item> items, Map<TableName, FirnException> refused) {

    /** What may be left behind. */
    public enum Kind {
        /** Files and uploads of a try to copy a chunk, under {@code incoming/}. */
        ATTEMPT("attempt"),
        /** An upload that was begun and never ended. */
        UPLOAD("upload"),
        /** Files of a copy that was replaced, or has expired. */
        SUPERSEDED("superseded files"),
        /** Where streams ended, kept for an expiry that never happened. */
        HEADS("heads of streams"),
        /** A table in the database that rows were loaded into. */
        STAGING("staging table"),
        /** What the catalogue remembers of an attempt that left nothing else. */
        RECORD("record of an attempt"),
        /** What `doctor` or the janitor wrote to try the store out. */
        PROBE("probe"),
        /** An object that readers take for rows, and no manifest names. */
        STRAY("stray object");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /** What became of it. */
    public enum Outcome {
        /** It would be removed. */
        DUE("due"),
        REMOVED("removed"),
        KEPT("kept"),
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
     * One thing left behind.
     *
     * @param table none for what belongs to the namespace
     * @param what key or name
     * @param bytes as far as is known
     * @param lastSign when it was last seen to change, as far as is known
     * @param why it is kept
     */
    public record Item(
            Kind kind,
            Optional<TableName> table,
            String what,
            long bytes,
            Optional<Instant> lastSign,
            Outcome outcome,
            Optional<String> why,
            Optional<FirnException> failure) {}

    public SweepSummary {
        items = List.copyOf(items);
        refused = Map.copyOf(refused);
    }

    public long count(Outcome outcome) {
        return items.stream().filter(item -> item.outcome() == outcome).count();
    }

    /** That of the worst: a stray object is data that nobody proved. */
    public int exitCode() {
        int failed = FirnException.exitCode(
                Stream.concat(items.stream().flatMap(item -> item.failure().stream()), refused.values().stream()));
        return items.stream().anyMatch(item -> item.kind() == Kind.STRAY) ? Category.DATA.exitCode() : failed;
    }
}
