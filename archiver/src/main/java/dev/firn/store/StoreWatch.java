package dev.firn.store;

import java.time.Duration;

/** Who counts what is asked of a store over the network. Called by several threads, which it must neither hold up nor fail. */
public interface StoreWatch {

    StoreWatch NONE = (operation, outcome, took) -> {};

    /** How one request ended. What S3 is asked for on a condition, and says no to, is no trouble. */
    enum Outcome {
        ANSWERED,
        /** What it speaks of is not there. */
        MISSING,
        /** The condition was not met: another was faster, or the key is taken. */
        TAKEN,
        /** For good: rights, keys, what the store does not support. */
        REFUSED,
        /** It is asked too much of. */
        THROTTLED,
        /** Something is wrong with the store itself. */
        SERVER_ERROR,
        /** Nobody answered, or not in time, or not all of it came. */
        NO_ANSWER
    }

    /**
     * A request ended, the repetition of one too.
     *
     * @param operation as S3 calls it, for instance {@code PutObject}
     * @param took zero where nobody answered
     */
    void ended(String operation, Outcome outcome, Duration took);
}
