package dev.firn;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * A half-open piece of a table's time. Positions are TimescaleDB's own: microseconds since 1970 UTC for timestamps and
 * dates, the number itself for integers; the smallest and largest long stand for the infinities.
 */
public record TimeRange(TimeKind kind, long start, long end) implements Comparable<TimeRange> {

    private static final DateTimeFormatter TO_THE_SECOND = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");
    private static final DateTimeFormatter TO_THE_MICRO = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS");

    public TimeRange {
        Objects.requireNonNull(kind, "kind");
        if (start >= end) {
            throw new IllegalArgumentException("range [%d, %d) is empty".formatted(start, end));
        }
    }

    public boolean overlaps(TimeRange other) {
        return start < other.end && other.start < end;
    }

    public boolean contains(long position) {
        return start <= position && (position < end || end == Long.MAX_VALUE);
    }

    /** A position for people: a date where it is midnight, else a date and time in UTC; a number for integers. */
    public static String show(TimeKind kind, long position) {
        if (position == Long.MIN_VALUE) {
            return "-infinity";
        }
        if (position == Long.MAX_VALUE) {
            return "infinity";
        }
        if (kind.isInteger()) {
            return Long.toString(position);
        }
        Instant instant = Instant.EPOCH.plus(position, ChronoUnit.MICROS);
        LocalDateTime time = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        if (time.toLocalTime().toNanoOfDay() == 0) {
            return time.toLocalDate().toString();
        }
        String suffix = kind == TimeKind.TIMESTAMPTZ ? "Z" : "";
        return time.format(position % 1_000_000 == 0 ? TO_THE_SECOND : TO_THE_MICRO) + suffix;
    }

    public String showStart() {
        return show(kind, start);
    }

    public String showEnd() {
        return show(kind, end);
    }

    @Override
    public int compareTo(TimeRange other) {
        int byStart = Long.compare(start, other.start);
        return byStart != 0 ? byStart : Long.compare(end, other.end);
    }

    @Override
    public String toString() {
        return "[" + showStart() + ", " + showEnd() + ")";
    }
}
