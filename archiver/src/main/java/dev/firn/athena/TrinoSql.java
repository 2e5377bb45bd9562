package dev.firn.athena;

import dev.firn.athena.EngineType.Decimal;
import dev.firn.athena.EngineType.ListOf;
import dev.firn.athena.EngineType.Plain;
import dev.firn.types.Columns;
import java.util.List;
import java.util.StringJoiner;

/** Trino's SQL for a catalogue of its Hive connector. */
final class TrinoSql implements DialectSql {

    @Override
    public List<String> notes(ExternalTable table) {
        return List.of(
                "In a session whose catalogue is of the Hive connector, with hive.timestamp-precision=MICROSECONDS,"
                        + " hive.non-managed-table-writes-enabled=true and hive.partition-projection-enabled=true."
                        + " WITHOUT THE LAST ONE A TABLE WHOSE PARTITIONS ARE COMPUTED SHOWS NO ROW.",
                "Times are in UTC. A value that its column cannot hold is NULL there and stands in firn_exceptions.",
                "The view has JSON as json and timestamptz as timestamp with time zone; conditions on these two read"
                        + " more of the files than conditions on the columns of the table, and a moment too far off for"
                        + " that type makes a query of its column fail. NUMBERS WITH A POINT IN JSON BECOME DOUBLES there"
                        + " and lose digits beyond some 15; the text of the table's column is exact.");
    }

    @Override
    public String createDatabase(String database) {
        return "CREATE SCHEMA IF NOT EXISTS " + Sql.quoted(database);
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
                                Sql.quoted(column.name()),
                                typeName(column.type(), "timestamp(6)"),
                                Sql.literal(column.comment()))));
        columns.add("%s map(varchar, varchar)".formatted(Sql.quoted(Columns.EXCEPTIONS)));
        columns.add("%s varchar COMMENT %s%s"
                .formatted(
                        Sql.quoted(table.partitionColumn()),
                        Sql.literal(table.partitionComment()),
                        columnProperties(table)));
        return """
                CREATE TABLE %s (
                  %s
                )
                COMMENT %s
                WITH (
                  external_location = %s,
                  format = 'PARQUET',
                  partitioned_by = ARRAY[%s]%s
                )"""
                .formatted(
                        qualified(table),
                        columns,
                        Sql.literal(table.table().toString()),
                        Sql.literal(table.location()),
                        Sql.literal(table.partitionColumn()),
                        projects(table) ? ",\n  partition_projection_enabled = true" : "");
    }

    private String columnProperties(ExternalTable table) {
        if (!projects(table)) {
            return "";
        }
        String properties = "";
        if (table.projection() instanceof Projection.Chunks chunks) {
            properties = date(
                    "yyyyMMdd'T'HHmmss'Z'",
                    ProjectionGrid.chunkName(chunks.firstSecond()),
                    ProjectionGrid.count(chunks.step()),
                    ProjectionGrid.unit(chunks.step()).name());
        } else if (table.projection() instanceof Projection.Days days) {
            properties = date("yyyy-MM-dd", days.first().toString(), 1, "DAYS");
        } else if (table.projection() instanceof Projection.Numbers numbers) {
            properties =
                    """
                    partition_projection_type = 'INTEGER',
                        partition_projection_range = ARRAY['%d', '%d'],
                        partition_projection_interval = %d,
                        partition_projection_digits = 19"""
                            .formatted(numbers.first(), numbers.last(), numbers.step());
        }
        return " WITH (\n    " + properties + "\n  )";
    }

    private static String date(String format, String first, long interval, String unit) {
        return """
                partition_projection_type = 'DATE',
                    partition_projection_format = %s,
                    partition_projection_range = ARRAY['%s', 'NOW+1DAYS'],
                    partition_projection_interval = %d,
                    partition_projection_interval_unit = '%s'"""
                .formatted(Sql.literal(format), first, interval, unit);
    }

    /** Trino counts integer partitions in 32 bits. */
    @Override
    public boolean projects(ExternalTable table) {
        return !(table.projection() instanceof Projection.None)
                && !(table.projection() instanceof Projection.Numbers numbers && !numbers.isSmall());
    }

    @Override
    public String registerPartitions(ExternalTable table) {
        return "CALL system.sync_partition_metadata(%s, %s, 'FULL')"
                .formatted(Sql.literal(table.database()), Sql.literal(table.name()));
    }

    static String typeName(EngineType type, String timestamp) {
        if (type instanceof Decimal decimal) {
            return "decimal(%d, %d)".formatted(decimal.precision(), decimal.scale());
        }
        if (type instanceof ListOf list) {
            return "array(" + typeName(list.element(), timestamp) + ")";
        }
        return switch ((Plain) type) {
            case BOOLEAN -> "boolean";
            case INTEGER -> "integer";
            case BIGINT -> "bigint";
            case REAL -> "real";
            case DOUBLE -> "double";
            case STRING -> "varchar";
            case BINARY -> "varbinary";
            case DATE -> "date";
            case MOMENT, TIMESTAMP -> timestamp;
        };
    }

    private static String qualified(ExternalTable table) {
        return Sql.quoted(table.database()) + "." + Sql.quoted(table.name());
    }

    @Override
    public String quoted(String name) {
        return Sql.quoted(name);
    }

    @Override
    public String queryType(EngineType type) {
        return typeName(type, "timestamp(6)");
    }

    @Override
    public String natural(ViewColumn column, String expression) {
        if (column.isJson()) {
            return "json_parse(" + expression + ")";
        }
        return column.isMoment() ? "with_timezone(" + expression + ", 'UTC')" : expression;
    }
}
