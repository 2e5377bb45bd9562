package dev.firn.athena;

import dev.firn.TableName;

/** The SQL of one engine. Each statement ends with a semicolon at the end of a line. */
public enum Dialect {
    /** Hive's DDL as Athena takes it; its views are in the SQL of queries, which is Trino's. */
    ATHENA,
    /** Trino with its Hive connector. */
    TRINO,
    /** Spark SQL; tests run it in Spark 4.2. */
    SPARK;

    /** Statements that make the database of a namespace, the table, its partitions and its view, or make them anew. */
    public String ddl(ExternalTable table) {
        return new Statements(sql(), table).text();
    }

    /** What is printed of a table instead, of which nothing was ever archived: a comment. */
    public static String nothing(TableName table) {
        return "-- %s: nothing of it is archived yet.\n".formatted(Sql.oneLine(table.toString()));
    }

    private DialectSql sql() {
        return switch (this) {
            case ATHENA -> new AthenaSql();
            case TRINO -> new TrinoSql();
            case SPARK -> new SparkSql();
        };
    }
}
