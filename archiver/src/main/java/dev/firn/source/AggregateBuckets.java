package dev.firn.source;

import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import dev.firn.source.Aggregate.Bucket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Widens ranges to the whole buckets of an aggregate, by TimescaleDB's own {@code time_bucket}. */
final class AggregateBuckets {

    /** The first moment that TimescaleDB takes for a timestamp: 4714 BC. */
    private static final long FIRST_TIMESTAMP = -210_866_803_200_000_000L;

    private AggregateBuckets() {}

    /** Nothing where the buckets are not known, or a bound is at infinity. */
    static Optional<TimeRange> widen(Connection connection, Aggregate aggregate, TimeRange range) throws SQLException {
        if (aggregate.bucket().isEmpty() || isUnbounded(range)) {
            return Optional.empty();
        }
        Bucket bucket = aggregate.bucket().get();
        return Optional.of(range.kind().isInteger() ? numbers(bucket, range) : times(connection, bucket, range));
    }

    private static boolean isUnbounded(TimeRange range) {
        return range.start() == Long.MIN_VALUE
                || range.end() == Long.MAX_VALUE
                || (!range.kind().isInteger() && range.start() < FIRST_TIMESTAMP);
    }

    private static TimeRange numbers(Bucket bucket, TimeRange range) {
        long width = Long.parseLong(bucket.width());
        long offset = bucket.offset() == null ? 0 : Long.parseLong(bucket.offset());
        long first = Math.floorDiv(Math.subtractExact(range.start(), offset), width);
        long last = Math.floorDiv(Math.subtractExact(range.end() - 1, offset), width);
        return new TimeRange(
                range.kind(),
                Math.addExact(Math.multiplyExact(first, width), offset),
                Math.addExact(Math.multiplyExact(last + 1, width), offset));
    }

    private static TimeRange times(Connection connection, Bucket bucket, TimeRange range) throws SQLException {
        String schema = ExtensionSchema.quoted(connection);
        // A bucket's end is its start plus the width on the clock of its zone: months and days differ in length.
        return Query.one(
                connection,
                """
                SELECT _timescaledb_functions.to_unix_microseconds(%1$s(p.width, p.first, p.zone, p.origin, p.shift)),
                       _timescaledb_functions.to_unix_microseconds(
                         (%1$s(p.width, p.last, p.zone, p.origin, p.shift) AT TIME ZONE p.zone + p.width) AT TIME ZONE p.zone)
                FROM (SELECT ?::interval, ?::text, ?::timestamptz, ?::interval,
                             _timescaledb_functions.to_timestamp(?), _timescaledb_functions.to_timestamp(?))
                     AS p(width, zone, origin, shift, first, last)"""
                        .formatted(schema + ".time_bucket"),
                row -> new TimeRange(range.kind(), row.getLong(1), row.getLong(2)),
                bucket.width(),
                bucket.timezone(),
                bucket.origin(),
                bucket.offset(),
                range.start(),
                range.end() - 1);
    }

    /** A position as a value of the aggregate's time column, for SQL; a number, so nothing is to be quoted. */
    static String literal(TimeKind kind, long position) {
        return switch (kind) {
            case TIMESTAMPTZ -> "_timescaledb_functions.to_timestamp(%d)".formatted(position);
            case TIMESTAMP -> "_timescaledb_functions.to_timestamp_without_timezone(%d)".formatted(position);
            case DATE -> "_timescaledb_functions.to_date(%d)".formatted(position);
            case SMALLINT, INTEGER, BIGINT -> "%d::%s".formatted(position, kind.catalogueName());
        };
    }

    /** The kind of time that the aggregate's buckets have: weeks of timestamps are dates to some, timestamps to others. */
    static TimeKind kind(Connection connection, Aggregate aggregate, TimeKind orElse) throws SQLException {
        Optional<String> type = Query.first(
                connection,
                """
                SELECT t.typname FROM _timescaledb_catalog.dimension d JOIN pg_type t ON t.oid = d.column_type
                WHERE d.hypertable_id = ? AND d.num_slices IS NULL ORDER BY d.id LIMIT 1""",
                row -> row.getString(1),
                aggregate.id());
        for (TimeKind kind : TimeKind.values()) {
            if (type.isPresent() && type.get().equals(kind.catalogueName())) {
                return kind;
            }
        }
        return orElse;
    }

    /** Where its buckets lie, and in which column. */
    static Optional<String> materialised(Connection connection, Aggregate aggregate, TimeRange range, TimeKind kind)
            throws SQLException {
        return Query.first(
                connection,
                """
                SELECT h.schema_name, h.table_name, d.column_name FROM _timescaledb_catalog.hypertable h
                JOIN _timescaledb_catalog.dimension d ON d.hypertable_id = h.id AND d.num_slices IS NULL
                WHERE h.id = ? ORDER BY d.id LIMIT 1""",
                row -> "SELECT EXISTS (SELECT FROM %s WHERE %s >= %s AND %s < %s)"
                        .formatted(
                                new TableName(row.getString(1), row.getString(2)).quoted(),
                                TableName.quote(row.getString(3)),
                                literal(kind, range.start()),
                                TableName.quote(row.getString(3)),
                                literal(kind, range.end())),
                aggregate.id());
    }
}
