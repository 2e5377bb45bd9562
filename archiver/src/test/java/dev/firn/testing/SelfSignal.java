package dev.firn.testing;

import dev.firn.FaultPoints;
import dev.firn.lifecycle.Surroundings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends its own process a signal when it comes to a fault point for the n-th time: {@code KILL} at which it ends with
 * nothing tidied up, or {@code STOP} at which it sleeps until somebody wakes it.
 */
public final class SelfSignal implements FaultPoints {

    private final String signal;
    private final String point;
    private final int nth;
    private final AtomicInteger times = new AtomicInteger();

    private SelfSignal(String signal, String point, int nth) {
        this.signal = signal;
        this.point = point;
        this.nth = nth;
    }

    /** From the first three arguments of a program made to be killed: signal, fault point, which time. */
    public static Surroundings surroundings(String... arguments) {
        return new Surroundings(
                Clock.systemUTC(),
                new SecureRandom(),
                new SelfSignal(arguments[0], arguments[1], Integer.parseInt(arguments[2])));
    }

    @Override
    public void reached(String now) {
        if (now.equals(point) && times.incrementAndGet() == nth) {
            send();
        }
    }

    private void send() {
        try {
            Process kill = new ProcessBuilder(
                            "kill",
                            "-" + signal,
                            Long.toString(ProcessHandle.current().pid()))
                    .start();
            kill.waitFor(); // here, not a little further on
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
