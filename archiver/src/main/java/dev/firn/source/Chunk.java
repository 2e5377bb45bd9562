package dev.firn.source;

import dev.firn.TableName;
import dev.firn.TimeRange;
import java.util.Optional;

/**
 * One piece of a table as it lies in the database now. What identifies it across time is the table and the range; relation
 * name and OID only say where to find it today.
 *
 * @param relation the chunk's own relation
 * @param twin the relation with its compressed batches
 * @param status TimescaleDB's status bits as they are, 0 for partitions
 * @param bytes what it takes in the database with indexes and twin
 */
public record Chunk(
        TableName table,
        TimeRange range,
        TableName relation,
        long oid,
        boolean compressed,
        Optional<Twin> twin,
        int status,
        boolean frozen,
        long bytes) {

    /** The compressed relation behind a chunk. */
    public record Twin(TableName relation, long oid) {}

    @Override
    public String toString() {
        return table + " " + range;
    }
}
