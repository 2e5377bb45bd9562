package dev.firn.testing;

import dev.firn.FaultPoints;
import dev.firn.archiver.Main;
import dev.firn.lifecycle.Surroundings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The archiver in a process of its own that sends itself a signal when it comes to a fault point for the n-th time:
 * {@code KILL} at which it ends with nothing tidied up, or {@code STOP} at which it sleeps until somebody wakes it.
 */
public final class KillableArchiver {

    private KillableArchiver() {}

    /** Signal, fault point, which time, then what the archiver is to do. */
    public static void main(String[] arguments) {
        String signal = arguments[0];
        String point = arguments[1];
        int nth = Integer.parseInt(arguments[2]);
        AtomicInteger times = new AtomicInteger();
        FaultPoints faults = reached -> {
            if (reached.equals(point) && times.incrementAndGet() == nth) {
                send(signal);
            }
        };
        System.exit(Main.run(
                new Surroundings(Clock.systemUTC(), new SecureRandom(), faults),
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                Arrays.copyOfRange(arguments, 3, arguments.length)));
    }

    private static void send(String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(ProcessHandle.current().pid())).start();
            if (signal.equals("KILL")) {
                new CountDownLatch(1).await(); // not one more instruction of the program's own
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while waiting for the end", e);
        }
    }
}
