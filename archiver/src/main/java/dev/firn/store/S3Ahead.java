package dev.firn.store;

import dev.firn.FirnException.Category;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Fetches pieces of objects before they are asked for: for all readers of a store together never more than one less than
 * {@code parallelParts} of them, each of {@code partSizeBytes} in memory. Nobody waits for a place: whoever gets none
 * reads his piece when he comes to it.
 */
final class S3Ahead implements AutoCloseable {

    private static final int SLICE_BYTES = 1 << 18;

    private final S3Connection connection;
    private final Semaphore places;
    private final ExecutorService readers = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "firn-s3-read");
        thread.setDaemon(true);
        return thread;
    });

    S3Ahead(S3Connection connection) {
        this.connection = connection;
        this.places = new Semaphore(connection.settings().writing().parallelParts() - 1);
    }

    /** Begins to fetch a piece of this version, if there is a place for it. To be closed once it is used up. */
    Optional<Piece> fetch(String key, long position, int length, String etag) {
        if (!places.tryAcquire()) {
            return Optional.empty();
        }
        Piece piece = new Piece(key, position, length, etag);
        readers.execute(piece);
        return Optional.of(piece);
    }

    @Override
    public void close() {
        readers.shutdown();
    }

    /** A piece on its way, or here. */
    final class Piece implements Runnable, AutoCloseable {

        private final String key;
        private final long position;
        private final int length;
        private final String etag;
        private final CompletableFuture<byte[]> fetched = new CompletableFuture<>();
        private final AtomicInteger users = new AtomicInteger(2); // who fetches it, and who reads it
        private volatile boolean unwanted;

        private Piece(String key, long position, int length, String etag) {
            this.key = key;
            this.position = position;
            this.length = length;
            this.etag = etag;
        }

        @Override
        public void run() {
            try (S3Piece in = new S3Piece(connection, key, position, length, etag)) {
                byte[] bytes = new byte[length];
                int read = 0;
                while (read < length && !unwanted) {
                    read += in.read(bytes, read, Math.min(SLICE_BYTES, length - read));
                }
                fetched.complete(bytes);
            } catch (RuntimeException | Error e) {
                fetched.completeExceptionally(e);
            } finally {
                let();
            }
        }

        long position() {
            return position;
        }

        /** Waits for all of it; throws what fetching it failed with. */
        byte[] bytes() {
            try {
                return fetched.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoreException(
                        Category.PASSING,
                        connection.settings().url(),
                        "reading '%s' from %d on: interrupted; nothing was changed".formatted(key, position),
                        "run again",
                        e);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) e.getCause();
            }
        }

        /** Nobody reads it any more. */
        @Override
        public void close() {
            unwanted = true;
            let();
        }

        private void let() {
            if (users.decrementAndGet() == 0) {
                places.release();
            }
        }
    }
}
