package dev.firn.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Copies of a chunk that have expired: what stands in the store says so for ever, under a key of its own.
 *
 * @param key of what stands in the store
 * @param generation of it
 * @param manifestKeys of the copies
 * @param rows in those copies
 * @param bytes of those copies in the store
 */
public record ExpiredCopies(
        ChunkKey chunk,
        int generation,
        String key,
        List<String> manifestKeys,
        String after,
        long rows,
        long bytes,
        Instant expiredAt) {

    public ExpiredCopies {
        Objects.requireNonNull(chunk, "chunk");
        Objects.requireNonNull(expiredAt, "expiredAt");
        manifestKeys = List.copyOf(manifestKeys);
        if (generation < 2 || manifestKeys.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s: generation %d says that %s expired".formatted(chunk, generation, manifestKeys));
        }
    }
}
