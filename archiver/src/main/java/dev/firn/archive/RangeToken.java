package dev.firn.archive;

import dev.firn.TimeKind;
import dev.firn.TimeRange;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range as one word of a key: {@code 20241205T000000Z_20241212T000000Z}. Words sort as their ranges do, which is what
 * the odd forms are for: microseconds after a {@code u} ({@code Z < u}), years beyond 9999 after an {@code f}, years
 * before 0 and negative integers counted up from the smallest after {@code -n}, integers in 19 digits. Timestamps, dates
 * and timestamps without zone look alike, so that a column that changes between them keeps its keys.
 */
final class RangeToken {

    private static final Pattern TIME =
            Pattern.compile("(?<era>|f|-n)(?<year>[0-9]{4}|[0-9]{6})(?<month>[0-9]{2})(?<day>[0-9]{2})"
                    + "T(?<hour>[0-9]{2})(?<minute>[0-9]{2})(?<second>[0-9]{2})(u(?<micro>[0-9]{6}))?Z");
    private static final Pattern INTEGER = Pattern.compile("(?<negative>-n)?(?<digits>[0-9]{19})");
    private static final String BEFORE_ALL = "-infinity";
    private static final String AFTER_ALL = "infinity";
    private static final int YEARS_BELOW_ZERO = 1_000_000;

    /** What any of the words above matches, for use inside patterns of keys. */
    static final String SHAPE = "[-0-9a-zTZ]+_[-0-9a-zTZ]+";

    private RangeToken() {}

    static String of(TimeRange range) {
        return position(range.kind(), range.start()) + "_" + position(range.kind(), range.end());
    }

    static String position(TimeKind kind, long position) {
        if (position == Long.MIN_VALUE) {
            return BEFORE_ALL;
        }
        if (position == Long.MAX_VALUE) {
            return AFTER_ALL;
        }
        return kind.isInteger() ? integer(position) : time(position);
    }

    /** The range that {@link #of} turned into this; anything that it cannot have made is refused. */
    static TimeRange parse(TimeKind kind, String token) {
        int middle = token.indexOf('_');
        if (middle < 0) {
            throw notARange(token);
        }
        long start = parsePosition(kind, token.substring(0, middle));
        long end = parsePosition(kind, token.substring(middle + 1));
        TimeRange range = new TimeRange(kind, start, end);
        if (!of(range).equals(token)) {
            throw notARange(token);
        }
        return range;
    }

    /** Whether it stands for integers; false for time, and for a word that only holds infinities. */
    static boolean isOfIntegers(String token) {
        int middle = token.indexOf('_');
        return middle >= 0
                && (INTEGER.matcher(token.substring(0, middle)).matches()
                        || INTEGER.matcher(token.substring(middle + 1)).matches());
    }

    private static String integer(long value) {
        return value >= 0 ? "%019d".formatted(value) : "-n%019d".formatted(value - Long.MIN_VALUE);
    }

    private static String time(long micros) {
        LocalDateTime time = LocalDateTime.ofInstant(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), ZoneOffset.UTC);
        int year = time.getYear();
        String shownYear = year < 0
                ? "-n%06d".formatted(YEARS_BELOW_ZERO + year)
                : (year > 9999 ? "f%06d" : "%04d").formatted(year);
        long fraction = Math.floorMod(micros, 1_000_000L);
        return "%s%02d%02dT%02d%02d%02d%sZ"
                .formatted(
                        shownYear,
                        time.getMonthValue(),
                        time.getDayOfMonth(),
                        time.getHour(),
                        time.getMinute(),
                        time.getSecond(),
                        fraction == 0 ? "" : "u%06d".formatted(fraction));
    }

    private static long parsePosition(TimeKind kind, String text) {
        if (text.equals(BEFORE_ALL)) {
            return Long.MIN_VALUE;
        }
        if (text.equals(AFTER_ALL)) {
            return Long.MAX_VALUE;
        }
        return kind.isInteger() ? parseInteger(text) : parseTime(text);
    }

    private static long parseInteger(String text) {
        Matcher parts = INTEGER.matcher(text);
        if (!parts.matches()) {
            throw notARange(text);
        }
        long digits = Long.parseLong(parts.group("digits"));
        return parts.group("negative") == null ? digits : digits + Long.MIN_VALUE;
    }

    private static long parseTime(String text) {
        Matcher parts = TIME.matcher(text);
        if (!parts.matches()) {
            throw notARange(text);
        }
        int year = number(parts, "year");
        try {
            Instant second = LocalDateTime.of(
                            parts.group("era").equals("-n") ? year - YEARS_BELOW_ZERO : year,
                            number(parts, "month"),
                            number(parts, "day"),
                            number(parts, "hour"),
                            number(parts, "minute"),
                            number(parts, "second"))
                    .toInstant(ZoneOffset.UTC);
            long micro = parts.group("micro") == null ? 0 : number(parts, "micro");
            // May wrap around: the smallest positions do on the way, and what stays wrong is spelled otherwise.
            return second.getEpochSecond() * 1_000_000L + micro;
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'%s' is not a time as keys spell it".formatted(text), e);
        }
    }

    private static int number(Matcher parts, String group) {
        return Integer.parseInt(parts.group(group));
    }

    private static IllegalArgumentException notARange(String token) {
        return new IllegalArgumentException("'%s' is not a range as keys spell it".formatted(token));
    }
}
