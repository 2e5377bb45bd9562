package dev.firn.source;

import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.types.PgType;
import dev.firn.types.UserType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A table as the catalogue describes it now.
 *
 * @param oid of the table in this database
 * @param owner role that owns it
 * @param timeColumn the column of its time dimension
 * @param chunkInterval length of new chunks (microseconds or units), 0 where there is none (partitions)
 * @param hypertableId TimescaleDB's number of it, 0 for partitions
 * @param columns live columns in order
 * @param compression settings of compression, empty where it is off
 * @param indexes definitions, as {@code pg_get_indexdef} prints them for the table
 * @param constraints name to definition, as {@code pg_get_constraintdef} prints them
 * @param retentionAfter {@code drop_after} of a retention policy, as text
 * @param types how the domains and composite types of the columns are made
 */
public record Table(
        TableName name,
        long oid,
        String owner,
        String timeColumn,
        TimeKind timeKind,
        long chunkInterval,
        int hypertableId,
        List<TableColumn> columns,
        Optional<Compression> compression,
        List<String> indexes,
        Map<String, String> constraints,
        Optional<String> retentionAfter,
        List<UserType> types) {

    /** One whose columns are of no type but those that every database has. */
    public Table(
            TableName name,
            long oid,
            String owner,
            String timeColumn,
            TimeKind timeKind,
            long chunkInterval,
            int hypertableId,
            List<TableColumn> columns,
            Optional<Compression> compression,
            List<String> indexes,
            Map<String, String> constraints,
            Optional<String> retentionAfter) {
        this(
                name,
                oid,
                owner,
                timeColumn,
                timeKind,
                chunkInterval,
                hypertableId,
                columns,
                compression,
                indexes,
                constraints,
                retentionAfter,
                List.of());
    }

    public Table {
        types = List.copyOf(types);
        columns = List.copyOf(columns);
        indexes = List.copyOf(indexes);
        constraints = Map.copyOf(constraints);
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("%s has no columns".formatted(name));
        }
    }

    /** One live column, before it is given a name and an id in Parquet. */
    public record TableColumn(
            String name,
            int attnum,
            PgType type,
            boolean notNull,
            Optional<String> defaultExpression,
            boolean generated,
            String identity) {}

    /** How the table's chunks are compressed. */
    public record Compression(List<String> segmentBy, List<String> orderBy, Optional<String> compressAfter) {

        public Compression {
            segmentBy = List.copyOf(segmentBy);
            orderBy = List.copyOf(orderBy);
        }
    }
}
