package dev.firn.archiver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.firn.TimeKind;
import dev.firn.TimeRange;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where chunks are drawn. */
class TimeLineTest {

    @Test
    void drawsToScaleWhatIsWithoutGaps() {
        TimeAxis axis = TimeAxis.of(List.of(range(0, 100), range(100, 200), range(200, 400)));

        assertThat(axis.place(0)).isZero();
        assertThat(axis.place(100)).isEqualTo(25);
        assertThat(axis.place(300)).isEqualTo(75);
        assertThat(axis.place(400)).isEqualTo(100);
        assertThat(axis.gaps()).isEmpty();
    }

    @Test
    void drawsLongTimesWithoutAChunkAsShortOnes() {
        TimeAxis axis = TimeAxis.of(List.of(range(0, 100), range(100, 200), range(1_000_000, 1_000_100)));

        assertThat(axis.place(200)).isEqualTo(50);
        assertThat(axis.place(1_000_000)).isEqualTo(75);
        assertThat(axis.gaps()).containsExactly(new TimeAxis.Gap(200, 1_000_000));
    }

    @Test
    void givesRangesWithoutAnEndSomeRoom() {
        TimeAxis axis = TimeAxis.of(List.of(range(Long.MIN_VALUE, 0), range(0, 100), range(100, Long.MAX_VALUE)));

        assertThat(axis.place(Long.MIN_VALUE)).isZero();
        assertThat(axis.place(0)).isBetween(33.0, 34.0);
        assertThat(axis.place(100)).isBetween(66.0, 67.0);
        assertThat(axis.place(Long.MAX_VALUE)).isEqualTo(100);
        assertThat(TimeAxis.of(List.of(range(Long.MIN_VALUE, Long.MAX_VALUE))).place(Long.MAX_VALUE))
                .isEqualTo(100);
    }

    @Test
    void keepsOverlappingRangesInTheirPlaces() {
        TimeAxis axis = TimeAxis.of(List.of(range(0, 100), range(50, 150), range(60, 70)));

        assertThat(axis.place(75)).isCloseTo(50, within(1e-9));
        assertThat(axis.place(150)).isEqualTo(100);
    }

    @Test
    void drawsABoundedNumberOfCellsWhateverThereIs() {
        List<Cell> years = new ArrayList<>();
        for (int day = 0; day < 5_000; day++) {
            years.add(new Cell(range(day, day + 1), day < 4_000 ? Look.DROPPED : Look.HOT, 1, "x"));
        }
        List<Cell> alternating = new ArrayList<>();
        for (int day = 0; day < 5_000; day++) {
            alternating.add(new Cell(range(day, day + 1), day % 2 == 0 ? Look.DROPPED : Look.HOT, 1, "x"));
        }

        assertThat(TimeLine.fewer(years)).extracting(Cell::chunks).containsExactly(4_000, 1_000);
        assertThat(TimeLine.fewer(years).get(0).words()).isEqualTo("0 to 4000: 4000 chunks, on S3 only");
        assertThat(TimeLine.fewer(alternating)).hasSize(400).last().isEqualTo(alternating.get(4_999));
    }

    private static TimeRange range(long start, long end) {
        return new TimeRange(TimeKind.BIGINT, start, end);
    }
}
