package dev.firn;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Time as work spends it while it waits for something: injected, so that a test waits for hours in no time. */
public interface Pauses {

    Pauses REAL = new Pauses() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void pause(Duration duration) throws InterruptedException {
            TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        }
    };

    /** As {@link System#nanoTime}: it only ever goes forward, and counts from anywhere. */
    long nanoTime();

    void pause(Duration duration) throws InterruptedException;
}
