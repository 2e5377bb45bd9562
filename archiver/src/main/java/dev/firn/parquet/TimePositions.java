package dev.firn.parquet;

import dev.firn.TimeKind;
import dev.firn.types.BigEndian;
import java.util.Arrays;
import java.util.Optional;

/** Positions in time, as in {@link dev.firn.TimeRange}, out of the COPY BINARY bytes of the time column. */
public final class TimePositions {

    static final long MICROS_PER_DAY = 86_400_000_000L;
    private static final int DAYS_FROM_1970_TO_2000 = 10_957;
    private static final long MICROS_FROM_1970_TO_2000 = DAYS_FROM_1970_TO_2000 * MICROS_PER_DAY;

    private TimePositions() {}

    /** The position of one value that is not NULL. */
    public static long of(TimeKind kind, byte[] bytes, int offset, int length) {
        int expected =
                switch (kind) {
                    case TIMESTAMPTZ, TIMESTAMP, BIGINT -> Long.BYTES;
                    case DATE, INTEGER -> Integer.BYTES;
                    case SMALLINT -> Short.BYTES;
                };
        if (length != expected) {
            throw new IllegalArgumentException("a %s of %d bytes".formatted(kind.catalogueName(), length));
        }
        return switch (kind) {
            case TIMESTAMPTZ, TIMESTAMP -> sinceUnixEpoch(BigEndian.getLong(bytes, offset));
            case DATE -> midnight(BigEndian.getInt(bytes, offset));
            case BIGINT -> BigEndian.getLong(bytes, offset);
            case INTEGER -> BigEndian.getInt(bytes, offset);
            case SMALLINT -> BigEndian.getShort(bytes, offset);
        };
    }

    /**
     * The COPY bytes of the first value that does not lie before a position; nothing at the ends of time, and where the
     * type has no such value.
     */
    public static Optional<byte[]> atOrAfter(TimeKind kind, long position) {
        if (position == Long.MIN_VALUE || position == Long.MAX_VALUE) {
            return Optional.empty();
        }
        return switch (kind) {
            case TIMESTAMPTZ, TIMESTAMP ->
                position < Long.MIN_VALUE + MICROS_FROM_1970_TO_2000 + 1
                        ? Optional.empty()
                        : number(position - MICROS_FROM_1970_TO_2000, Long.BYTES);
            case DATE -> number(-Math.floorDiv(-position, MICROS_PER_DAY) - DAYS_FROM_1970_TO_2000, Integer.BYTES);
            case BIGINT -> number(position, Long.BYTES);
            case INTEGER -> number(position, Integer.BYTES);
            case SMALLINT -> number(position, Short.BYTES);
        };
    }

    private static Optional<byte[]> number(long value, int bytes) {
        int spare = Long.SIZE - bytes * Byte.SIZE;
        if (value << spare >> spare != value) {
            return Optional.empty();
        }
        byte[] wide = new byte[Long.BYTES];
        BigEndian.putLong(wide, 0, value);
        return Optional.of(Arrays.copyOfRange(wide, Long.BYTES - bytes, Long.BYTES));
    }

    private static long sinceUnixEpoch(long sincePostgresEpoch) {
        boolean infinite = sincePostgresEpoch == Long.MIN_VALUE || sincePostgresEpoch == Long.MAX_VALUE;
        return infinite ? sincePostgresEpoch : Math.addExact(sincePostgresEpoch, MICROS_FROM_1970_TO_2000);
    }

    private static long midnight(int daysSince2000) {
        if (daysSince2000 == Integer.MIN_VALUE) {
            return Long.MIN_VALUE;
        }
        if (daysSince2000 == Integer.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        return Math.multiplyExact((long) daysSince2000 + DAYS_FROM_1970_TO_2000, MICROS_PER_DAY);
    }
}
