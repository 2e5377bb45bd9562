package dev.firn.testing;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What passed of one class of requests: bodies only, in both directions. */
final class PassedRequests {

    volatile Map<String, String> lastHeaders = Map.of();
    final AtomicLong requests = new AtomicLong();
    final AtomicLong bytesToStore = new AtomicLong();
    final AtomicLong bytesFromStore = new AtomicLong();
    private final AtomicInteger onTheirWay = new AtomicInteger();
    private final AtomicInteger mostOnTheirWay = new AtomicInteger();

    /** A request that came in, until its client has the whole answer, or none that it could wait for. */
    final class OnItsWay implements AutoCloseable {

        private final AtomicBoolean over = new AtomicBoolean();

        private OnItsWay() {
            int now = onTheirWay.incrementAndGet();
            mostOnTheirWay.accumulateAndGet(now, Math::max);
        }

        /** To be said before the last byte is passed on: who has that may ask for more at once. */
        @Override
        public void close() {
            if (over.compareAndSet(false, true)) {
                onTheirWay.decrementAndGet();
            }
        }
    }

    OnItsWay begin() {
        return new OnItsWay();
    }

    int mostAtOnce() {
        return mostOnTheirWay.get();
    }

    void reset() {
        requests.set(0);
        bytesToStore.set(0);
        bytesFromStore.set(0);
        mostOnTheirWay.set(onTheirWay.get());
    }
}
