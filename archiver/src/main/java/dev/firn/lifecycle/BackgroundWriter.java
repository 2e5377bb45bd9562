package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.LogContext;
import dev.firn.parquet.TableWriter;
import dev.firn.types.RowBatch;

/**
 * The second thread of a copy: encodes and uploads what the first one decodes. When it fails it stops the first one at
 * once, also while that waits for the database.
 */
final class BackgroundWriter implements AutoCloseable {

    private final BatchPipe pipe;
    private final TableWriter writer;
    private final Runnable stopReader;
    private final Thread thread;

    BackgroundWriter(BatchPipe pipe, TableWriter writer, Runnable stopReader) {
        this.pipe = pipe;
        this.writer = writer;
        this.stopReader = stopReader;
        this.thread = new Thread(
                LogContext.carried(this::writeAll), Thread.currentThread().getName() + "-writer");
        thread.setDaemon(true);
        thread.start();
    }

    /** Waits until all that was given is written; throws what the writer failed with, a full heap as it is. */
    void finish() throws InterruptedException {
        pipe.finish();
        thread.join();
        Throwable failure = pipe.failure();
        if (failure instanceof FirnException known) {
            throw known;
        }
        if (failure instanceof OutOfMemoryError full) {
            throw full;
        }
        if (failure != null) {
            throw new IllegalStateException("writing a copy", failure);
        }
    }

    private void writeAll() {
        try {
            for (RowBatch batch = pipe.takeFilled(); batch != null; batch = pipe.takeFilled()) {
                writer.write(batch);
                pipe.giveBack(batch);
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            pipe.fail(e);
            stopReader.run();
        }
    }

    /** Ends the thread: before the writer is closed, nobody may still be writing. */
    @Override
    public void close() {
        pipe.fail(new IllegalStateException("the copy was given up"));
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                // An upload in the making must not be discarded under the thread that writes it.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
