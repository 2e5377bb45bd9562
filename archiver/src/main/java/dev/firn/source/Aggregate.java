package dev.firn.source;

import dev.firn.TableName;
import java.util.Optional;

/**
 * A continuous aggregate that a table feeds, directly or by way of another aggregate.
 *
 * @param view what the application reads
 * @param id hypertable of its materialised buckets
 * @param sourceId hypertable that it is computed from
 * @param direct whether that is the table itself; a child is computed from the buckets of its parent, which stay when a
 *     chunk of the table goes
 * @param bucket how it divides time; nothing where that is done in a way that Firn does not know
 * @param bucketText how it divides time, for people
 */
public record Aggregate(
        TableName view, int id, int sourceId, boolean direct, Optional<Bucket> bucket, String bucketText) {

    /**
     * Width and alignment, as the arguments of {@code time_bucket}.
     *
     * @param width an interval, or a number for integer time
     * @param origin where a bucket starts, or null
     * @param offset by how much buckets are shifted, or null
     * @param timezone whose midnights count
     */
    public record Bucket(String width, String origin, String offset, String timezone) {}

    @Override
    public String toString() {
        return view.toString();
    }
}
