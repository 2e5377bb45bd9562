package dev.firn.catalog;

import java.time.Instant;
import java.util.Objects;

/**
 * The right to work on one chunk until it expires. Whoever is silent for longer than the lease may lose it to another;
 * every write is refused from then on, since the other's token is what the catalogue now holds.
 *
 * @param holder host, process and a random part
 * @param token the fencing token: higher than that of every claim before
 * @param expiresAt by the database's clock, as of the call that answered this
 */
public record Claim(ChunkKey key, String holder, Purpose purpose, long token, Instant expiresAt) {

    /** What a chunk is claimed for. */
    public enum Purpose {
        ARCHIVE,
        RESTORE,
        RELEASE,
        SCRUB,
        EXPIRE,
        SWEEP
    }

    public Claim {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(purpose, "purpose");
        Objects.requireNonNull(expiresAt, "expiresAt");
        if (holder.isEmpty() || token <= 0) {
            throw new IllegalArgumentException("claim of %s by '%s' with token %d".formatted(key, holder, token));
        }
    }
}
