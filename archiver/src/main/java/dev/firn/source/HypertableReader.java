package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.source.Table.Compression;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Describes hypertables, and refuses the kinds that Firn does not archive. */
final class HypertableReader {

    private record Found(int id, int dimensions, int compressionState, boolean materialisation, boolean distributed) {}

    private record Dimension(String column, String type, boolean closed, String function, long interval) {}

    private HypertableReader() {}

    /** TimescaleDB's number of the table, if it is a hypertable. */
    static Optional<Integer> id(Connection connection, TableName name) throws SQLException {
        return find(connection, name).map(Found::id);
    }

    private static Optional<Found> find(Connection connection, TableName name) throws SQLException {
        // replication_factor was there while hypertables could be distributed, up to 2.13.
        return Query.first(
                connection,
                """
                SELECT h.id, h.num_dimensions, h.compression_state,
                       EXISTS (SELECT FROM _timescaledb_catalog.continuous_agg a WHERE a.mat_hypertable_id = h.id),
                       to_jsonb(h)->>'replication_factor' IS NOT NULL
                FROM _timescaledb_catalog.hypertable h WHERE h.schema_name = ? AND h.table_name = ?""",
                row -> new Found(row.getInt(1), row.getInt(2), row.getInt(3), row.getBoolean(4), row.getBoolean(5)),
                name.schema(),
                name.name());
    }

    static Table read(Connection connection, TableName name) throws SQLException {
        Found found = find(connection, name).orElseThrow(() -> refuse(name, "it is not a hypertable"));
        if (found.materialisation()) {
            throw refuse(name, "it holds what a continuous aggregate has computed, and is no table of its own");
        }
        if (found.compressionState() == 2) {
            throw refuse(name, "it is where TimescaleDB keeps the compressed rows of another hypertable");
        }
        if (found.distributed()) {
            throw refuse(name, "it is a distributed hypertable");
        }
        Dimension time = time(connection, name, found);
        TableShape shape = TableShape.of(connection, name).orElseThrow(() -> refuse(name, "it does not exist"));
        return new Table(
                name,
                shape.oid(),
                shape.owner(),
                time.column(),
                kind(name, time),
                time.interval(),
                found.id(),
                shape.columns(),
                compression(connection, name),
                shape.indexes(),
                shape.constraints(),
                policy(connection, name, "policy_retention", "drop_after", "drop_created_before"),
                shape.types());
    }

    private static Dimension time(Connection connection, TableName name, Found found) throws SQLException {
        List<Dimension> dimensions = Query.list(
                connection,
                """
                SELECT column_name, t.typname, num_slices IS NOT NULL,
                       coalesce(partitioning_func_schema || '.' || partitioning_func, ''), coalesce(interval_length, 0)
                FROM _timescaledb_catalog.dimension d JOIN pg_type t ON t.oid = d.column_type
                WHERE hypertable_id = ? ORDER BY d.id""",
                row -> new Dimension(
                        row.getString(1), row.getString(2), row.getBoolean(3), row.getString(4), row.getLong(5)),
                found.id());
        if (dimensions.size() != 1 || found.dimensions() != 1) {
            List<String> others =
                    dimensions.stream().skip(1).map(Dimension::column).toList();
            throw refuse(name, "it is divided by a second dimension too: " + String.join(", ", others));
        }
        Dimension time = dimensions.get(0);
        if (time.closed()) {
            throw refuse(name, "its only dimension, %s, divides by hash and not by time".formatted(time.column()));
        }
        if (!time.function().isEmpty()) {
            throw refuse(name, "its time is what function %s makes of %s".formatted(time.function(), time.column()));
        }
        return time;
    }

    private static TimeKind kind(TableName name, Dimension time) {
        return Arrays.stream(TimeKind.values())
                .filter(kind -> kind.catalogueName().equals(time.type()))
                .findFirst()
                .orElseThrow(() -> refuse(
                        name,
                        "its time column %s is of type %s; Firn knows timestamptz, timestamp, date and integers"
                                .formatted(time.column(), time.type())));
    }

    private static Optional<Compression> compression(Connection connection, TableName name) throws SQLException {
        String from =
                """
                FROM timescaledb_information.compression_settings
                WHERE hypertable_schema = ? AND hypertable_name = ?""";
        List<String> segmentBy = Query.texts(
                connection,
                "SELECT attname " + from + " AND segmentby_column_index IS NOT NULL ORDER BY segmentby_column_index",
                name.schema(),
                name.name());
        List<String> orderBy = Query.list(
                connection,
                "SELECT attname, orderby_asc, orderby_nullsfirst " + from
                        + " AND orderby_column_index IS NOT NULL ORDER BY orderby_column_index",
                HypertableReader::orderBy,
                name.schema(),
                name.name());
        if (segmentBy.isEmpty() && orderBy.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Compression(
                segmentBy,
                orderBy,
                policy(connection, name, "policy_compression", "compress_after", "compress_created_before")));
    }

    /** One element of an ORDER BY, as {@code timescaledb.compress_orderby} takes it. */
    private static String orderBy(ResultSet row) throws SQLException {
        String name = row.getString(1);
        String quoted = name.matches("[a-z_][a-z0-9_]*") ? name : TableName.quote(name);
        boolean ascending = row.getBoolean(2);
        boolean nullsFirst = row.getBoolean(3);
        String nulls = ascending == nullsFirst ? (nullsFirst ? " NULLS FIRST" : " NULLS LAST") : "";
        return quoted + (ascending ? "" : " DESC") + nulls;
    }

    private static Optional<String> policy(
            Connection connection, TableName name, String procedure, String after, String orElse) throws SQLException {
        return Query.first(
                connection,
                """
                SELECT coalesce(config->>?, config->>?) FROM timescaledb_information.jobs
                WHERE proc_name = ? AND hypertable_schema = ? AND hypertable_name = ?
                  AND coalesce(config->>?, config->>?) IS NOT NULL
                ORDER BY job_id LIMIT 1""",
                row -> row.getString(1),
                after,
                orElse,
                procedure,
                name.schema(),
                name.name(),
                after,
                orElse);
    }

    private static FirnException refuse(TableName name, String why) {
        return new FirnException(
                Category.REFUSED,
                name.toString(),
                "Firn does not archive this table: " + why,
                "take it out of the configuration");
    }
}
