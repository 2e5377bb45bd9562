package dev.firn.archiver.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;

/** The threads that are at work just now, so that the end can be waited for, and hastened. */
final class Hands {

    private final Set<Thread> busy = new HashSet<>();
    private boolean stopping;

    /** Does something on this thread. */
    void on(Runnable work) {
        synchronized (this) {
            busy.add(Thread.currentThread());
        }
        try {
            work.run();
        } finally {
            synchronized (this) {
                busy.remove(Thread.currentThread());
                // Quartz goes on with this thread.
                boolean unused = Thread.interrupted();
                notifyAll();
            }
        }
    }

    synchronized boolean isStopping() {
        return stopping;
    }

    synchronized int busy() {
        return busy.size();
    }

    synchronized void stop() {
        stopping = true;
    }

    /** Answers whether all are done within this time. */
    synchronized boolean await(Duration most) throws InterruptedException {
        long deadline = System.nanoTime() + most.toNanos();
        while (!busy.isEmpty()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000 + 1);
        }
        return true;
    }

    synchronized void interrupt() {
        new ArrayList<>(busy).forEach(Thread::interrupt);
    }
}
