package dev.firn.catalog;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * When a copy was last proven again.
 *
 * @param triedAt when it was last read, proven or not
 * @param failure that it did not prove then
 */
public record ScrubRecord(String manifestKey, Instant triedAt, Optional<Failure> failure) {

    /** Why not, and since when. */
    public record Failure(Instant since, String message, String hint) {}

    public ScrubRecord {
        Objects.requireNonNull(manifestKey, "manifestKey");
        Objects.requireNonNull(triedAt, "triedAt");
        Objects.requireNonNull(failure, "failure");
    }
}
