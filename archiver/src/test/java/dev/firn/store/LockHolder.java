package dev.firn.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A program that takes the lock of a directory, says so, and keeps it until its input ends. */
final class LockHolder {

    private LockHolder() {}

    public static void main(String[] arguments) throws IOException {
        try (FileChannel channel =
                FileChannel.open(Path.of(arguments[0], ".lock"), StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            channel.lock();
            System.out.println("held");
            while (System.in.read() >= 0) {
                // Nothing is said to it.
            }
        }
    }
}
