package dev.firn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.testing.VirtualPauses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ThrottleTest {

    private static final long MEGABYTE = 1_000_000;

    private final VirtualPauses time = new VirtualPauses();
    private final Throttle throttle = new Throttle(time);

    @Test
    void withoutALimitNobodyWaits() throws InterruptedException {
        throttle.take(Long.MAX_VALUE);

        assertThat(time.passed()).isZero();
    }

    @Test
    void holdsTheRateAfterWhatOneSecondGives() throws InterruptedException {
        throttle.limit(OptionalLong.of(MEGABYTE));

        for (int i = 0; i < 110; i++) {
            throttle.take(MEGABYTE / 10);
        }

        assertThat(time.passed()).isBetween(Duration.ofMillis(9_999), Duration.ofMillis(10_001));
    }

    @Test
    void howeverLongNothingCameNoMoreThanOneSecondIsSavedUp() throws InterruptedException {
        throttle.limit(OptionalLong.of(MEGABYTE));
        time.pause(Duration.ofHours(1));

        throttle.take(3 * MEGABYTE);

        assertThat(time.passed().minusHours(1)).isBetween(Duration.ofMillis(1_999), Duration.ofMillis(2_001));
    }

    @Test
    void whatAllThreadsTakeTogetherIsHeldToTheRate() throws Exception {
        throttle.limit(OptionalLong.of(MEGABYTE));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> ended = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                ended.add(threads.submit(() -> {
                    for (int i = 0; i < 100; i++) {
                        throttle.take(50_000);
                    }
                    return null;
                }));
            }
            for (Future<?> each : ended) {
                each.get(1, TimeUnit.MINUTES);
            }
        } finally {
            threads.shutdownNow();
        }

        // 40 MB, of which one second's were saved up.
        assertThat(time.passed()).isBetween(Duration.ofMillis(38_990), Duration.ofMillis(39_010));
    }

    @Test
    void whoHasLittleToMoveDoesNotWaitUntilSomebodyElseHasMovedMuch() throws InterruptedException {
        throttle.limit(OptionalLong.of(MEGABYTE));
        throttle.take(MEGABYTE);
        List<Duration> waited = new ArrayList<>();
        time.atNextPause(() -> {
            Duration before = time.passed();
            throttle.take(1_000);
            waited.add(time.passed().minus(before));
        });

        throttle.take(100 * MEGABYTE);

        assertThat(waited).singleElement().satisfies(wait -> assertThat(wait).isLessThan(Duration.ofMillis(300)));
        assertThat(time.passed()).isGreaterThan(Duration.ofSeconds(99));
    }

    @Test
    void aLimitThatIsLiftedHoldsNobodyBackAnyLonger() throws InterruptedException {
        throttle.limit(OptionalLong.of(MEGABYTE));
        throttle.take(MEGABYTE);
        time.atNextPause(() -> throttle.limit(OptionalLong.empty()));

        throttle.take(1_000 * MEGABYTE);

        assertThat(time.passed()).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void mayBeInterrupted() {
        Throttle real = new Throttle(Pauses.REAL);
        real.limit(OptionalLong.of(1));
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> real.take(1_000_000)).isInstanceOf(InterruptedException.class);
    }
}
