package dev.firn.lifecycle;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** What renews claims in the background. */
final class Timers {

    private Timers() {}

    /** One thread, which does not keep the program alive. */
    static ScheduledExecutorService ofClaims() {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "firn-claims");
            thread.setDaemon(true);
            return thread;
        });
    }
}
