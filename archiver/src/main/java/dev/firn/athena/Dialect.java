package dev.firn.athena;

/** The SQL of one engine. Each statement ends with a semicolon at the end of a line. */
public enum Dialect {
    /** Hive's DDL as Athena takes it; its views are in the SQL of queries, which is Trino's. */
    ATHENA,
    /** Trino with its Hive connector. */
    TRINO,
    /** Spark SQL from 3.4 on. */
    SPARK;

    /** Statements that make the database of a namespace, the table, its partitions and its view, or make them anew. */
    public String ddl(ExternalTable table) {
        return new Statements(sql(), table).text();
    }

    private DialectSql sql() {
        return switch (this) {
            case ATHENA -> new AthenaSql();
            case TRINO -> new TrinoSql();
            case SPARK -> new SparkSql();
        };
    }
}
