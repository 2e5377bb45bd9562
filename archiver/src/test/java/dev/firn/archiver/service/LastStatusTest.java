package dev.firn.archiver.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LastStatusTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final LastStatus status = new LastStatus();

    private void read(Instant begun, Duration took) {
        assertThat(status.begin(begun)).isTrue();
        status.begun(begun);
        status.ended(begun.plus(took), true);
    }

    @Test
    void isReadByOneAtATimeAndAgainAfterFiveMinutes() {
        assertThat(status.begin(NOON)).isTrue();
        assertThat(status.begin(NOON.plusSeconds(3600)))
                .as("while it is being read")
                .isFalse();
        status.begun(NOON);
        status.ended(NOON.plusSeconds(2), true);

        assertThat(status.begin(NOON.plusSeconds(301))).isFalse();
        assertThat(status.begin(NOON.plusSeconds(302))).isTrue();
    }

    @Test
    void isReadEarlierWhereSomebodyWasAtWork() {
        read(NOON, Duration.ofSeconds(2));
        status.outdated();

        assertThat(status.begin(NOON.plusSeconds(61))).isFalse();
        assertThat(status.begin(NOON.plusSeconds(62))).isTrue();
        status.begun(NOON.plusSeconds(62));
        status.outdated();
        status.ended(NOON.plusSeconds(63), true);
        assertThat(status.begin(NOON.plusSeconds(123)))
                .as("somebody was at work while it was read")
                .isTrue();
    }

    @Test
    void takesATenthOfTheTimeWhereReadingTakesLongButIsNeverLeftAloneForTheTimeOfTheAlert() {
        read(NOON, Duration.ofMinutes(2));
        status.outdated();
        assertThat(status.begin(NOON.plus(Duration.ofMinutes(19)))).isFalse();
        read(NOON.plus(Duration.ofMinutes(20)), Duration.ofMinutes(25));

        assertThat(status.begin(NOON.plus(Duration.ofMinutes(74)))).isFalse();
        assertThat(status.begin(NOON.plus(Duration.ofMinutes(75)))).isTrue();
    }

    @Test
    void isReadAgainAtOnceWhereTheClockWasSetBack() {
        read(NOON, Duration.ofSeconds(2));

        assertThat(status.begin(NOON.minusSeconds(60))).isTrue();
    }

    @Test
    void isReadAgainSoonWhereNobodyAnsweredHoweverLongThatTook() {
        assertThat(status.begin(NOON)).isTrue();
        status.begun(NOON);
        status.ended(NOON.plus(Duration.ofMinutes(3)), false);

        assertThat(status.begin(NOON.plusSeconds(239))).isFalse();
        assertThat(status.begin(NOON.plusSeconds(240))).isTrue();
    }
}
