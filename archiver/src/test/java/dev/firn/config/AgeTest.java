package dev.firn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.TimeKind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AgeTest {

    private static final long DAY = 86_400_000_000L;
    private static final Age TEN_DAYS = new Age.OfTime(Duration.ofDays(10));

    @Test
    void measuresFromTheEndOfAChunk() {
        assertThat(TEN_DAYS.isReached(90 * DAY, 100 * DAY)).isTrue();
        assertThat(TEN_DAYS.isReached(90 * DAY + 1, 100 * DAY)).isFalse();
        assertThat(new Age.OfUnits(10).isReached(90, 100)).isTrue();
        assertThat(new Age.OfUnits(10).isReached(91, 100)).isFalse();
        assertThat(new Age.OfTime(Duration.ofNanos(2_000)).isReached(98, 100)).isTrue();
    }

    @Test
    void neverReachesAChunkWithoutAnEnd() {
        assertThat(new Age.OfUnits(0).isReached(Long.MAX_VALUE, Long.MAX_VALUE)).isFalse();
        assertThat(new Age.Never().isReached(0, Long.MAX_VALUE)).isFalse();
    }

    @Test
    void doesNotWrapAroundAtTheBeginningOfTime() {
        assertThat(new Age.OfUnits(10).isReached(100, Long.MIN_VALUE + 5)).isFalse();
        assertThat(new Age.OfUnits(Long.MAX_VALUE).isReached(0, -5)).isFalse();
    }

    @Test
    void fitsOnlyTablesWhoseTimeItCanMeasure() {
        assertThat(TEN_DAYS.fits(TimeKind.DATE)).isTrue();
        assertThat(TEN_DAYS.fits(TimeKind.BIGINT)).isFalse();
        assertThat(new Age.OfUnits(90).fits(TimeKind.BIGINT)).isTrue();
        assertThat(new Age.OfUnits(90).fits(TimeKind.TIMESTAMPTZ)).isFalse();
        assertThat(new Age.Never().fits(TimeKind.TIMESTAMPTZ)).isTrue();
    }

    @Test
    void ordersNeverLast() {
        assertThat(TEN_DAYS.isShorterThan(new Age.OfTime(Duration.ofDays(11)))).isTrue();
        assertThat(TEN_DAYS.isShorterThan(TEN_DAYS)).isFalse();
        assertThat(TEN_DAYS.isShorterThan(new Age.Never())).isTrue();
        assertThat(new Age.Never().isShorterThan(TEN_DAYS)).isFalse();
        assertThatThrownBy(() -> TEN_DAYS.isShorterThan(new Age.OfUnits(1))).hasMessage("10d and 1 cannot be compared");
    }

    @Test
    void isShownAsAFileSpellsIt() {
        assertThat(TEN_DAYS).hasToString("10d");
        assertThat(new Age.OfTime(Duration.ofHours(36))).hasToString("36h");
        assertThat(new Age.OfTime(Duration.ofMinutes(90))).hasToString("90m");
        assertThat(new Age.OfTime(Duration.ofMillis(1500))).hasToString("1500ms");
        assertThat(new Age.OfUnits(42)).hasToString("42");
        assertThat(new Age.Never()).hasToString("never");
    }

    @Test
    void refusesANegativeAge() {
        assertThatThrownBy(() -> new Age.OfTime(Duration.ofDays(-1))).hasMessage("an age of PT-24H is negative");
        assertThatThrownBy(() -> new Age.OfUnits(-1)).hasMessage("an age of -1 is negative");
    }
}
