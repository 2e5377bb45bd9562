package dev.firn.archiver.service;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.quartz.spi.ThreadPool;

/**
 * The threads of the scheduler, made as they are needed. There may be as many as all namespaces that there are can use, so
 * that the long work of one never takes those of another; namespaces that come later bring theirs.
 */
public final class Workers implements ThreadPool {

    private static final long IDLE_SECONDS = 60;

    private final AtomicInteger made = new AtomicInteger();
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(task, "firn-job-" + made.incrementAndGet());
                thread.setDaemon(true);
                return thread;
            });
    private int limit = 1;
    private int busy;
    private boolean closed;

    /** At most so many at once from now on; those that are at work beyond that end what they do. */
    synchronized void limit(int most) {
        limit = most;
        notifyAll();
    }

    synchronized int limit() {
        return limit;
    }

    @Override
    public boolean runInThread(Runnable work) {
        synchronized (this) {
            if (closed) {
                return false;
            }
            busy++;
        }
        try {
            threads.execute(() -> {
                try {
                    work.run();
                } finally {
                    done();
                }
            });
            return true;
        } catch (RejectedExecutionException e) {
            done();
            return false;
        }
    }

    private synchronized void done() {
        busy--;
        notifyAll();
    }

    /** Waits until there is one at least; none once it is closed. */
    @Override
    public synchronized int blockForAvailableThreads() {
        boolean interrupted = false;
        while (!closed && busy >= limit) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return closed ? 0 : limit - busy;
    }

    @Override
    public void shutdown(boolean awaitWork) {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        threads.shutdown();
        if (awaitWork) {
            awaitWork();
        }
    }

    private synchronized void awaitWork() {
        while (busy > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    public synchronized int getPoolSize() {
        return limit;
    }

    @Override
    public void initialize() {
        // Nothing to do before there is work.
    }

    @Override
    public void setInstanceId(String id) {
        // Of no use here.
    }

    @Override
    public void setInstanceName(String name) {
        // Of no use here.
    }
}
