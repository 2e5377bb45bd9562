package dev.firn.source;

import java.math.BigInteger;
import java.util.Objects;

/**
 * Which tuples a chunk consisted of, and which chunk and columns it was. Equal fingerprints mean equal content, within
 * one run of one server only: {@code server} holds system identifier, timeline and start time, so that two servers never
 * compare equal.
 *
 * @param heapRows visible rows of the chunk's own heap
 * @param heapSum sum of a hash over their {@code (ctid, xmin)}
 * @param twinRows visible rows (batches) of the twin, 0 without one
 * @param identity OIDs, hypertable, bounds and status, as text
 * @param columns hash of attnum, name, type, typmod and missing value of every column, enum labels included
 */
public record Fingerprint(
        String server,
        String identity,
        String columns,
        long heapRows,
        BigInteger heapSum,
        long twinRows,
        BigInteger twinSum) {

    public Fingerprint {
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(columns, "columns");
        Objects.requireNonNull(heapSum, "heapSum");
        Objects.requireNonNull(twinSum, "twinSum");
    }

    /** Whether both saw the same tuples of the same chunk and columns, on whatever server of one history. */
    public boolean sameTuples(Fingerprint other) {
        return equals(new Fingerprint(
                server, other.identity, other.columns, other.heapRows, other.heapSum, other.twinRows, other.twinSum));
    }

    /** Whether the two can be compared at all: only within one run of one server. */
    public boolean comparableWith(Fingerprint other) {
        return server.equals(other.server);
    }
}
