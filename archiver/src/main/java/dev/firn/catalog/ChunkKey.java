package dev.firn.catalog;

import dev.firn.TableName;
import dev.firn.TimeRange;
import java.util.Objects;

/** Which chunk of which namespace: its table and range, never its name. */
public record ChunkKey(String namespace, TableName table, TimeRange range) implements Comparable<ChunkKey> {

    /** Condition on one row; takes {@link #values}. */
    static final String MATCHES =
            "namespace = ? AND table_schema = ? AND table_name = ? AND range_start = ? AND range_end = ?";

    public ChunkKey {
        if (namespace.isEmpty()) {
            throw new IllegalArgumentException("a namespace without a name");
        }
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(range, "range");
    }

    @Override
    public int compareTo(ChunkKey other) {
        int byNamespace = namespace.compareTo(other.namespace);
        int byTable = byNamespace != 0 ? byNamespace : table.compareTo(other.table);
        return byTable != 0 ? byTable : range.compareTo(other.range);
    }

    @Override
    public String toString() {
        return namespace + "/" + table + " " + range;
    }

    /** What {@link #MATCHES} takes, with further values before and after. */
    Object[] values(Object... more) {
        return Sql.join(new Object[] {namespace, table.schema(), table.name(), range.start(), range.end()}, more);
    }
}
