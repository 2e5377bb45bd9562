package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.source.Table.TableColumn;
import dev.firn.types.UserType;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What any table has, whoever cuts it into chunks.
 *
 * @param kind {@code relkind} of the relation
 */
record TableShape(
        TableName name,
        long oid,
        String kind,
        boolean isPartition,
        String owner,
        List<TableColumn> columns,
        List<String> indexes,
        Map<String, String> constraints,
        List<UserType> types) {

    private static final String COLUMNS =
            """
            SELECT a.attname, a.attnum, a.atttypid, a.atttypmod, a.attnotnull,
                   pg_get_expr(d.adbin, d.adrelid), a.attgenerated <> '', a.attidentity
            FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = ?::oid AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum""";

    // Indexes that a constraint made come back with the constraint.
    private static final String INDEXES =
            """
            SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i
            WHERE i.indrelid = ?::oid
              AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
            ORDER BY i.indexrelid""";

    private static final String CONSTRAINTS =
            """
            SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE conrelid = ?::oid AND contype IN ('c', 'f', 'p', 'u', 'x')
            ORDER BY oid""";

    /** The table as the catalogue has it now, or nothing. */
    static Optional<TableShape> of(Connection connection, TableName name) throws SQLException {
        return PinnedFormats.during(connection, () -> read(connection, name));
    }

    private static Optional<TableShape> read(Connection connection, TableName name) throws SQLException {
        Optional<TableShape> bare = Query.first(
                connection,
                """
                SELECT c.oid, c.relkind, c.relispartition, pg_get_userbyid(c.relowner)
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = ? AND c.relname = ?""",
                row -> new TableShape(
                        name,
                        row.getLong(1),
                        row.getString(2),
                        row.getBoolean(3),
                        row.getString(4),
                        List.of(),
                        List.of(),
                        Map.of(),
                        List.of()),
                name.schema(),
                name.name());
        return bare.isEmpty() ? bare : Optional.of(bare.get().filled(connection));
    }

    private TableShape filled(Connection connection) throws SQLException {
        TypeReader types = TypeReader.ofColumns(connection, oid);
        List<String> xmlInside = TypeReader.columnsWithXmlInside(connection, oid);
        if (!xmlInside.isEmpty()) {
            throw new FirnException(
                    FirnException.Category.REFUSED,
                    name.toString(),
                    "Firn does not archive this table: column %s is of a composite type with xml in it, whose text form"
                                    .formatted(String.join(", ", xmlInside))
                            + " leaves the xml's declaration out",
                    "take it out of the configuration, or keep the xml in a column of its own");
        }
        Map<String, String> definitions = new LinkedHashMap<>();
        Query.list(connection, CONSTRAINTS, row -> definitions.put(row.getString(1), row.getString(2)), oid);
        return new TableShape(
                name,
                oid,
                kind,
                isPartition,
                owner,
                Query.list(connection, COLUMNS, row -> column(row, types), oid),
                Query.texts(connection, INDEXES, oid),
                definitions,
                UserTypes.ofColumns(connection, oid));
    }

    private static TableColumn column(ResultSet row, TypeReader types) throws SQLException {
        boolean generated = row.getBoolean(7);
        String identity =
                switch (row.getString(8)) {
                    case "a" -> "ALWAYS";
                    case "d" -> "BY DEFAULT";
                    default -> "";
                };
        return new TableColumn(
                row.getString(1),
                row.getInt(2),
                types.type(row.getLong(3), row.getInt(4)),
                row.getBoolean(5),
                Optional.ofNullable(row.getString(6)),
                generated,
                identity);
    }

    /** What kind of thing it is, for a refusal. */
    String describeKind() {
        return switch (kind) {
            case "v" -> "a view";
            case "m" -> "a materialized view";
            case "f" -> "a foreign table";
            case "S" -> "a sequence";
            case "i", "I" -> "an index";
            case "p" -> "a partitioned table";
            default -> isPartition ? "a partition of another table" : "an ordinary table";
        };
    }
}
