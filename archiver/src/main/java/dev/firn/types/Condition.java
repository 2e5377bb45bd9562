package dev.firn.types;

import java.util.Objects;

/**
 * That a column compares so with a value. It holds for the rows for which it holds in PostgreSQL, and never for NULL.
 *
 * @param value the COPY bytes of the other value
 */
public record Condition(Column column, Operator operator, byte[] value, ValueOrder order) {

    public Condition {
        Objects.requireNonNull(column, "column");
        Objects.requireNonNull(operator, "operator");
        value = value.clone();
        if (!order.decides(operator)) {
            throw new IllegalArgumentException(
                    "column %s: %s cannot be decided without PostgreSQL".formatted(column.name(), operator.sql()));
        }
    }

    /**
     * Whether it holds for a row.
     *
     * @param place of the column in the batch
     */
    public boolean holds(RowBatch batch, int row, int place) {
        return !batch.isNull(row, place)
                && operator.holds(
                        order.compare(batch.bytes(), batch.start(row, place), batch.length(row, place), value));
    }

    /** Whether Parquet orders the column's values alike, so that the statistics of a page tell where it may hold. */
    public boolean isToldByStatistics() {
        return order.isParquets(operator);
    }
}
