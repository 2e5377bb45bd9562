package dev.firn.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * One published copy of a chunk, as its manifest in the store has it.
 *
 * @param generation 1 for the first copy of the range, one more for every later one
 * @param supersedes keys of the manifests whose rows it replaces; empty for a first copy or an addition
 * @param bytes of its files in the store
 * @param bytesBefore what the chunk took in the database, where that is known
 * @param digest over its rows, 32 hexadecimal digits
 * @param fingerprint of the chunk in the snapshot it was copied from, as text
 */
public record ArchivedChunk(
        ChunkKey key,
        int generation,
        String manifestKey,
        List<String> supersedes,
        long rows,
        long bytes,
        OptionalLong bytesBefore,
        String digest,
        String fingerprint,
        Instant archivedAt) {

    public ArchivedChunk {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(manifestKey, "manifestKey");
        Objects.requireNonNull(bytesBefore, "bytesBefore");
        Objects.requireNonNull(fingerprint, "fingerprint");
        Objects.requireNonNull(archivedAt, "archivedAt");
        supersedes = List.copyOf(supersedes);
        if (generation < 1 || rows < 0 || bytes < 0) {
            throw new IllegalArgumentException(
                    "%s: generation %d with %d rows in %d bytes".formatted(key, generation, rows, bytes));
        }
        if (supersedes.contains(manifestKey)) {
            throw new IllegalArgumentException("%s: %s supersedes itself".formatted(key, manifestKey));
        }
        if (!digest.matches("[0-9a-f]{32}")) {
            throw new IllegalArgumentException("%s: '%s' is not a row digest".formatted(key, digest));
        }
    }
}
