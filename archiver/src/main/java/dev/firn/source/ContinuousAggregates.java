package dev.firn.source;

import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What continuous aggregates need of a table's chunks. A refresh computes whole buckets anew from the rows that are there:
 * dropped rows are cut out of every bucket that a refresh has a reason to touch. So a chunk may go once every bucket of it
 * is computed, nothing asks for any of them to be computed again, and none holds rows of a chunk that stays.
 */
public final class ContinuousAggregates {

    /** From this version on writes are logged without a trigger; from 2.22 on, up to it, a replication slot may do it. */
    private static final int LAST_MINOR_WITH_TRIGGER = 24;

    /** Functions and system columns that answer by how a row is stored. */
    private static final String ON_STORAGE =
            "\\m(pg_column_size|pg_column_compression|pg_column_toast_chunk_id|pg_(total_)?relation_size|pg_table_size"
                    + "|ctid|xmin|xmax|cmin|cmax|tableoid)\\M";

    private static final String LOGGED =
            """
            (SELECT hypertable_id AS id, false AS own, lowest_modified_value AS low, greatest_modified_value AS high
             FROM _timescaledb_catalog.continuous_aggs_hypertable_invalidation_log
             UNION ALL
             SELECT materialization_id, true, lowest_modified_value, greatest_modified_value
             FROM _timescaledb_catalog.continuous_aggs_materialization_invalidation_log)""";

    private final Connection connection;
    private final Table table;

    public ContinuousAggregates(Connection connection, Table table) {
        this.connection = connection;
        this.table = table;
    }

    /** Those fed by the table, parents before children; none for partitions. */
    public List<Aggregate> all() throws SQLException {
        return table.hypertableId() == 0 ? List.of() : AggregateReader.read(connection, table);
    }

    /** The range with all of every bucket that it touches; nothing where Firn does not know the buckets. */
    public Optional<TimeRange> widen(Aggregate aggregate, TimeRange range) throws SQLException {
        return AggregateBuckets.widen(connection, aggregate, range);
    }

    /** Whether writes to the table are logged where this class looks for them. */
    public boolean logsWrites(String extensionVersion) throws SQLException {
        String[] parts = extensionVersion.split("[.]", -1);
        return Integer.parseInt(parts[1]) > LAST_MINOR_WITH_TRIGGER
                || Query.one(
                        connection,
                        "SELECT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = ?::oid AND tgname = 'ts_cagg_invalidation_trigger')",
                        row -> row.getBoolean(1),
                        table.oid());
    }

    /** Whether its buckets are computed up to the end of the range: beyond, a view may be computed from the rows at once. */
    public boolean isComputed(Aggregate aggregate, TimeRange widened) throws SQLException {
        return Query.one(
                connection,
                """
                SELECT EXISTS (SELECT FROM _timescaledb_catalog.continuous_aggs_watermark
                               WHERE mat_hypertable_id = ? AND watermark >= ?)""",
                row -> row.getBoolean(1),
                aggregate.id(),
                widened.end());
    }

    /** Up to where its buckets are computed; nothing where it was never refreshed. */
    public OptionalLong computedUpTo(Aggregate aggregate) throws SQLException {
        return Query.first(
                        connection,
                        "SELECT watermark FROM _timescaledb_catalog.continuous_aggs_watermark WHERE mat_hypertable_id = ?",
                        row -> row.getLong(1),
                        aggregate.id())
                .map(OptionalLong::of)
                .orElseGet(OptionalLong::empty);
    }

    /** Whether a refresh has a reason to compute a bucket of the range: writes before it, or one begun and not ended. */
    public boolean isPending(Aggregate aggregate, TimeRange widened) throws SQLException {
        return Query.one(
                        connection,
                        """
                        SELECT EXISTS (SELECT FROM %s AS logged
                                       WHERE (NOT own AND id = ? OR own AND id = ?) AND low < ? AND high >= ?)"""
                                .formatted(LOGGED),
                        row -> row.getBoolean(1),
                        aggregate.sourceId(),
                        aggregate.id(),
                        widened.end(),
                        widened.start())
                || isBeingRefreshed(aggregate, widened);
    }

