package dev.firn.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.TimeKind;
import dev.firn.TimeRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangeTokenTest {

    @ParameterizedTest
    @CsvSource({
        "TIMESTAMPTZ, 1733356800000000, 1733961600000000, 20241205T000000Z_20241212T000000Z",
        "TIMESTAMP, 1733356800000001, 1733961600500000, 20241205T000000u000001Z_20241212T000000u500000Z",
        "DATE, -1, 0, 19691231T235959u999999Z_19700101T000000Z",
        "TIMESTAMPTZ, -9223372036854775808, 9223372036854775807, -infinity_infinity",
        "TIMESTAMPTZ, -210866803200000000, 0, -n9952871124T000000Z_19700101T000000Z",
        "TIMESTAMPTZ, 0, 9223371331200000000, 19700101T000000Z_f2942470102T000000Z",
        "INTEGER, -1000, 0, -n9223372036854774808_0000000000000000000",
        "BIGINT, 1000, 9223372036854775807, 0000000000000001000_infinity"
    })
    void spellsARangeAsOneWord(TimeKind kind, long start, long end, String token) {
        TimeRange range = new TimeRange(kind, start, end);

        assertThat(RangeToken.of(range)).isEqualTo(token);
        assertThat(RangeToken.parse(kind, token)).isEqualTo(range);
    }

    @ParameterizedTest
    @EnumSource(TimeKind.class)
    void wordsComeBackAsTheirRangesAndSortAsTheyDo(TimeKind kind) {
        Random random = new Random(42);
        List<Long> positions = new ArrayList<>(List.of(
                Long.MIN_VALUE,
                Long.MIN_VALUE + 1,
                -1L,
                0L,
                1L,
                999_999L,
                1_000_000L,
                Long.MAX_VALUE - 1,
                Long.MAX_VALUE));
        for (int i = 0; i < 300; i++) {
            positions.add(random.nextLong());
            positions.add(random.nextLong() >> random.nextInt(60));
            positions.add(86_400_000_000L * random.nextInt(-800_000, 3_000_000));
        }
        TreeSet<TimeRange> ranges = new TreeSet<>();
        for (int i = 0; i < 3_000; i++) {
            long a = positions.get(random.nextInt(positions.size()));
            long b = positions.get(random.nextInt(positions.size()));
            if (a != b) {
                ranges.add(new TimeRange(kind, Math.min(a, b), Math.max(a, b)));
            }
        }

        List<String> tokens = ranges.stream().map(RangeToken::of).toList();

        assertThat(tokens).isSortedAccordingTo(Comparator.naturalOrder()).doesNotHaveDuplicates();
        assertThat(tokens.stream().map(token -> RangeToken.parse(kind, token))).containsExactlyElementsOf(ranges);
        assertThat(tokens).allMatch(token -> token.matches(RangeToken.SHAPE) && token.length() < 60);
    }

    @Test
    void aColumnThatChangesBetweenKindsOfTimeKeepsItsKeys() {
        assertThat(RangeToken.of(new TimeRange(TimeKind.TIMESTAMP, 0, 1)))
                .isEqualTo(RangeToken.of(new TimeRange(TimeKind.TIMESTAMPTZ, 0, 1)));
        assertThat(RangeToken.of(new TimeRange(TimeKind.INTEGER, 0, 1)))
                .isEqualTo(RangeToken.of(new TimeRange(TimeKind.BIGINT, 0, 1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "_",
                "20241205T000000Z",
                "20241205T000000Z_",
                "20241205T000000Z_20241205T000000Z",
                "20241212T000000Z_20241205T000000Z",
                "20241205T000000Z_20241212T000000Z_20241213T000000Z",
                "20241205T000000_20241212T000000",
                "20240230T000000Z_20241212T000000Z",
                "20241205T240000Z_20241212T000000Z",
                "f002024" + "1205T000000Z_infinity",
                "-n1000000" + "0101T000000Z_infinity",
                "infinity_-infinity",
                "f999999" + "1231T000000Z_infinity"
            })
    void refusesAWordThatNoRangeHas(String token) {
        assertThatThrownBy(() -> RangeToken.parse(TimeKind.TIMESTAMPTZ, token))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1_2",
                "0000000000000000002_0000000000000000001",
                "9999999999999999999_infinity",
                "-n0000000000000000000_0000000000000000001",
                "9223372036854775807_infinity",
                "20241205T000000Z_20241212T000000Z"
            })
    void refusesAWordThatNoRangeOfIntegersHas(String token) {
        assertThatThrownBy(() -> RangeToken.parse(TimeKind.BIGINT, token)).isInstanceOf(IllegalArgumentException.class);
    }
}
