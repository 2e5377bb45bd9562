package dev.firn.testing;

import dev.firn.Pauses;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Time that passes only while somebody waits, and then at once; or by so much at each look, if a test says so. */
public final class VirtualPauses implements Pauses {

    /** Something that a test does while another waits. */
    @FunctionalInterface
    public interface Meanwhile {
        void run() throws InterruptedException;
    }

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong atEachLook = new AtomicLong();
    private final AtomicReference<Meanwhile> meanwhile = new AtomicReference<>();

    @Override
    public long nanoTime() {
        return nanos.addAndGet(atEachLook.get());
    }

    /** Threads that wait at once wait for the same time. */
    @Override
    public void pause(Duration duration) throws InterruptedException {
        long until = nanos.get() + duration.toNanos();
        Meanwhile next = meanwhile.getAndSet(null);
        if (next != null) {
            next.run();
        }
        nanos.accumulateAndGet(until, Math::max);
    }

    public void atNextPause(Meanwhile what) {
        meanwhile.set(what);
    }

    public void passAtEachLook(Duration duration) {
        atEachLook.set(duration.toNanos());
    }

    public Duration passed() {
        return Duration.ofNanos(nanos.get());
    }
}
