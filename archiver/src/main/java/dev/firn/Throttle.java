package dev.firn;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Holds all threads of a program together to so many bytes a second: a bucket that fills at that rate up to what one second
 * gives. Whoever comes takes his turn behind those who came before, in slices, so that somebody with much to move does not
 * keep the others waiting.
 */
public final class Throttle {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Slices to a second. */
    private static final int SLICES = 8;

    private final Pauses pauses;

    /** Zero for no bound. */
    private volatile long bytesPerSecond;

    /** Up to which moment what was taken is paid for by the time that passes; at least a second ago. */
    private long paidUntil;

    public Throttle(Pauses pauses) {
        this.pauses = pauses;
        this.paidUntil = pauses.nanoTime() - SECOND;
    }

    /** What holds from now on; empty for no bound. */
    public void limit(OptionalLong limit) {
        bytesPerSecond = limit.orElse(0);
    }

    /** Waits until so many bytes may be moved, or may have been. */
    public void take(long bytes) throws InterruptedException {
        long left = bytes;
        while (left > 0) {
            long rate = bytesPerSecond;
            if (rate == 0) {
                return;
            }
            long slice = Math.min(left, Math.max(1, rate / SLICES));
            long wait = reserve(slice, rate);
            if (wait > 0) {
                pauses.pause(Duration.ofNanos(wait));
            }
            left -= slice;
        }
    }

    private synchronized long reserve(long bytes, long rate) {
        long now = pauses.nanoTime();
        long start = paidUntil - (now - SECOND) < 0 ? now - SECOND : paidUntil;
        paidUntil = start + Math.max(1, Math.round((double) bytes * SECOND / rate));
        return paidUntil - now;
    }
}
