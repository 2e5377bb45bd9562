package dev.firn.store;

import dev.firn.store.S3Settings.Patience;
import java.util.concurrent.ThreadLocalRandom;

/** The bounded, random waits between attempts at one thing. */
final class Backoff {

    private static final int MAX_DOUBLINGS = 20;

    private final Patience patience;
    private int made;

    Backoff(Patience patience) {
        this.patience = patience;
    }

    /** Waits before another attempt; answers false, at once, when there is to be none. */
    boolean another() {
        made++;
        if (made >= patience.attempts()) {
            return false;
        }
        long bound = Math.min(
                patience.firstBackoff().toMillis() << Math.min(made - 1, MAX_DOUBLINGS),
                patience.longestBackoff().toMillis());
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(Math.max(1, bound) + 1));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Something went well in between: begin to count again. */
    void reset() {
        made = 0;
    }
}
