package dev.firn.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One holder at a time, among all threads of all programs that use the directory: a file lock between programs, which
 * the system gives back when one dies, and a lock of Java's between threads, which a file lock does not tell apart.
 */
final class DirectoryLock {

    private static final ConcurrentMap<Path, ReentrantLock> AMONG_THREADS = new ConcurrentHashMap<>();

    private final Path file;

    DirectoryLock(Path root) {
        this.file = root.resolve(".lock");
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
            FileLock held = channel.lock();
            try {
                return action.run();
            } finally {
                held.release();
            }
        } finally {
            threads.unlock();
        }
    }
}
