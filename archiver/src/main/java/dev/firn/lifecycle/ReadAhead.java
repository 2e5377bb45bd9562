package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.LogContext;
import dev.firn.types.RowBatch;

/**
 * The first thread of a load: fetches and decodes ahead of the second, which sends to the database, as many batches as the
 * pipe holds and no more. When one of them fails the other stops.
 */
final class ReadAhead implements AutoCloseable {

    private final BatchPipe pipe;
    private final Thread thread;

    /** Reads everything into batches that it takes from the pipe and gives back to it. */
    @FunctionalInterface
    interface Reading {
        void into(BatchPipe pipe) throws InterruptedException;
    }

    ReadAhead(BatchPipe pipe, Reading reading) {
        this.pipe = pipe;
        this.thread = new Thread(
                LogContext.carried(() -> readAll(reading)),
                Thread.currentThread().getName() + "-reader");
        thread.setDaemon(true);
        thread.start();
    }

    private void readAll(Reading reading) {
        try {
            reading.into(pipe);
            pipe.finish();
        } catch (InterruptedException | RuntimeException | Error e) {
            pipe.fail(e);
        }
    }

    /** The next batch; null after the last one. To be given back before the next call. */
    RowBatch next() {
        try {
            RowBatch batch = pipe.takeFilled();
            if (batch == null) {
                requireNoFailure();
            }
            return batch;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while loading", e);
        }
    }

    void giveBack(RowBatch batch) {
        pipe.giveBack(batch);
    }

    private void requireNoFailure() {
        Throwable failure = pipe.failure();
        if (failure instanceof FirnException known) {
            throw known;
        }
        if (failure instanceof OutOfMemoryError full) {
            throw full;
        }
        if (failure != null) {
            throw new IllegalStateException("reading a copy", failure);
        }
    }

    /** Ends the thread: before the store is closed, nobody may still be reading. */
    @Override
    public void close() {
        pipe.fail(new IllegalStateException("the load was given up"));
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
