package dev.firn.athena;

import static dev.firn.athena.Copies.column;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.archive.Chronicle;
import dev.firn.archive.Expiry;
import dev.firn.archive.Manifest;
import dev.firn.types.Column;
import dev.firn.types.PgType;
import dev.firn.types.PgTypes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HiddenCopiesTest {

    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration SIX_HOURS = Duration.ofHours(6);

    private static final Column TIME = Copies.TIME.get(0);
    private static final PgType INT4 = PgTypes.builtIn("int4", -1, "integer");
    private static final PgType INT8 = PgTypes.builtIn("int8", -1, "bigint");

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

    /** Their files lie where they were to be expected, and have the column under a name that nobody was told. */
    @Test
    void whoWasToldBeforeAColumnWasWidenedReadsNullInIt() {
        assertThat(warning(List.of(
                        copies.chunk("2024-01-04T00:00:00Z", WEEK, TIME, column("n", "n", 2, INT4)),
                        copies.chunk("2024-01-11T00:00:00Z", WEEK, TIME, column("n", "n_2", 2, INT8)),
                        copies.chunk("2024-01-18T00:00:00Z", WEEK, TIME, column("n", "n_2", 2, INT8)))))
                .contains("query engines have no values of n (n_2 in the files) in [2024-01-11, 2024-01-18)"
                        + " and later copies if they were told of this table before 2026-01-02T00:00:00Z. HINT: print"
                        + " `archiver athena ddl` again and run it");
    }

    @Test
    void whoWasToldBeforeColumnsWereAddedDoesNotReadThem() {
        assertThat(warning(List.of(
                        copies.chunk("2024-01-04T00:00:00Z", WEEK),
                        copies.chunk("2024-01-11T00:00:00Z", WEEK, TIME, column("a", "a", 2, INT4)),
                        copies.chunk(
                                "2024-01-18T00:00:00Z",
                                WEEK,
                                TIME,
                                column("a", "a", 2, INT4),
                                column("b\nc", "b_c", 3, INT4),
                                column("d", "d", 4, INT4)))))
                .as("the last that was told and lacks any")
                .contains("query engines have no values of b c (b_c in the files), d in [2024-01-18, 2024-01-25)"
                        + " and later copies if they were told of this table before 2026-01-03T00:00:00Z. HINT: print"
                        + " `archiver athena ddl` again and run it");
    }

    @Test
    void aColumnThatIsGoneOrCameBackIsNothingNew() {
        List<Manifest> live = List.of(
                copies.chunk("2024-01-04T00:00:00Z", WEEK, TIME, column("n", "n", 2, INT4)),
                copies.chunk("2024-01-11T00:00:00Z", WEEK),
                copies.chunk("2024-01-18T00:00:00Z", WEEK, TIME, column("n", "n", 3, INT4)));

        assertThat(warning(live)).isEmpty();
        assertThat(warning(live, List.of(copies.expire(live.get(0)))))
                .as("it was told of as long as the copies were there")
                .isEmpty();
        Manifest later = copies.chunk("2024-01-25T00:00:00Z", WEEK, TIME, column("n", "n", 3, INT4));
        Manifest without = live.get(1);
        Manifest with = live.get(0);
        assertThat(warning(List.of(with, without, later), List.of(copies.expire(with))))
                .isEmpty();
    }

    @Test
    void nobodyIsWarnedOfColumnsWhoseCopiesHaveExpired() {
        Manifest first = copies.chunk("2024-01-04T00:00:00Z", WEEK);
        Manifest with = copies.chunk("2024-01-11T00:00:00Z", WEEK, TIME, column("n", "n", 2, INT4));

        assertThat(warning(
                        List.of(first, with, copies.chunk("2024-01-18T00:00:00Z", WEEK)), List.of(copies.expire(with))))
                .isEmpty();
    }

    @Test
    void aColumnThatIsPrintedNoMoreOnceItsCopiesExpiredIsMissedWhenItComesAgain() {
        Manifest with = copies.chunk("2024-01-04T00:00:00Z", WEEK, TIME, column("n", "n", 2, INT4));
        Manifest without = copies.chunk("2024-01-11T00:00:00Z", WEEK);
        Expiry expiry = copies.expire(with);
        Manifest again = copies.chunk("2024-01-18T00:00:00Z", WEEK, TIME, column("n", "n", 2, INT4));

        assertThat(warning(List.of(with, without, again), List.of(expiry)).orElse(""))
                .contains("have no values of n in [2024-01-18, 2024-01-25) and later copies if they were told of this"
                        + " table before 2026-01-04T00:00:00Z");
    }

    @Test
    void hiddenRowsAndMissingColumnsAreToldTogether() {
        assertThat(warning(List.of(
                                copies.chunk("2024-01-04T00:00:00Z", WEEK),
                                copies.chunk("2024-01-11T00:00:00Z", WEEK, TIME, column("n", "n", 2, INT4)),
                                copies.chunk("2024-01-18T06:00:00Z", SIX_HOURS, TIME, column("n", "n", 2, INT4))))
                        .orElse(""))
                .contains("do not see [2024-01-18T06:00:00Z, 2024-01-18T12:00:00Z) if they were told of this table"
                        + " before 2026-01-03T00:00:00Z; they have no values of n in [2024-01-11, 2024-01-18) and later"
                        + " copies if they were told of it before 2026-01-02T00:00:00Z. HINT: print");
        assertThat(warning(List.of(
                                copies.chunk("1500-01-04T00:00:00Z", WEEK),
                                copies.chunk("2024-01-11T00:00:00Z", WEEK, TIME, column("n", "n", 2, INT4))))
                        .orElse(""))
                .as("to register partitions does not help against a missing column")
                .contains("look up the partitions of this table")
                .contains("have no values of n in [2024-01-11, 2024-01-18)")
                .contains("HINT: print `archiver athena ddl` again and run it");
    }

    @Test
    void whoCountsIn32BitsLooksUpWhatIsBeyondThem() {
        assertThat(warning(List.of(copies.numbers(1L << 40, 1 << 20), copies.numbers((1L << 40) + (1 << 20), 1 << 20)))
                        .orElse(""))
                .isEqualTo(
                        "Trino and Spark look up the partitions of this table, since its numbers are beyond what Trino"
                                + " computes; they do not see [1099512676352, 1099513724928) if they were told of it"
                                + " before 2026-01-02T00:00:00Z. HINT: what is archived from now on is not shown by them"
                                + " until the statement of `archiver athena ddl` that registers partitions is run again");
        assertThat(warning(List.of(copies.numbers(100, 10)))).isEmpty();
    }
}
