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
 */
public record ChunkRow(
        ChunkKey key,
        ChunkState state,
        List<ArchivedChunk> copies,
        Optional<Instant> droppedAt,
        Optional<Failure> failure) {

    public ChunkRow {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(droppedAt, "droppedAt");
        Objects.requireNonNull(failure, "failure");
        copies = List.copyOf(copies);
    }

    /**
     * Why the last try failed, and how often in a row it did.
     *
     * @param retryAfter not tried again before, by the database's clock
     * @param due whether that time has come, by the database's clock when the row was read
     */
    public record Failure(
            int count,
            FirnException.Category category,
            String message,
            String hint,
            Instant failedAt,
            Instant retryAfter,
            boolean due) {}

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
