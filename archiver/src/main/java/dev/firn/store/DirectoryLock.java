package dev.firn.store;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One holder at a time, among all threads of all programs that use the directory: a file lock between programs, which
 * the system gives back when one dies, and a lock of Java's between threads, which a file lock does not tell apart.
 */
final class DirectoryLock {

    private static final ConcurrentMap<Path, ReentrantLock> AMONG_THREADS = new ConcurrentHashMap<>();

    /** What is done under it takes moments: who holds it longer was stopped, or hangs. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration PAUSE = Duration.ofMillis(10);

    private final Path file;
    private final Duration patience;

    DirectoryLock(Path root) {
        this(root, PATIENCE);
    }

    DirectoryLock(Path root, Duration patience) {
        this.file = root.resolve(".lock");
        this.patience = patience;
    }

    /** Something to do under the lock. */
    @FunctionalInterface
    interface Action<T> {
        T run() throws IOException;
    }

    <T> T holding(Action<T> action) throws IOException {
        ReentrantLock threads = AMONG_THREADS.computeIfAbsent(file, unused -> new ReentrantLock());
        threads.lock();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            acquire(channel);
            return action.run();
        } finally {
            threads.unlock();
        }
    }

    /** Until the channel is closed. Never for ever: the system gives nothing back of a program that is only stopped. */
    private void acquire(FileChannel channel) throws IOException {
        long begun = System.nanoTime();
        while (channel.tryLock() == null) {
            if (System.nanoTime() - begun > patience.toNanos()) {
                throw new FileSystemException(
                        file.toString(),
                        null,
                        "another program has held this lock for %d seconds: it was stopped, or hangs; let it go on, or end it"
                                .formatted(patience.toSeconds()));
            }
            try {
                TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ClosedByInterruptException();
            }
        }
    }
}
