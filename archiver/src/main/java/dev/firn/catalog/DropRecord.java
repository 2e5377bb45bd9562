package dev.firn.catalog;

import java.util.Objects;

/**
 * What is being dropped, and on the strength of which copy.
 *
 * @param manifestKey of the copy that was proven equal to the chunk under the drop's lock
 * @param relation the chunk's relation, for the audit trail: the name may come back for other rows
 * @param bytesFreed what the chunk took in the database
 */
public record DropRecord(String manifestKey, String relation, long rows, long bytesFreed) {

    public DropRecord {
        Objects.requireNonNull(manifestKey, "manifestKey");
        Objects.requireNonNull(relation, "relation");
        if (rows < 0 || bytesFreed < 0) {
            throw new IllegalArgumentException("%s: %d rows, %d bytes".formatted(relation, rows, bytesFreed));
        }
    }
}
