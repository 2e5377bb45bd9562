package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import java.util.concurrent.TimeUnit;

/**
 * Between two attempts at a lock: while one waits for it, everybody who wants the chunk waits behind it.
 *
 * @param where for the message of one that is interrupted
 * @param doing what was being done, and what is true of the data if it is interrupted there
 */
record LockPause(TableWork work, Surroundings surroundings, String where, String doing, String hint) {

    /** As long as the configuration says, and up to as long again by chance: two that met must not meet again. */
    void take() {
        long millis = work.database().lockPause().toMillis();
        try {
            TimeUnit.MILLISECONDS.sleep(millis + surroundings.random().nextLong(millis + 1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FirnException(Category.PASSING, where, doing, hint, e);
        }
    }
}
