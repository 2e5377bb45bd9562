package dev.firn.store;

import dev.firn.FirnException.Category;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Sends parts of all uploads of a store, a bounded number at a time, and keeps their buffers for the next ones: never more
 * than {@code parallelParts} of them beside those that uploads are filling.
 */
final class S3Parts implements AutoCloseable {

    private final String url;
    private final int partSizeBytes;
    private final int parallel;
    private final Semaphore places;
    private final ExecutorService senders;
    private final Deque<byte[]> free = new ArrayDeque<>();

    S3Parts(S3Settings settings) {
        this.url = settings.url();
        this.partSizeBytes = settings.writing().partSizeBytes();
        this.parallel = settings.writing().parallelParts();
        this.places = new Semaphore(parallel);
        this.senders = Executors.newFixedThreadPool(parallel, task -> {
            Thread thread = new Thread(task, "firn-s3-part");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** A buffer of the size of a part. */
    byte[] takeBuffer() {
        synchronized (free) {
            byte[] kept = free.poll();
            return kept == null ? new byte[partSizeBytes] : kept;
        }
    }

    /** Takes back a buffer that nothing uses any more. */
    void giveBack(byte[] buffer) {
        synchronized (free) {
            if (buffer.length == partSizeBytes && free.size() < parallel) {
                free.push(buffer);
            }
        }
    }

    /** Waits for a place, then sends the buffer in the background and takes it back. */
    <T> Future<T> send(byte[] buffer, Callable<T> request) {
        try {
            places.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(
                    Category.PASSING,
                    url,
                    "sending a part: interrupted; nothing of the upload is visible",
                    "run again",
                    e);
        }
        return senders.submit(() -> {
            try {
                return request.call();
            } finally {
                giveBack(buffer);
                places.release();
            }
        });
    }

    @Override
    public void close() {
        senders.shutdown();
    }
}
