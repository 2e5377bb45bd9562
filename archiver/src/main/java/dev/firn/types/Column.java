package dev.firn.types;

import java.util.Objects;

/**
 * One exported column of a table.
 *
 * @param name as PostgreSQL has it
 * @param parquetName lower-case and safe for Athena; unique within the table without regard to case
 * @param fieldId Parquet field id, never used again for another column of this table
 * @param attnum its number in the table (of the table itself, not of a chunk)
 * @param generated whether PostgreSQL computes it (GENERATED ALWAYS AS … STORED): archived, left out on the way back
 */
public record Column(
        String name, String parquetName, int fieldId, int attnum, PgType type, boolean notNull, boolean generated) {

    public Column {
        Objects.requireNonNull(type, "type");
        if (!parquetName.matches("[a-z_][a-z0-9_]*")) {
            throw new IllegalArgumentException(
                    "column %s: '%s' is not a name that every engine reads".formatted(name, parquetName));
        }
        if (fieldId <= 0) {
            throw new IllegalArgumentException("column %s: field id %d is not positive".formatted(name, fieldId));
        }
    }
}