    private boolean isBeingRefreshed(Aggregate aggregate, TimeRange widened) throws SQLException {
        // To be computed by later transactions of a refresh; the table came with 2.19.
        return exists("_timescaledb_catalog.continuous_aggs_materialization_ranges")
                && Query.one(
                        connection,
                        """
                        SELECT EXISTS (SELECT FROM _timescaledb_catalog.continuous_aggs_materialization_ranges
                          WHERE materialization_id = ? AND lowest_modified_value < ? AND greatest_modified_value >= ?)""",
                        row -> row.getBoolean(1),
                        aggregate.id(),
                        widened.end(),
                        widened.start());
    }

    private boolean exists(String relation) throws SQLException {
        return Query.one(connection, "SELECT to_regclass(?) IS NOT NULL", row -> row.getBoolean(1), relation);
    }

    /**
     * What a refresh is asked to compute again, of the ranges given, where it has computed something before: what it finds
     * now would take that one's place.
     */
    public Optional<TimeRange> firstPendingOf(Aggregate aggregate, List<TimeRange> ranges) throws SQLException {
        TimeKind kind = AggregateBuckets.kind(connection, aggregate, table.timeKind());
        List<long[]> logged = Query.list(
                connection,
                "SELECT low, high FROM %s AS logged WHERE NOT own AND id = ? OR own AND id = ?".formatted(LOGGED),
                row -> new long[] {row.getLong(1), row.getLong(2)},
                aggregate.sourceId(),
                aggregate.id());
        for (TimeRange range : ranges) {
            Optional<TimeRange> widened = widen(aggregate, range);
            if (widened.isPresent() && touches(logged, widened.get())) {
                Optional<String> computed = AggregateBuckets.materialised(connection, aggregate, widened.get(), kind);
                if (computed.isPresent() && Query.one(connection, computed.get(), row -> row.getBoolean(1))) {
                    return Optional.of(range);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean touches(List<long[]> logged, TimeRange range) {
        return logged.stream().anyMatch(entry -> entry[0] < range.end() && entry[1] >= range.start());
    }

    /** Computes what is asked for in the range. Not within a transaction: it ends several of its own. */
    public void refresh(Aggregate aggregate, TimeRange widened) throws SQLException {
        TimeKind kind = AggregateBuckets.kind(connection, aggregate, table.timeKind());
        Query.execute(
                connection,
                "CALL %s.refresh_continuous_aggregate('%s', %s, %s)"
                        .formatted(
                                ExtensionSchema.quoted(connection),
                                aggregate.view().quoted().replace("'", "''"),
                                AggregateBuckets.literal(kind, widened.start()),
                                AggregateBuckets.literal(kind, widened.end())));
    }

    /**
     * Those whose definition asks how rows are stored, which compressing, dropping or restoring them changes: computed again
     * they answer something else.
     */
    public List<TableName> onStorage() throws SQLException {
        List<TableName> found = new ArrayList<>();
        for (Aggregate aggregate : all()) {
            boolean asks = Query.one(
                    connection,
                    """
                    SELECT EXISTS (SELECT FROM timescaledb_information.continuous_aggregates
                                   WHERE view_schema = ? AND view_name = ? AND view_definition ~ ?)""",
                    row -> row.getBoolean(1),
                    aggregate.view().schema(),
                    aggregate.view().name(),
                    ON_STORAGE);
            if (asks) {
                found.add(aggregate.view());
            }
        }
        return found;
    }

    /** Names of the views, for people. */
    public static List<TableName> views(List<Aggregate> aggregates) {
        List<TableName> views = new ArrayList<>();
        aggregates.forEach(aggregate -> views.add(aggregate.view()));
        return List.copyOf(views);
    }
}
