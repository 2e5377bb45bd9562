package dev.firn.athena;

import dev.firn.athena.EngineType.Decimal;
import dev.firn.athena.EngineType.ListOf;
import dev.firn.athena.EngineType.Plain;
import dev.firn.types.Columns;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** Hive's DDL, with the properties that Athena reads partitions from. */
final class AthenaSql implements DialectSql {

    private static final String EXCEPTIONS_COMMENT = "values that their column cannot hold, as text, by column";

    @Override
    public List<String> notes(ExternalTable table) {
        List<String> notes = new ArrayList<>(List.of(
                "Times are in UTC. A value that its column cannot hold is NULL there and stands in firn_exceptions."
                        + " Objects in Glacier classes that have to be restored first are skipped in silence.",
                "The view keeps to the types that Glue knows: JSON stays text there, for json_extract and json_parse in"
                        + " queries."));
        if (projects(table)) {
            notes.add("Hive and Spark, which take this too (Spark the view with"
                    + " spark.sql.ansi.doubleQuotedIdentifiers=true), do not compute partitions: THEY SHOW NO ROW before "
                    + registerPartitions(table) + ", and nothing archived later until it is run again.");
        }
        return notes;
    }

    @Override
    public String createDatabase(String database) {
        return "CREATE DATABASE IF NOT EXISTS " + Sql.hiveQuoted(database);
    }

    @Override
    public String dropTable(ExternalTable table) {
        return "DROP TABLE IF EXISTS " + qualified(table);
    }

    @Override
    public String createTable(ExternalTable table) {
        StringJoiner columns = new StringJoiner(",\n  ");
        table.columns()
                .forEach(column -> columns.add("%s %s COMMENT %s"
                        .formatted(
                                Sql.hiveQuoted(column.name()),
                                typeName(column.type()),
                                Sql.hiveLiteral(column.comment()))));
        columns.add("%s map<string,string> COMMENT %s"
                .formatted(Sql.hiveQuoted(Columns.EXCEPTIONS), Sql.hiveLiteral(EXCEPTIONS_COMMENT)));
        return """
                CREATE EXTERNAL TABLE %s (
                  %s
                )
                COMMENT %s
                PARTITIONED BY (%s string COMMENT %s)
                STORED AS PARQUET
                LOCATION %s%s"""
                .formatted(
                        qualified(table),
                        columns,
                        Sql.hiveLiteral(table.table().toString()),
                        Sql.hiveQuoted(table.partitionColumn()),
                        Sql.hiveLiteral(table.partitionComment()),
                        Sql.hiveLiteral(table.location()),
                        properties(table));
    }

    /** In double quotes, because a date format holds single ones. */
    private static String properties(ExternalTable table) {
        Map<String, String> properties = projection(table);
        return properties.isEmpty()
                ? ""
                : properties.entrySet().stream()
                        .map(entry -> "  \"%s\" = \"%s\"".formatted(entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining(",\n", "\nTBLPROPERTIES (\n", "\n)"));
    }

    /** What Athena reads of a projection; empty without one. */
    static Map<String, String> projection(ExternalTable table) {
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
            properties.put("projection.enabled", "true");
            of.forEach((key, value) -> properties.put("projection." + table.partitionColumn() + "." + key, value));
        }
        return properties;
    }

    @Override
    public boolean projects(ExternalTable table) {
        return !projection(table).isEmpty();
    }

    @Override
    public String registerPartitions(ExternalTable table) {
        return "MSCK REPAIR TABLE " + qualified(table);
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

    private static String qualified(ExternalTable table) {
        return Sql.hiveQuoted(table.database()) + "." + Sql.hiveQuoted(table.name());
    }

    @Override
    public String quoted(String name) {
        return Sql.quoted(name);
    }

    @Override
    public String queryType(EngineType type) {
        return TrinoSql.typeName(type, "timestamp");
    }

    @Override
    public String natural(ViewColumn column, String expression) {
        return expression;
    }
}
