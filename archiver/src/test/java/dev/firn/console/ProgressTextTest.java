package dev.firn.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import dev.firn.lifecycle.Progress.Work;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressTextTest {

    private static final TimeRange WEEK =
            new TimeRange(TimeKind.TIMESTAMPTZ, micros("2024-01-04T00:00:00Z"), micros("2024-01-11T00:00:00Z"));

    @Test
    void hasABarAndEverythingOnAWideTerminal() {
        assertThat(text(290_816, Duration.ofSeconds(2)).fitted(140))
                .isEqualTo("copying messages [2024-01-04, 2024-01-11)  58% [===============>            ]"
                        + " 290,816 of 500,000 rows, 124.1 MiB, 145,408 rows/s, 1.4 s left");
    }

    @Test
    void leavesOutTheBarFirst() {
        assertThat(text(290_816, Duration.ofSeconds(2)).fitted(119))
                .isEqualTo("copying messages [2024-01-04, 2024-01-11)  58%"
                        + " 290,816 of 500,000 rows, 124.1 MiB, 145,408 rows/s, 1.4 s left");
    }

    @Test
    void keepsRateAndTimeLeftOnANarrowTerminal() {
        assertThat(text(290_816, Duration.ofSeconds(2)).fitted(79))
                .isEqualTo("copying 2024-01-04  58% 124.1 MiB, 145,408 rows/s, 1.4 s left");
        assertThat(text(290_816, Duration.ofSeconds(2)).fitted(59))
                .isEqualTo("copying 2024-01-04  58% 145,408 rows/s, 1.4 s left");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 20, 40, 59, 79, 80, 100, 120, 200, 1000})
    void isNeverWiderThanTheTerminal(int width) {
        for (long rows : new long[] {0, 1, 499_999, 500_000, 500_001}) {
            assertThat(text(rows, Duration.ofHours(3)).fitted(width)).hasSizeLessThanOrEqualTo(width);
            assertThat(unknown(rows).fitted(width)).hasSizeLessThanOrEqualTo(width);
        }
    }

    @Test
    void claimsNoRateBeforeTheFirstRow() {
        assertThat(text(0, Duration.ofSeconds(9)).soFar()).isEqualTo("0 of 500,000 rows, 124.1 MiB");
    }

    @Test
    void saysHowLongItTookInTheEnd() {
        assertThat(text(500_000, Duration.ofSeconds(4)).soFar())
                .isEqualTo("500,000 of 500,000 rows, 124.1 MiB, 125,000 rows/s, in 4.0 s");
    }

    @Test
    void knowsNoEndOfAnUnknownNumberOfRows() {
        assertThat(unknown(1_000).soFar()).isEqualTo("1,000 rows, 124.1 MiB, 500 rows/s");
        assertThat(unknown(1_000).fitted(200)).doesNotContain("%").doesNotContain("left");
    }

    private static ProgressText text(long rows, Duration elapsed) {
        return new ProgressText(
                new TableName("events", "messages"), WEEK, Work.COPY, rows, 500_000, 130_128_281, elapsed);
    }

    private static ProgressText unknown(long rows) {
        return new ProgressText(
                new TableName("events", "messages"), WEEK, Work.COPY, rows, 0, 130_128_281, Duration.ofSeconds(2));
    }

    private static long micros(String instant) {
        return Instant.parse(instant).getEpochSecond() * 1_000_000;
    }
}
