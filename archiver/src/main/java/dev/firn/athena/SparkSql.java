package dev.firn.athena;

import dev.firn.athena.EngineType.Decimal;
import dev.firn.athena.EngineType.ListOf;
import dev.firn.athena.EngineType.Plain;
import dev.firn.types.Columns;
import java.util.List;
import java.util.StringJoiner;

/** Spark's SQL for a table of its own Parquet reader. Tests run it in Spark 4.2; what older ones need is in the notes. */
final class SparkSql implements DialectSql {

    @Override
    public List<String> notes(ExternalTable table) {
        return List.of(
                "Tried with Spark 4.2, in sessions of UTC and of another time zone. Before 4.0 set"
                        + " spark.sql.parquet.datetimeRebaseModeInRead=CORRECTED; before 3.4 there is no TIMESTAMP_NTZ. Names of"
                        + " the store may have to begin with s3a: instead of s3:. A value that its column cannot hold is NULL"
                        + " there and stands in firn_exceptions.",
                "The types are the natural ones already, but for JSON, which stays text: from_json, get_json_object, and"
                        + " parse_json from Spark 4 on.",
                "A session that read the table before keeps the list of its files: REFRESH TABLE " + qualified(table)
                        + " makes it look again.");
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
                                queryType(column.type()),
                                Sql.hiveLiteral(column.comment()))));
        columns.add(Sql.hiveQuoted(Columns.EXCEPTIONS) + " MAP<STRING, STRING>");
        columns.add("%s STRING COMMENT %s"
                .formatted(Sql.hiveQuoted(table.partitionColumn()), Sql.hiveLiteral(table.partitionComment())));
        return """
                CREATE TABLE %s (
                  %s
                )
                USING PARQUET
                PARTITIONED BY (%s)
                LOCATION %s
                COMMENT %s"""
                .formatted(
                        qualified(table),
                        columns,
                        Sql.hiveQuoted(table.partitionColumn()),
                        Sql.hiveLiteral(table.location()),
                        Sql.hiveLiteral(table.table().toString()));
    }

    @Override
    public boolean projects(ExternalTable table) {
        return false;
    }

    @Override
    public String registerPartitions(ExternalTable table) {
        return "MSCK REPAIR TABLE " + qualified(table);
    }

    private static String qualified(ExternalTable table) {
        return Sql.hiveQuoted(table.database()) + "." + Sql.hiveQuoted(table.name());
    }

    @Override
    public String quoted(String name) {
        return Sql.hiveQuoted(name);
    }

    @Override
    public String queryType(EngineType type) {
        if (type instanceof Decimal decimal) {
            return "DECIMAL(%d,%d)".formatted(decimal.precision(), decimal.scale());
        }
        if (type instanceof ListOf list) {
            return "ARRAY<" + queryType(list.element()) + ">";
        }
        return switch ((Plain) type) {
            case BOOLEAN -> "BOOLEAN";
            case INTEGER -> "INT";
            case BIGINT -> "BIGINT";
            case REAL -> "FLOAT";
            case DOUBLE -> "DOUBLE";
            case STRING -> "STRING";
            case BINARY -> "BINARY";
            case DATE -> "DATE";
            case MOMENT -> "TIMESTAMP";
            case TIMESTAMP -> "TIMESTAMP_NTZ";
        };
    }

    @Override
    public String natural(ViewColumn column, String expression) {
        return expression;
    }
}
