package dev.firn.athena;

import dev.firn.athena.EngineType.Decimal;
import dev.firn.athena.EngineType.ListOf;
import dev.firn.athena.EngineType.Plain;
import dev.firn.types.Columns;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An archived table in the words of Hive: what Athena's DDL prints of it, and what the Glue Data Catalog is told.
 *
 * @param comment its name in PostgreSQL
 * @param columns without the one that partitions it
 * @param properties among them those by which Athena computes partitions, and those by which Firn knows its own tables
 * @param partitions where each lies, by its value
 */
public record HiveTable(
        String database,
        String name,
        String comment,
        List<HiveColumn> columns,
        HiveColumn partitionColumn,
        String location,
        Map<String, String> properties,
        SortedMap<String, String> partitions,
        HiveView view) {

    /** What the properties begin with that say how partitions are computed. */
    public static final String PROJECTION = "projection.";

    private static final String EXCEPTIONS_COMMENT = "values that their column cannot hold, as text, by column";

    /** As Trino has it and Athena by default: queries see milliseconds. */
    private static final String QUERY_TIMESTAMP = "timestamp(3)";

    public HiveTable {
        columns = List.copyOf(columns);
        properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
        partitions = Collections.unmodifiableSortedMap(new TreeMap<>(partitions));
    }

    /** The same table in these words. */
    public static HiveTable of(ExternalTable table) {
        List<HiveColumn> columns = new ArrayList<>();
        table.columns()
                .forEach(column ->
                        columns.add(new HiveColumn(column.name(), typeName(column.type()), column.comment())));
        columns.add(new HiveColumn(Columns.EXCEPTIONS, "map<string,string>", EXCEPTIONS_COMMENT));
        SortedMap<String, String> partitions = new TreeMap<>();
        table.partitions()
                .forEach(
                        value -> partitions.put(value, table.location() + table.partitionColumn() + "=" + value + "/"));
        return new HiveTable(
                table.database(),
                table.name(),
                Sql.oneLine(table.table().toString()),
                columns,
                new HiveColumn(table.partitionColumn(), "string", table.partitionComment()),
                table.location(),
                properties(table),
                partitions,
                view(table));
    }

    /** Whether Athena computes the partitions instead of looking them up. */
    public boolean projects() {
        return properties.keySet().stream().anyMatch(key -> key.startsWith(PROJECTION));
    }

    private static HiveView view(ExternalTable table) {
        List<HiveView.Column> columns = new ArrayList<>();
        table.viewColumns()
                .forEach(column -> columns.add(new HiveView.Column(
                        column.name(), typeName(column.type()), TrinoSql.typeName(column.type(), QUERY_TIMESTAMP))));
        columns.add(new HiveView.Column(Columns.EXCEPTIONS, "map<string,string>", "map(varchar, varchar)"));
        columns.add(new HiveView.Column(table.partitionColumn(), "string", "varchar"));
        return new HiveView(table.viewName(), new Statements(new AthenaSql(), table).viewQuery(), columns);
    }

    private static Map<String, String> properties(ExternalTable table) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("classification", "parquet");
        properties.putAll(new TableMark(table.namespace(), table.table(), table.location()).properties());
        properties.putAll(projection(table));
        return properties;
    }

    /** What Athena reads of a projection; empty without one. */
    private static Map<String, String> projection(ExternalTable table) {
        Map<String, String> of = new LinkedHashMap<>();
        if (table.projection() instanceof Projection.Chunks chunks) {
            of.put("type", "date");
            of.put("format", "yyyyMMdd'T'HHmmss'Z'");
            of.put("range", ProjectionGrid.chunkName(chunks.firstSecond()) + ",NOW+1DAYS");
            of.put("interval", Long.toString(ProjectionGrid.count(chunks.step())));
            of.put("interval.unit", ProjectionGrid.unit(chunks.step()).name());
        } else if (table.projection() instanceof Projection.Days days) {
            of.put("type", "date");
            of.put("format", "yyyy-MM-dd");
            of.put("range", days.first() + ",NOW+1DAYS");
            of.put("interval", "1");
            of.put("interval.unit", "DAYS");
        } else if (table.projection() instanceof Projection.Numbers numbers) {
            of.put("type", "integer");
            of.put("range", numbers.first() + "," + numbers.last());
            of.put("interval", Long.toString(numbers.step()));
            of.put("digits", "19");
        }
        Map<String, String> properties = new LinkedHashMap<>();
        if (!of.isEmpty()) {
            properties.put(PROJECTION + "enabled", "true");
            of.forEach((key, value) -> properties.put(PROJECTION + table.partitionColumn() + "." + key, value));
        }
        return properties;
    }

    private static String typeName(EngineType type) {
        if (type instanceof Decimal decimal) {
            return "decimal(%d,%d)".formatted(decimal.precision(), decimal.scale());
        }
        if (type instanceof ListOf list) {
            return "array<" + typeName(list.element()) + ">";
        }
        return switch ((Plain) type) {
            case BOOLEAN -> "boolean";
            case INTEGER -> "int";
            case BIGINT -> "bigint";
            case REAL -> "float";
            case DOUBLE -> "double";
            case STRING -> "string";
            case BINARY -> "binary";
            case DATE -> "date";
            case MOMENT, TIMESTAMP -> "timestamp";
        };
    }
}
