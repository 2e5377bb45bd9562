package dev.firn.source;

import dev.firn.TableName;
import dev.firn.source.Aggregate.Bucket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds aggregates and their buckets. Up to 2.14 a fixed width stands in {@code continuous_agg} and only months and time
 * zones in {@code continuous_aggs_bucket_function}; later that table has a row for each, with other columns.
 */
final class AggregateReader {

    private static final Pattern TIME_BUCKET = Pattern.compile("(.*[.])?time_bucket(\\(.*)?");

    private static final String TREE =
            """
            WITH RECURSIVE tree AS (
              SELECT a.mat_hypertable_id, 1 AS level FROM _timescaledb_catalog.continuous_agg a
              WHERE a.raw_hypertable_id = ?
              UNION
              SELECT a.mat_hypertable_id, level + 1 FROM tree
              JOIN _timescaledb_catalog.continuous_agg a ON a.raw_hypertable_id = tree.mat_hypertable_id
            )
            SELECT a.user_view_schema, a.user_view_name, a.mat_hypertable_id, a.raw_hypertable_id, min(level) AS level,
                   to_jsonb(a)->>'bucket_width' AS old_width, to_jsonb(f)->>'name' AS old_name,
                   to_jsonb(f)->>'experimental' AS experimental,
                   nullif(to_jsonb(f)->>'origin', '') AS old_origin, nullif(to_jsonb(f)->>'timezone', '') AS old_timezone,
                   to_jsonb(f)->>'bucket_width' AS width, to_jsonb(f)->>'bucket_func' AS function,
                   to_jsonb(f)->>'bucket_origin' AS origin, to_jsonb(f)->>'bucket_offset' AS "offset",
                   to_jsonb(f)->>'bucket_timezone' AS timezone
            FROM tree JOIN _timescaledb_catalog.continuous_agg a USING (mat_hypertable_id)
            LEFT JOIN _timescaledb_catalog.continuous_aggs_bucket_function f USING (mat_hypertable_id)
            GROUP BY a.mat_hypertable_id, a.*, f.*
            ORDER BY level, a.mat_hypertable_id""";

    private AggregateReader() {}

    /** Parents before children. */
    static List<Aggregate> read(Connection connection, Table table) throws SQLException {
        return Query.list(connection, TREE, row -> aggregate(table, row), table.hypertableId());
    }

    private static Aggregate aggregate(Table table, ResultSet row) throws SQLException {
        Optional<Bucket> bucket = bucket(table, row);
        return new Aggregate(
                new TableName(row.getString("user_view_schema"), row.getString("user_view_name")),
                row.getInt("mat_hypertable_id"),
                row.getInt("raw_hypertable_id"),
                row.getInt("raw_hypertable_id") == table.hypertableId(),
                bucket,
                bucket.map(known -> known.width() + (known.timezone().equals("UTC") ? "" : " in " + known.timezone()))
                        .orElseGet(() -> "a function that Firn does not know"));
    }

    private static Optional<Bucket> bucket(Table table, ResultSet row) throws SQLException {
        String function = row.getString("function");
        if (function != null) {
            return TIME_BUCKET.matcher(function).matches()
                    ? Optional.of(new Bucket(
                            row.getString("width"),
                            row.getString("origin"),
                            row.getString("offset"),
                            orUtc(row.getString("timezone"))))
                    : Optional.empty();
        }
        String fixed = row.getString("old_width");
        if (fixed == null) {
            return Optional.empty();
        }
        if (row.getString("old_name") == null) {
            return Optional.of(
                    new Bucket(table.timeKind().isInteger() ? fixed : fixed + " microseconds", null, null, "UTC"));
        }
        return "false".equals(row.getString("experimental"))
                        && TIME_BUCKET.matcher(row.getString("old_name")).matches()
                ? Optional.of(new Bucket(
                        row.getString("width"),
                        row.getString("old_origin"),
                        null,
                        orUtc(row.getString("old_timezone"))))
                : Optional.empty();
    }

    private static String orUtc(String timezone) {
        return timezone == null ? "UTC" : timezone;
    }
}
