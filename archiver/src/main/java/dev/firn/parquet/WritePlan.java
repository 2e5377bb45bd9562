package dev.firn.parquet;

import dev.firn.FirnException;
import dev.firn.TimeKind;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a copy is made of and how.
 *
 * @param timeColumn PostgreSQL name of the column of the time dimension
 * @param byDay whether rows go to files by their day in UTC
 * @param bloomColumns PostgreSQL names of the columns that get a Bloom filter if one is defined over their type
 * @param metadata for the footers of all files, beside what the writer adds itself
 */
public record WritePlan(
        ParquetTable table,
        ParquetSettings settings,
        String timeColumn,
        TimeKind timeKind,
        boolean byDay,
        Set<String> bloomColumns,
        Map<String, String> metadata) {

    public WritePlan {
        Objects.requireNonNull(timeKind, "timeKind");
        Objects.requireNonNull(settings, "settings");
        bloomColumns = Set.copyOf(bloomColumns);
        metadata = Map.copyOf(metadata);
        table.indexOf(timeColumn);
        bloomColumns.forEach(table::indexOf);
        if (byDay && timeKind.isInteger()) {
            throw new FirnException(
                    FirnException.Category.CONFIGURATION,
                    table.name().toString(),
                    "partition-by = day: its time column %s is of type %s, which has no days; nothing was written"
                            .formatted(timeColumn, timeKind.catalogueName()),
                    "set partition-by = chunk for this table");
        }
    }
}
