package dev.firn.catalog;

import java.time.Instant;
import java.util.Objects;

/**
 * A range that is left alone for a time.
 *
 * @param lapsed whether that time is over, by the database's clock when it was read
 */
public record Hold(ChunkKey key, Instant until, String placedBy, boolean lapsed) {

    public Hold {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(until, "until");
        Objects.requireNonNull(placedBy, "placedBy");
    }
}
