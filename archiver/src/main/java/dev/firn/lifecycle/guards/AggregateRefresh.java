package dev.firn.lifecycle.guards;

import dev.firn.TimeRange;
import dev.firn.source.Aggregate;
import dev.firn.source.Chunk;
import dev.firn.source.ContinuousAggregates;
import dev.firn.source.Table;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings continuous aggregates up to date for a chunk that is to be dropped, parents before children. */
public final class AggregateRefresh {

    private static final Logger LOG = LoggerFactory.getLogger(AggregateRefresh.class);

    private final Connection connection;
    private final Table table;

    /** @param connection in autocommit: a refresh ends several transactions of its own */
    public AggregateRefresh(Connection connection, Table table) {
        this.connection = connection;
        this.table = table;
    }

    /**
     * Computes the buckets over the chunk that are not computed, or that something was written into.
     *
     * @param gone ranges whose rows are not in the database: no bucket that reaches into one is computed, which would cut it
     */
    public void bringUpToDate(Chunk chunk, List<TimeRange> gone) throws SQLException {
        ContinuousAggregates aggregates = new ContinuousAggregates(connection, table);
        for (Aggregate aggregate : aggregates.all()) {
            Optional<TimeRange> widened = aggregates.widen(aggregate, chunk.range());
            if (widened.isEmpty()) {
                return;
            }
            TimeRange range = widened.get();
            if (aggregates.isComputed(aggregate, range) && !aggregates.isPending(aggregate, range)) {
                continue;
            }
            Optional<TimeRange> lost = gone.stream().filter(range::overlaps).findFirst();
            // A child is computed from buckets, and these are still there.
            if (aggregate.direct() && lost.isPresent()) {
                LOG.warn(
                        "{}: {} is not refreshed over {}: the rows of {} are in the archive alone, and would be cut out",
                        chunk,
                        aggregate,
                        range,
                        lost.get());
                return;
            }
            LOG.info("{}: refreshing {} over {}", chunk, aggregate, range);
            aggregates.refresh(aggregate, range);
        }
    }
}
