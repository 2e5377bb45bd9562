package dev.firn.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What was brought back, and until when it is to be left alone.
 *
 * @param manifestKeys of the copies that were loaded
 * @param relation the chunk that holds the rows now
 * @param storage where it lies, if it is a chunk of just this range now
 * @param loadedAs what the rows digest to in the table's columns, where these are not the archived ones
 */
public record RestoreRecord(
        List<String> manifestKeys,
        String relation,
        Optional<String> storage,
        long rows,
        Instant until,
        Optional<ChunkRow.LoadedAs> loadedAs) {

    public RestoreRecord {
        manifestKeys = List.copyOf(manifestKeys);
        Objects.requireNonNull(relation, "relation");
        Objects.requireNonNull(storage, "storage");
        Objects.requireNonNull(until, "until");
        Objects.requireNonNull(loadedAs, "loadedAs");
        if (manifestKeys.isEmpty() || rows < 0) {
            throw new IllegalArgumentException("%s: %d rows of %s".formatted(relation, rows, manifestKeys));
        }
    }
}
