package dev.firn.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a store says of itself beside its objects. Nothing of an archive's promises rests on it: a store need not know of
 * any of it, and need not tell.
 */
public interface StoreInspection extends AutoCloseable {

    /** For messages: the URL of the location, without secrets. */
    String url();

    /**
     * Asks for the first time, and once: a location that cannot be used at all says so here.
     *
     * @throws StoreException when nobody answers, the bucket is missing, or the keys are wrong
     */
    Reached reach();

    /** Rules by which the store removes or moves objects of the location by itself. */
    Answer<List<LifecycleRule>> lifecycleRules();

    /** Whether what is removed or overwritten stays as an older version. */
    Answer<Versioning> versioning();

    /** What can still be written; nothing where there is no such bound. */
    OptionalLong freeBytes();

    /**
     * Begins an upload of this key and discards it at once.
     *
     * @throws StoreException when one of the two is not allowed
     */
    void abortUpload(String key);

    @Override
    void close();

    /**
     * What came of asking for the first time.
     *
     * @param exists whether there is anything yet; a directory may be made when it is needed
     * @param clock what time it is for the store, as far as it tells
     */
    record Reached(boolean exists, Optional<ClockReading> clock) {}

    /**
     * What time it was for the store at some moment between two of ours.
     *
     * @param server by the store's clock, in whole seconds
     */
    record ClockReading(Instant server, Instant before, Instant after) {

        /** By how much the store is ahead, zero as long as the two may be equal. */
        public Duration ahead() {
            if (server.isAfter(after)) {
                return Duration.between(after, server);
            }
            Instant latest = server.plusSeconds(1);
            return latest.isBefore(before) ? Duration.between(before, latest) : Duration.ZERO;
        }
    }

    /** How a bucket keeps older versions. */
    enum Versioning {
        ON,
        OFF,
        SUSPENDED
    }

    /** An answer, or why there is none. */
    sealed interface Answer<T> {

        /** What the store said. */
        record Told<T>(T value) implements Answer<T> {}

        /** The store knows no such thing, or does not tell this user. */
        record NotTold<T>(String why) implements Answer<T> {}
    }
}
