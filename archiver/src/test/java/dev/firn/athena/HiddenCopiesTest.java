package dev.firn.athena;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.archive.Manifest;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HiddenCopiesTest {

    private static final Duration WEEK = Duration.ofDays(7);

    private final Copies copies = new Copies();

    @Test
    void nothingIsSaidOfWhatWasToBeExpected() {
        assertThat(HiddenCopies.warning(List.of())).isEmpty();
        assertThat(HiddenCopies.warning(List.of(
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

        assertThat(HiddenCopies.warning(live)).hasValueSatisfying(warning -> assertThat(warning)
                .startsWith("query engines do not see [2024-01-11T06:00:00Z, 2024-01-11T12:00:00Z) if they were"
                        + " told of this table before 2026-01-02T00:00:00Z. HINT: print"));
    }

    @Test
    void anOlderChunkThanTheOldestIsHiddenToo() {
        assertThat(HiddenCopies.warning(List.of(
                        copies.chunk("2024-01-11T00:00:00Z", WEEK), copies.chunk("2024-01-04T00:00:00Z", WEEK))))
                .hasValueSatisfying(warning -> assertThat(warning).contains("do not see [2024-01-04, 2024-01-11)"));
    }

    @Test
    void numbersRunOutOfWhatWasPrinted() {
        List<Manifest> live = LongStream.rangeClosed(0, 1_001)
                .mapToObj(chunk -> copies.numbers(chunk * 10, 10))
                .toList();

        assertThat(HiddenCopies.warning(live.subList(0, 1_001))).isEmpty();
        assertThat(HiddenCopies.warning(live))
                .hasValueSatisfying(warning -> assertThat(warning).contains("do not see [10010, 10020)"));
    }

    @Test
    void whatIsRegisteredHasToBeRegisteredAgain() {
        assertThat(HiddenCopies.warning(List.of(copies.numbers(-10, 10))))
                .hasValueSatisfying(warning -> assertThat(warning)
                        .contains("look up the partitions of this table, since chunks start below zero"));
    }

    @Test
    void copiesByChunkAndByDayAreNoTable() {
        assertThat(HiddenCopies.warning(List.of(
                        copies.chunk("2024-01-04T00:00:00Z", WEEK), copies.day("2024-01-11T00:00:00Z", "2024-01-12"))))
                .hasValueSatisfying(warning -> assertThat(warning).contains("no query engine reads both"));
    }
}
