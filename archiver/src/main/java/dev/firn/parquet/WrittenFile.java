package dev.firn.parquet;

import dev.firn.store.Content;

/**
 * A finished file.
 *
 * @param partition the day it holds under {@code partition-by = day} ({@code 2024-12-05}), or
 *     {@code __HIVE_DEFAULT_PARTITION__} for times on no day that a path can name; else empty
 * @param minTime smallest position of the time column, as in {@link dev.firn.TimeRange}
 * @param maxTime largest one
 */
public record WrittenFile(String key, String partition, Content content, long rows, long minTime, long maxTime) {

    public WrittenFile {
        if (rows <= 0) {
            throw new IllegalArgumentException("%s: %d rows".formatted(key, rows));
        }
        if (minTime > maxTime) {
            throw new IllegalArgumentException("%s: times from %d to %d".formatted(key, minTime, maxTime));
        }
    }
}
