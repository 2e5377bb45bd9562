package dev.firn.lifecycle;

import dev.firn.types.RowBatch;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The one bounded queue between the thread that decodes COPY and the thread that writes Parquet. A fixed number of
 * batches goes round and round: empty to the reader, filled to the writer. When one side fails the other finds out at
 * its next call.
 */
final class BatchPipe implements RowSink {

    private static final long POLL_MILLIS = 100;

    private final BlockingQueue<RowBatch> empty;
    private final BlockingQueue<RowBatch> filled;
    private volatile boolean readerDone;
    private volatile Throwable failure;

    BatchPipe(int batches, int columns, int maxRows, int targetBytes) {
        empty = new ArrayBlockingQueue<>(batches);
        filled = new ArrayBlockingQueue<>(batches);
        for (int i = 0; i < batches; i++) {
            empty.add(new RowBatch(columns, maxRows, targetBytes));
        }
    }

    @Override
    public RowBatch takeEmpty() throws InterruptedException {
        while (failure == null) {
            RowBatch batch = empty.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
            if (batch != null) {
                batch.clear();
                return batch;
            }
        }
        return null;
    }

    /** Never blocks, since there are no more batches than room. */
    @Override
    public void give(RowBatch batch) {
        filled.add(batch);
    }

    /** The reader has given its last batch. */
    void finish() {
        readerDone = true;
    }

    /** The next filled batch; null when the reader is done and all were taken, or when the other side failed. */
    RowBatch takeFilled() throws InterruptedException {
        while (failure == null) {
            boolean last = readerDone;
            RowBatch batch = filled.poll(last ? 0 : POLL_MILLIS, TimeUnit.MILLISECONDS);
            if (batch != null) {
                return batch;
            }
            if (last) {
                return null;
            }
        }
        return null;
    }

    /** The writer is done with a batch. */
    void giveBack(RowBatch batch) {
        empty.add(batch);
    }

    /** Tells the other side to stop; the first failure counts. */
    synchronized void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
    }

    Throwable failure() {
        return failure;
    }
}
