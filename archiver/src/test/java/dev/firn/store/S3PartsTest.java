package dev.firn.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.store.S3Settings.Checksums;
import dev.firn.store.S3Settings.Encryption;
import dev.firn.store.S3Settings.Writing;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class S3PartsTest {

    private static S3Parts twoAtATime() {
        S3Settings given = S3Settings.of("bucket", "", "eu-central-1");
        return new S3Parts(new S3Settings(
                given.bucket(),
                given.prefix(),
                given.endpoint(),
                given.accessKey(),
                new Writing(new Encryption.BucketDefault(), Optional.empty(), Checksums.WHEN_REQUIRED, 5 << 20, 2),
                given.patience()));
    }

    @Test
    void noMorePartsAreOnTheirWayThanAllowed() throws Exception {
        AtomicInteger onTheirWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (S3Parts parts = twoAtATime()) {
            Future<?> last = null;
            for (int i = 0; i < 50; i++) {
                last = parts.send(parts.takeBuffer(), () -> {
                    most.accumulateAndGet(onTheirWay.incrementAndGet(), Math::max);
                    Thread.onSpinWait();
                    return onTheirWay.decrementAndGet();
                });
            }
            last.get();
        }
        assertThat(most.get()).isBetween(1, 2);
    }

    @Test
    void aWriterWaitsUntilAPartHasArrived() throws Exception {
        CountDownLatch arrive = new CountDownLatch(1);
        try (S3Parts parts = twoAtATime()) {
            Future<?> first = parts.send(parts.takeBuffer(), () -> await(arrive));
            Future<?> second = parts.send(parts.takeBuffer(), () -> await(arrive));
            FutureTask<Boolean> third = new FutureTask<>(
                    () -> parts.send(parts.takeBuffer(), () -> true).get());
            Thread writer = new Thread(third);
            writer.start();
            while (writer.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            assertThat(third.isDone()).isFalse();
            arrive.countDown();
            assertThat(third.get()).isTrue();
            first.get();
            second.get();
        }
    }

    private static boolean await(CountDownLatch latch) throws InterruptedException {
        latch.await();
        return true;
    }

    @Test
    void buffersAreUsedAgain() throws Exception {
        try (S3Parts parts = twoAtATime()) {
            byte[] first = parts.takeBuffer();
            parts.send(first, () -> true).get();
            assertThat(parts.takeBuffer()).isSameAs(first).hasSize(5 << 20);
            assertThat(parts.takeBuffer()).isNotSameAs(first);
        }
    }
}
