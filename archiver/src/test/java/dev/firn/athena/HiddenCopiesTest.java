package dev.firn.athena;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.archive.Chronicle;
import dev.firn.archive.Expiry;
import dev.firn.archive.Manifest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HiddenCopiesTest {

    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration SIX_HOURS = Duration.ofHours(6);

    private final Copies copies = new Copies();

    private static Optional<String> warning(List<Manifest> live) {
        return warning(live, List.of());
    }

    private static Optional<String> warning(List<Manifest> copies, List<Expiry> expiries) {
        return HiddenCopies.warning(new Chronicle(copies, expiries));
    }

    @Test
    void nothingIsSaidOfWhatWasToBeExpected() {
        assertThat(warning(List.of())).isEmpty();
        assertThat(warning(List.of(
                        copies.chunk("2024-01-04T00:00:00Z", WEEK),
                        copies.chunk("2024-01-11T00:00:00Z", WEEK),
                        copies.chunk("2024-01-18T00:00:00Z", Duration.ofDays(1)))))
                .isEmpty();
    }

    @Test
    void namesTheLastCopyThatWasNotToBeExpectedWhenItCame() {
        List<Manifest> live = List.of(
                copies.chunk("2024-01-04T00:00:00Z", WEEK),
                copies.chunk("2024-01-11T06:00:00Z", Duration.ofHours(6)),
                copies.chunk("2024-01-11T12:00:00Z", Duration.ofHours(6)));

        assertThat(warning(live)).hasValueSatisfying(warning -> assertThat(warning)
                .startsWith("query engines do not see [2024-01-11T06:00:00Z, 2024-01-11T12:00:00Z) if they were"
                        + " told of this table before 2026-01-02T00:00:00Z. HINT: print"));
    }

    @Test
    void anOlderChunkThanTheOldestIsHiddenToo() {
        assertThat(warning(List.of(
                        copies.chunk("2024-01-11T00:00:00Z", WEEK), copies.chunk("2024-01-04T00:00:00Z", WEEK))))
                .hasValueSatisfying(warning -> assertThat(warning).contains("do not see [2024-01-04, 2024-01-11)"));
    }

    @Test
    void numbersRunOutOfWhatWasPrinted() {
        List<Manifest> live = LongStream.rangeClosed(0, 1_001)
                .mapToObj(chunk -> copies.numbers(chunk * 10, 10))
                .toList();

        assertThat(warning(live.subList(0, 1_001))).isEmpty();
        assertThat(warning(live))
                .hasValueSatisfying(warning -> assertThat(warning).contains("do not see [10010, 10020)"));
    }

    @Test
    void whatIsRegisteredHasToBeRegisteredAgain() {
        assertThat(warning(List.of(copies.numbers(-10, 10)))).hasValueSatisfying(warning -> assertThat(warning)
                .contains("look up the partitions of this table, since chunks start below zero; they do not see"
                        + " [-10, 0) if they were told of it before 2026-01-01T00:00:00Z. HINT:"));
    }

    @Test
    void copiesByChunkAndByDayAreNoTable() {
        assertThat(warning(List.of(
                        copies.chunk("2024-01-04T00:00:00Z", WEEK), copies.day("2024-01-11T00:00:00Z", "2024-01-12"))))
                .hasValueSatisfying(warning -> assertThat(warning).contains("no query engine reads both"));
    }

    @Test
    void whatWasPrintedOfCopiesThatHaveExpiredSinceHidesCopiesStill() {
        Manifest week = copies.chunk("2024-01-04T00:00:00Z", WEEK);
        Manifest finer = copies.chunk("2024-01-11T06:00:00Z", SIX_HOURS);

        assertThat(warning(List.of(week, finer), List.of(copies.expire(week))))
                .hasValueSatisfying(warning -> assertThat(warning)
                        .startsWith("query engines do not see [2024-01-11T06:00:00Z, 2024-01-11T12:00:00Z) if they were"
                                + " told of this table before 2026-01-02T00:00:00Z. HINT: print"));
    }

    @Test
    void nobodyIsWarnedOfWhatHasExpired() {
        Manifest week = copies.chunk("2024-01-04T00:00:00Z", WEEK);
        Manifest finer = copies.chunk("2024-01-11T06:00:00Z", SIX_HOURS);
        Manifest next = copies.chunk("2024-01-12T00:00:00Z", WEEK);

        assertThat(warning(List.of(week, finer, next), List.of(copies.expire(week), copies.expire(finer))))
                .isEmpty();
    }

    @Test
    void onceFinerCopiesHaveExpiredWhatIsPrintedHidesTheNextOnes() {
        Manifest week = copies.chunk("2024-01-04T00:00:00Z", WEEK);
        Manifest finer = copies.chunk("2024-01-11T06:00:00Z", SIX_HOURS);
        Manifest next = copies.chunk("2024-01-18T00:00:00Z", WEEK);
        Expiry expiry = copies.expire(finer);
        Manifest finerAgain = copies.chunk("2024-01-25T06:00:00Z", SIX_HOURS);

        assertThat(warning(List.of(week, finer, next, finerAgain), List.of(expiry)))
                .hasValueSatisfying(warning -> assertThat(warning)
                        .startsWith("query engines do not see [2024-01-25T06:00:00Z, 2024-01-25T12:00:00Z) if they were"
                                + " told of this table before 2026-01-05T00:00:00Z"));
    }

    @Test
    void lateRowsOfARangeThatHasExpiredAreHiddenFromWhoWasToldMeanwhile() {
        Manifest first = copies.chunk("2024-01-04T00:00:00Z", WEEK);
        Manifest second = copies.chunk("2024-01-11T00:00:00Z", WEEK);
        Expiry expiry = copies.expire(first);

        assertThat(warning(List.of(first, second, copies.late(first)), List.of(expiry)))
                .hasValueSatisfying(warning -> assertThat(warning)
                        .contains("do not see [2024-01-04, 2024-01-11) if they were told of this table before"
                                + " 2026-01-04T00:00:00Z"));
    }

    @Test
    void whatIsPrintedWhileAllHasExpiredIsWhatHasExpiredLast() {
        Manifest first = copies.chunk("2024-01-04T00:00:00Z", WEEK);
        Manifest second = copies.chunk("2024-01-11T00:00:00Z", WEEK);
        List<Expiry> expiries = List.of(copies.expire(first), copies.expire(second));
        Manifest next = copies.chunk("2024-01-18T00:00:00Z", WEEK);

        assertThat(new Chronicle(List.of(first, second), expiries).latest()).containsExactly(second);
        assertThat(warning(List.of(first, second), expiries)).isEmpty();
        assertThat(warning(List.of(first, second, next), expiries)).isEmpty();
        assertThat(warning(List.of(first, second, copies.late(first)), expiries))
                .hasValueSatisfying(
                        warning -> assertThat(warning).contains("told of this table before 2026-01-06T00:00:00Z"));
    }

    @Test
    void whoRegisteredPartitionsOnceSeesNoLaterOnes() {
        Manifest below = copies.numbers(-10, 10);
        Manifest zero = copies.numbers(0, 10);
        Expiry expiry = copies.expire(below);

        assertThat(warning(List.of(below, zero), List.of(expiry))).hasValueSatisfying(warning -> assertThat(warning)
                .contains("do not see [0, 10) if they were told of this table before 2026-01-02T00:00:00Z"));
        assertThat(warning(List.of(below, zero, copies.numbers(10, 10)), List.of(expiry)))
                .hasValueSatisfying(warning -> assertThat(warning)
                        .contains("do not see [10, 20) if they were told of this table before 2026-01-03T00:00:00Z"));
    }

    @Test
    void daysAreHiddenFromWhoWasToldOfChunks() {
        Manifest chunk = copies.chunk("2024-01-04T00:00:00Z", WEEK);
        Manifest day = copies.day("2024-01-11T00:00:00Z", "2024-01-12");

        assertThat(warning(List.of(chunk, day), List.of(copies.expire(chunk))))
                .hasValueSatisfying(warning -> assertThat(warning)
                        .contains("do not see [2024-01-11, 2024-01-18) if they were told of this table before"
                                + " 2026-01-02T00:00:00Z"));
    }
}
