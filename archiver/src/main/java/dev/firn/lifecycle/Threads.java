package dev.firn.lifecycle;

import java.util.concurrent.ThreadFactory;

/** Threads that keep no program from ending. */
final class Threads {

    private Threads() {}

    static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
