package dev.firn.archiver.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many jobs there may be at once, while that changes. */
class WorkersTest {

    private final CountDownLatch end = new CountDownLatch(1);
    private final Workers workers = new Workers();

    @AfterEach
    void close() {
        end.countDown();
        workers.shutdown(true);
    }

    @Test
    void namespacesThatComeLaterBringThreadsWhileAllOthersAreAtLongWork() throws Exception {
        workers.limit(2);
        begin();
        begin();
        CompletableFuture<Integer> free = CompletableFuture.supplyAsync(workers::blockForAvailableThreads);
        assertThat(free).isNotDone();

        workers.limit(3);

        assertThat(free.get(30, TimeUnit.SECONDS)).isEqualTo(1);
        begin();
    }

    @Test
    void whereThereAreFewerThanBeforeNobodyIsTakenOnUntilEnoughHaveEnded() throws Exception {
        workers.limit(2);
        begin();
        begin();
        workers.limit(1);
        CompletableFuture<Integer> free = CompletableFuture.supplyAsync(workers::blockForAvailableThreads);
        assertThat(free).isNotDone();

        end.countDown();

        assertThat(free.get(30, TimeUnit.SECONDS)).isEqualTo(1);
    }

    @Test
    void closedItTakesNothingOnAndHoldsUpNobody() {
        workers.limit(1);
        workers.shutdown(true);

        assertThat(workers.runInThread(() -> {})).isFalse();
        assertThat(workers.blockForAvailableThreads()).isZero();
    }

    /** Until it is at work. */
    private void begin() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        assertThat(workers.runInThread(() -> {
                    begun.countDown();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }))
                .isTrue();
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    }
}
