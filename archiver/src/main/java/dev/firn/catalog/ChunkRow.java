package dev.firn.catalog;

import dev.firn.FirnException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the catalogue knows of one chunk.
 *
 * @param copies the live ones, by generation: a first copy or what replaced it, and additions
 * @param droppedAt when it was last dropped
 * @param failure the last failure, if none of the tries since succeeded
 * @param loadedAs what was loaded back, where the table's columns were other ones than those it was archived with
 * @param storage where a range that came back lay then, as a chunk of its own, where that is known
 * @param edit that a range that came back was found to be another one since
 */
public record ChunkRow(
        ChunkKey key,
        ChunkState state,
        List<ArchivedChunk> copies,
        Optional<Instant> droppedAt,
        Optional<Failure> failure,
        Optional<LoadedAs> loadedAs,
        Optional<String> storage,
        Optional<Edit> edit) {

    public ChunkRow {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(droppedAt, "droppedAt");
        Objects.requireNonNull(failure, "failure");
        Objects.requireNonNull(loadedAs, "loadedAs");
        Objects.requireNonNull(storage, "storage");
        Objects.requireNonNull(edit, "edit");
        copies = List.copyOf(copies);
    }

    /**
     * Why the last try failed, and how often in a row it did.
     *
     * @param retryAfter not tried again before, by the database's clock
     * @param settings stands for the configuration of the table under which it failed, where that is known
     * @param due whether that time has come, by the database's clock when the row was read
     */
    public record Failure(
            int count,
            FirnException.Category category,
            String message,
            String hint,
            Instant failedAt,
            Instant retryAfter,
            boolean due,
            Optional<String> settings) {}

    /**
     * What the rows of a range that came back digested to in the table's own columns.
     *
     * @param columns name and type of each
     * @param digest 32 hexadecimal digits
     */
    public record LoadedAs(List<String> columns, String digest) {

        public LoadedAs {
            columns = List.copyOf(columns);
            if (columns.isEmpty() || !digest.matches("[0-9a-f]{32}")) {
                throw new IllegalArgumentException("'%s' is no digest over %s".formatted(digest, columns));
            }
        }
    }

    /**
     * What became of a range that came back.
     *
     * @param fingerprint of the chunk of which this was found
     */
    public record Edit(Kind kind, String fingerprint) {

        /** The ways in which it can differ. */
        public enum Kind {
            /** It holds other rows than came back. */
            EDITED,
            /** All of its rows are gone: nobody edits like that. */
            EMPTIED,
            /** The chunk that came back is gone, and another one is in its place. */
            SUPPLANTED,
            /** It has fewer rows than came back, and was truncated or rewritten: nobody can tell which. */
            TRUNCATED,
            /** It was edited, and archived columns are missing that a copy of it would not have. */
            NARROWER,
            /** Its columns were changed since, so that nobody can tell. */
            UNKNOWN
        }
    }

    /** The copy of the highest generation. */
    public Optional<ArchivedChunk> latest() {
        return copies.isEmpty() ? Optional.empty() : Optional.of(copies.get(copies.size() - 1));
    }

    /** Rows in all live copies. */
    public long rows() {
        return copies.stream().mapToLong(ArchivedChunk::rows).sum();
    }

    /** Bytes of all live copies in the store. */
    public long bytes() {
        return copies.stream().mapToLong(ArchivedChunk::bytes).sum();
    }
}
