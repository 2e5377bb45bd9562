package dev.firn.athena;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** Hive's DDL, with the properties that Athena reads partitions from. */
final class AthenaSql implements DialectSql {

    @Override
    public List<String> notes(ExternalTable table) {
        List<String> notes = new ArrayList<>(List.of(
                "Times are in UTC. A value that its column cannot hold is NULL there and stands in firn_exceptions."
                        + " Objects in Glacier classes that have to be restored first are skipped in silence.",
                "ATHENA ROUNDS TIMES TO MILLISECONDS, where the files hold microseconds: moments of one millisecond"
                        + " compare as equal, and one just before a bound may be taken for later; Spark, which takes this"
                        + " too, does not round.",
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
    public String createTable(ExternalTable described) {
        HiveTable table = HiveTable.of(described);
        StringJoiner columns = new StringJoiner(",\n  ");
        table.columns()
                .forEach(column -> columns.add("%s %s COMMENT %s"
                        .formatted(Sql.hiveQuoted(column.name()), column.type(), Sql.hiveLiteral(column.comment()))));
        return """
                CREATE EXTERNAL TABLE %s (
                  %s
                )
                COMMENT %s
                PARTITIONED BY (%s %s COMMENT %s)
                STORED AS PARQUET
                LOCATION %s%s"""
                .formatted(
                        qualified(described),
                        columns,
                        Sql.hiveLiteral(table.comment()),
                        Sql.hiveQuoted(table.partitionColumn().name()),
                        table.partitionColumn().type(),
                        Sql.hiveLiteral(table.partitionColumn().comment()),
                        Sql.hiveLiteral(table.location()),
                        properties(table));
    }

    private static String properties(HiveTable table) {
        return table.properties().entrySet().stream()
                .map(entry -> "  %s = %s"
                        .formatted(Sql.hiveDoubleLiteral(entry.getKey()), Sql.hiveDoubleLiteral(entry.getValue())))
                .collect(Collectors.joining(",\n", "\nTBLPROPERTIES (\n", "\n)"));
    }

    @Override
    public boolean projects(ExternalTable table) {
        return HiveTable.of(table).projects();
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
