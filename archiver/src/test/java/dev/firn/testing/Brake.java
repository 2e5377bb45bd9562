package dev.firn.testing;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * How slowly a store answers over each connection: nothing for a while, then so many bytes a second. Several connections
 * do not slow each other down, as those to S3 do not.
 */
public record Brake(Duration beforeFirstByte, long bytesPerSecond) {

    public Brake {
        if (beforeFirstByte.isNegative() || bytesPerSecond <= 0) {
            throw new IllegalArgumentException("%s, then %d bytes/s".formatted(beforeFirstByte, bytesPerSecond));
        }
    }

    /** An answer that is to begin now. */
    OutputStream on(OutputStream answer) {
        long first = System.nanoTime() + beforeFirstByte.toNanos();
        return new FilterOutputStream(answer) {

            private long passed;

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                awaitUntil(first + passed * 1_000_000_000 / bytesPerSecond);
                out.write(bytes, offset, length);
                passed += length;
            }
        };
    }

    private static void awaitUntil(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
