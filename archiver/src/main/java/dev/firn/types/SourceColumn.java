package dev.firn.types;

import java.util.Objects;

/** A live column of a table as the catalogue has it, before {@link Columns} gives it a name and an id in Parquet. */
public record SourceColumn(String name, int attnum, PgType type, boolean notNull, boolean generated) {

    public SourceColumn {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        if (attnum <= 0) {
            throw new IllegalArgumentException("column %s: attribute number %d".formatted(name, attnum));
        }
    }
}
