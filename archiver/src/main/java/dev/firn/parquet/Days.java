package dev.firn.parquet;

import java.time.LocalDate;

/** Days in UTC as they stand in the path under {@code partition-by = day}. */
final class Days {

    /**
     * Where rows go that lie on no day a path can name: at the infinities, before the year 1 and after 9999. Engines read
     * this name as NULL, which is what the time column itself holds for the infinities.
     */
    static final String NONE = "__HIVE_DEFAULT_PARTITION__";

    /** Stands for {@link #NONE}. */
    static final long NO_DAY = Long.MIN_VALUE;

    private static final long FIRST = LocalDate.of(1, 1, 1).toEpochDay();
    private static final long LAST = LocalDate.of(9999, 12, 31).toEpochDay();

    private Days() {}

    /** Days since 1970 of a position in microseconds. */
    static long of(long position) {
        if (position == Long.MIN_VALUE || position == Long.MAX_VALUE) {
            return NO_DAY;
        }
        long day = Math.floorDiv(position, TimePositions.MICROS_PER_DAY);
        return day < FIRST || day > LAST ? NO_DAY : day;
    }

    static String name(long day) {
        return day == NO_DAY ? NONE : LocalDate.ofEpochDay(day).toString();
    }
}
