package dev.firn.lifecycle.guards;

import dev.firn.TimeRange;
import dev.firn.config.GuardName;
import dev.firn.source.Aggregate;
import dev.firn.source.Chunk;
import dev.firn.source.ChunkSource;
import dev.firn.source.ContinuousAggregates;
import dev.firn.source.Table;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * A refresh after the drop must find no reason to compute a bucket that the dropped rows were in. For aggregates on
 * aggregates the same holds but for one thing: they are computed from buckets that stay, so theirs may reach beyond the
 * chunk.
 */
record ContinuousAggregatesGuard() implements Guard {

    @Override
    public GuardName name() {
        return GuardName.CONTINUOUS_AGGREGATES;
    }

    @Override
    public Optional<Objection> objection(Connection connection, ChunkSource source, Table table, Chunk chunk)
            throws SQLException {
        ContinuousAggregates aggregates = new ContinuousAggregates(connection, table);
        List<Aggregate> all = aggregates.all();
        if (all.isEmpty()) {
            return Optional.empty();
        }
        if (!aggregates.logsWrites(source.info().extensionVersion())) {
            return Optional.of(new Objection(
                    name(),
                    Objection.Ends.BY_A_PERSON,
                    "writes are not logged where Firn looks for what %s has still to compute"
                            .formatted(ContinuousAggregates.views(all)),
                    "keep the invalidations by trigger, or set guards.%s = off".formatted(name())));
        }
        for (Aggregate aggregate : all) {
            Optional<Objection> objection = objection(connection, aggregates, aggregate, source, table, chunk);
            if (objection.isPresent()) {
                return objection;
            }
        }
        return Optional.empty();
    }

    private Optional<Objection> objection(
            Connection connection,
            ContinuousAggregates aggregates,
            Aggregate aggregate,
            ChunkSource source,
            Table table,
            Chunk chunk)
            throws SQLException {
        Optional<TimeRange> widened = aggregates.widen(aggregate, chunk.range());
        if (widened.isEmpty()) {
            return Optional.of(new Objection(
                    name(),
                    Objection.Ends.BY_A_PERSON,
                    "which buckets of %s (%s) hold its rows is not known".formatted(aggregate, aggregate.bucketText()),
                    "set guards.%s = off for the table if that aggregate may lose them".formatted(name())));
        }
        if (aggregate.direct()) {
            Optional<TimeRange> other = source.rangesWithin(connection, table, widened.get()).stream()
                    .filter(range -> !range.equals(chunk.range()))
                    .findFirst();
            if (other.isPresent()) {
                return Optional.of(new Objection(
                        name(),
                        Objection.Ends.BY_ITSELF,
                        "a bucket of %s (%s) holds rows of it and of %s, which stays: a write there would cut the bucket"
                                .formatted(aggregate, aggregate.bucketText(), other.get()),
                        "make chunks of whole buckets of the aggregate (set_chunk_time_interval), or set guards.%s = off"
                                .formatted(name())));
            }
        }
        if (!aggregates.isComputed(aggregate, widened.get())) {
            return Optional.of(notYet(
                    aggregate,
                    "is not computed up to %s".formatted(widened.get().showEnd())));
        }
        if (aggregates.isPending(aggregate, widened.get())) {
            return Optional.of(notYet(aggregate, "has buckets in %s to compute".formatted(widened.get())));
        }
        return Optional.empty();
    }

    private Objection notYet(Aggregate aggregate, String what) {
        return new Objection(
                name(),
                Objection.Ends.BY_REFRESH,
                "%s %s, and its next refresh would do so without these rows".formatted(aggregate, what),
                "refresh it over this range, let its policy reach that far back, or set refresh-first = true");
    }
}
