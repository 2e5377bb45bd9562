package dev.firn.catalog;

import java.time.Instant;

/** A copy that was begun: what it left under {@code incoming/} lies under its random id. */
public record Attempt(ChunkKey key, String id, long token, String holder, Instant begunAt) {

    public Attempt {
        if (id.isEmpty()) {
            throw new IllegalArgumentException("%s: an attempt without an id".formatted(key));
        }
    }
}
