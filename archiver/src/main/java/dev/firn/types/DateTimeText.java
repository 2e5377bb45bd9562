package dev.firn.types;

import java.time.LocalDate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dates and times as PostgreSQL prints them with {@code DateStyle = ISO} and {@code TimeZone = UTC}, over its whole range,
 * which is wider than what ISO 8601 or Java's own parsers take.
 */
final class DateTimeText {

    static final long MICROS_PER_DAY = 86_400_000_000L;
    private static final long MICROS_PER_HOUR = 3_600_000_000L;
    private static final long MICROS_PER_MINUTE = 60_000_000L;
    private static final long MICROS_PER_SECOND = 1_000_000L;
    private static final long POSTGRES_EPOCH_DAY = LocalDate.of(2000, 1, 1).toEpochDay();
    private static final String BEFORE_CHRIST = " BC";
    private static final Pattern DATE = Pattern.compile("(\\d{4,})-(\\d\\d)-(\\d\\d)");
    private static final Pattern TIME = Pattern.compile("(\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d{1,6}))?");

    private DateTimeText() {}

    /** A day counted from 2000-01-01; its {@code BC}, if any, comes after the time and is {@link #era}. */
    static String date(long day) {
        LocalDate date = LocalDate.ofEpochDay(day + POSTGRES_EPOCH_DAY);
        int year = date.getYear() > 0 ? date.getYear() : 1 - date.getYear();
        return "%04d-%02d-%02d".formatted(year, date.getMonthValue(), date.getDayOfMonth());
    }

    static String era(long day) {
        return LocalDate.ofEpochDay(day + POSTGRES_EPOCH_DAY).getYear() > 0 ? "" : BEFORE_CHRIST;
    }

    static long parseDate(String date, boolean beforeChrist) {
        Matcher matcher = match(DATE, date);
        int year = Integer.parseInt(matcher.group(1));
        int month = Integer.parseInt(matcher.group(2));
        int dayOfMonth = Integer.parseInt(matcher.group(3));
        return LocalDate.of(beforeChrist ? 1 - year : year, month, dayOfMonth).toEpochDay() - POSTGRES_EPOCH_DAY;
    }

    /** A time of day, 24:00:00 included. */
    static String time(long micros) {
        String whole = "%02d:%02d:%02d"
                .formatted(micros / MICROS_PER_HOUR, micros / MICROS_PER_MINUTE % 60, micros / MICROS_PER_SECOND % 60);
        long fraction = micros % MICROS_PER_SECOND;
        return fraction == 0 ? whole : whole + "." + "%06d".formatted(fraction).replaceAll("0+$", "");
    }

    static long parseTime(String time) {
        Matcher matcher = match(TIME, time);
        String fraction = matcher.group(4) == null ? "" : matcher.group(4);
        return Long.parseLong(matcher.group(1)) * MICROS_PER_HOUR
                + Long.parseLong(matcher.group(2)) * MICROS_PER_MINUTE
                + Long.parseLong(matcher.group(3)) * MICROS_PER_SECOND
                + Long.parseLong((fraction + "000000").substring(0, 6));
    }

    private static Matcher match(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.matches()) {
            throw Leaf.unreadable("a date or time", text);
        }
        return matcher;
    }
}
