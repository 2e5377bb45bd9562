package dev.firn.athena;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TimeKind;
import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProjectionGridTest {

    private static final Duration WEEK = Duration.ofDays(7);

    private final Copies copies = new Copies();

    @Test
    void weeksLieOnTheGridOfDaysSoThatAShorterIntervalIsFoundToo() {
        Projection grid = ProjectionGrid.of(
                List.of(copies.chunk("2024-01-11T00:00:00Z", WEEK), copies.chunk("2024-01-04T00:00:00Z", WEEK)));

        assertThat(grid).isEqualTo(chunks("2024-01-04T00:00:00Z", Duration.ofDays(1)));
        assertThat(grid.covers(copies.chunk("2024-03-03T00:00:00Z", Duration.ofDays(1))))
                .isTrue();
        assertThat(grid.covers(copies.chunk("2024-03-03T12:00:00Z", Duration.ofDays(1))))
                .isFalse();
        assertThat(grid.covers(copies.chunk("2023-12-28T00:00:00Z", WEEK))).isFalse();
    }

    @Test
    void theGridIsTheWidestThatHoldsEveryStart() {
        assertThat(ProjectionGrid.of(List.of(
                        copies.chunk("2024-01-04T00:00:00Z", WEEK), copies.chunk("2024-02-01T18:00:00Z", WEEK))))
                .isEqualTo(chunks("2024-01-04T00:00:00Z", Duration.ofHours(6)));
        assertThat(ProjectionGrid.of(List.of(copies.chunk("2025-12-04T00:00:00Z", Duration.ofMinutes(10)))))
                .isEqualTo(chunks("2025-12-04T00:00:00Z", Duration.ofMinutes(10)));
        assertThat(ProjectionGrid.of(List.of(copies.chunk("2023-12-31T18:30:00Z", Duration.ofDays(1)))))
                .as("days of another time zone")
                .isEqualTo(chunks("2023-12-31T18:30:00Z", Duration.ofDays(1)));
    }

    @Test
    void theNewestIntervalCountsThoughNoChunkOfItIsArchived() {
        assertThat(ProjectionGrid.of(List.of(
                        copies.chunk("2024-01-04T00:00:00Z", WEEK),
                        copies.chunk("2024-01-11T00:00:00Z", Duration.ofHours(1)))))
                .isEqualTo(chunks("2024-01-04T00:00:00Z", Duration.ofHours(1)));
    }

    @Test
    void startsThatNoDateFormatSpellsAreRegistered() {
        long start = Copies.micros(Instant.parse("2024-01-04T00:00:00Z"));
        for (long odd : List.of(
                Long.MIN_VALUE,
                start + 1,
                Copies.micros(Instant.parse("0044-03-15T00:00:00Z")),
                Copies.micros(Instant.parse("+12024-01-01T00:00:00Z")))) {
            assertThat(none(copies.chunk(new TimeRange(TimeKind.TIMESTAMPTZ, odd, Long.MAX_VALUE))))
                    .contains("is not written as a plain date and second");
        }
        assertThat(none(copies.chunk("2027-01-01T00:00:00Z", WEEK))).contains("lay in the future");
        assertThat(none(copies.chunk("2024-01-04T00:00:00Z", Duration.ofNanos(1_500_000))))
                .contains("not whole seconds");
        assertThat(none(copies.chunk("2024-01-04T00:00:00Z", WEEK), copies.chunk("2024-02-04T00:00:01Z", WEEK)))
                .contains("no wider grid than 1 SECONDS");
    }

    @Test
    void numbersReachAThousandChunksAhead() {
        Projection grid = ProjectionGrid.of(List.of(copies.numbers(500, 100), copies.numbers(1_000, 100)));

        assertThat(grid).isEqualTo(new Projection.Numbers(500, 101_000, 100));
        assertThat(grid.covers(copies.numbers(101_000, 100))).isTrue();
        assertThat(grid.covers(copies.numbers(101_100, 100))).isFalse();
        assertThat(grid.covers(copies.numbers(1_050, 100))).isFalse();
        assertThat(none(copies.numbers(-100, 100))).contains("below zero");
        assertThat(ProjectionGrid.of(List.of(copies.numbers(Long.MAX_VALUE - 250, 100))))
                .isEqualTo(new Projection.Numbers(Long.MAX_VALUE - 250, Long.MAX_VALUE - 50, 100));
    }

    @Test
    void daysReachFromTheFirstDayThatHasRows() {
        Projection grid = ProjectionGrid.of(List.of(
                copies.day("2024-01-11T00:00:00Z", "2024-01-12"), copies.day("2024-01-04T00:00:00Z", "2024-01-06")));

        assertThat(grid).isEqualTo(new Projection.Days(LocalDate.parse("2024-01-06")));
        assertThat(grid.covers(copies.day("2024-01-04T00:00:00Z", "2024-01-05")))
                .isFalse();
        assertThat(grid.covers(copies.day("2024-01-04T00:00:00Z", "2024-01-07")))
                .isTrue();
        assertThat(none(copies.day("2024-01-04T00:00:00Z", "__HIVE_DEFAULT_PARTITION__")))
                .contains("no day that a projection finds");
    }

    private static Projection chunks(String first, Duration step) {
        return new Projection.Chunks(Instant.parse(first).getEpochSecond(), step);
    }

    private static String none(Manifest... live) {
        Projection found = ProjectionGrid.of(List.of(live));
        assertThat(found).isInstanceOf(Projection.None.class);
        return ((Projection.None) found).reason();
    }
}
