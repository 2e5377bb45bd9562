package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;

/** Describes declaratively partitioned tables, and refuses the kinds that Firn does not archive. */
final class PartitionReader {

    private record Key(String strategy, int columns, int attnum, String column, String type, boolean hasDefault) {}

    private PartitionReader() {}

    static Table read(Connection connection, TableName name) throws SQLException {
        TableShape shape = TableShape.of(connection, name).orElseThrow(() -> missing(name));
        if (!shape.kind().equals("p")) {
            throw refuse(
                    name, "it is %s, neither a hypertable nor partitioned by range".formatted(shape.describeKind()));
        }
        if (shape.isPartition()) {
            throw refuse(name, "it is a partition of another table; name that one");
        }
        Key key = key(connection, shape);
        requireRangeOfOneColumn(name, key);
        requirePlainPartitions(connection, shape);
        return new Table(
                name,
                shape.oid(),
                shape.owner(),
                key.column(),
                kind(name, key),
                0,
                0,
                shape.columns(),
                Optional.empty(),
                shape.indexes(),
                shape.constraints(),
                Optional.empty(),
                shape.types());
    }

    private static Key key(Connection connection, TableShape shape) throws SQLException {
        return Query.one(
                connection,
                """
                SELECT partstrat, partnatts, partattrs[0], coalesce(attname, ''), coalesce(t.typname, ''), partdefid <> 0
                FROM pg_partitioned_table p
                LEFT JOIN pg_attribute a ON a.attrelid = partrelid AND a.attnum = partattrs[0]
                LEFT JOIN pg_type t ON t.oid = a.atttypid
                WHERE partrelid = ?::oid""",
                row -> new Key(
                        row.getString(1),
                        row.getInt(2),
                        row.getInt(3),
                        row.getString(4),
                        row.getString(5),
                        row.getBoolean(6)),
                shape.oid());
    }

    private static void requireRangeOfOneColumn(TableName name, Key key) {
        if (!key.strategy().equals("r")) {
            throw refuse(
                    name,
                    "it is partitioned by %s, not by range"
                            .formatted(key.strategy().equals("l") ? "list" : "hash"));
        }
        if (key.columns() != 1) {
            throw refuse(name, "its partition key has %d columns; Firn knows one".formatted(key.columns()));
        }
        if (key.attnum() == 0) {
            throw refuse(name, "its partition key is an expression; Firn knows a plain column");
        }
        if (key.hasDefault()) {
            throw refuse(name, "it has a default partition, whose rows belong to no range of time");
        }
    }

    private static void requirePlainPartitions(Connection connection, TableShape shape) throws SQLException {
        Optional<String> strange = Query.first(
                connection,
                """
                SELECT format(CASE c.relkind WHEN 'p' THEN 'partition %s is partitioned itself'
                                             ELSE 'partition %s is a foreign table' END, c.oid::regclass)
                FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = ?::oid AND c.relkind <> 'r' ORDER BY c.oid LIMIT 1""",
                row -> row.getString(1),
                shape.oid());
        if (strange.isPresent()) {
            throw refuse(shape.name(), strange.get());
        }
    }

    private static TimeKind kind(TableName name, Key key) {
        return Arrays.stream(TimeKind.values())
                .filter(kind -> kind.catalogueName().equals(key.type()))
                .findFirst()
                .orElseThrow(() -> refuse(
                        name,
                        "its partition key %s is of type %s; Firn knows timestamptz, timestamp, date and integers"
                                .formatted(key.column(), key.type())));
    }

    private static FirnException missing(TableName name) {
        return new FirnException(
                Category.REFUSED,
                name.toString(),
                "there is no such table",
                "names are taken as the catalogue spells them: unquoted, in their own case");
    }

    private static FirnException refuse(TableName name, String why) {
        return new FirnException(
                Category.REFUSED,
                name.toString(),
                "Firn does not archive this table: " + why,
                "take it out of the configuration");
    }

    /** What a bound means, as a position; for both sides of {@code FOR VALUES FROM (…) TO (…)}. */
    static String position(TimeKind kind, String literal) {
        String value =
                switch (kind) {
                    case SMALLINT, INTEGER, BIGINT -> "%s::bigint".formatted(literal);
                    case DATE -> "(%s::date - date '1970-01-01')::bigint * 86400000000".formatted(literal);
                    // In whole seconds and the rest: before PostgreSQL 14, extract answers a double.
                    case TIMESTAMP, TIMESTAMPTZ ->
                        """
                        extract(epoch FROM date_trunc('second', %1$s::%2$s))::bigint * 1000000
                        + extract(microseconds FROM %1$s::%2$s)::bigint %% 1000000"""
                                .formatted(literal, kind.catalogueName());
                };
        return ("CASE %1$s WHEN 'MINVALUE' THEN %2$d WHEN 'MAXVALUE' THEN %3$d"
                        + " WHEN 'infinity' THEN NULL WHEN '-infinity' THEN NULL ELSE %4$s END")
                .formatted(literal, Long.MIN_VALUE, Long.MAX_VALUE, value);
    }
}
