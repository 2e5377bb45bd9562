package dev.firn.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.TimeKind;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TimePositionsTest {

    @Test
    void countsMicrosecondsSince1970() {
        assertThat(position(TimeKind.TIMESTAMPTZ, longBytes(0))).isEqualTo(micros("2000-01-01T00:00:00Z"));
        assertThat(position(TimeKind.TIMESTAMP, longBytes(-1))).isEqualTo(micros("1999-12-31T23:59:59.999999Z"));
        assertThat(position(TimeKind.DATE, intBytes(60))).isEqualTo(micros("2000-03-01T00:00:00Z"));
    }

    @Test
    void takesWholeNumbersAsTheyAre() {
        assertThat(position(TimeKind.BIGINT, longBytes(Long.MIN_VALUE))).isEqualTo(Long.MIN_VALUE);
        assertThat(position(TimeKind.INTEGER, intBytes(-7))).isEqualTo(-7);
        assertThat(position(TimeKind.SMALLINT, new byte[] {-1, -2})).isEqualTo(-2);
    }

    @Test
    void putsTheInfinitiesAtTheEndsOfTime() {
        assertThat(position(TimeKind.TIMESTAMPTZ, longBytes(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
        assertThat(position(TimeKind.TIMESTAMP, longBytes(Long.MIN_VALUE))).isEqualTo(Long.MIN_VALUE);
        assertThat(position(TimeKind.DATE, intBytes(Integer.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
        assertThat(position(TimeKind.DATE, intBytes(Integer.MIN_VALUE))).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void holdsTheLastMomentsThatPostgresHas() {
        long lastTimestamp = 9_223_371_331_200_000_000L - 1;
        int lastDate = 2_145_031_949 - 1;

        assertThat(position(TimeKind.TIMESTAMPTZ, longBytes(lastTimestamp - 946_684_800_000_000L)))
                .isEqualTo(lastTimestamp);
        assertThatThrownBy(() -> position(TimeKind.DATE, intBytes(lastDate)))
                .as("5874897-12-31 in microseconds")
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void refusesAValueOfAnotherLength() {
        assertThatThrownBy(() -> position(TimeKind.DATE, longBytes(0))).hasMessageContaining("a date of 8 bytes");
    }

    @Test
    void namesDays() {
        assertThat(Days.name(Days.of(micros("2024-12-05T23:59:59.999999Z")))).isEqualTo("2024-12-05");
        assertThat(Days.name(Days.of(micros("1969-12-31T00:00:00Z")))).isEqualTo("1969-12-31");
        assertThat(Days.name(Days.of(micros("9999-12-31T23:00:00Z")))).isEqualTo("9999-12-31");
        assertThat(Days.name(Days.of(micros("0001-01-01T00:00:00Z")))).isEqualTo("0001-01-01");
        assertThat(Days.name(Days.of(micros("0001-01-01T00:00:00Z") - 1))).isEqualTo(Days.NONE);
        assertThat(Days.name(Days.of(Long.MAX_VALUE))).isEqualTo(Days.NONE);
    }

    private static long position(TimeKind kind, byte[] bytes) {
        return TimePositions.of(kind, bytes, 0, bytes.length);
    }

    private static long micros(String instant) {
        Instant parsed = Instant.parse(instant);
        return parsed.getEpochSecond() * 1_000_000 + parsed.getNano() / 1000;
    }

    private static byte[] longBytes(long value) {
        return ByteBuffer.allocate(8).putLong(value).array();
    }

    private static byte[] intBytes(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }
}
