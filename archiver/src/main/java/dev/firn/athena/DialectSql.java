package dev.firn.athena;

import java.util.List;

/** What differs between engines. */
interface DialectSql {

    /** What has to be known of this engine, one line each. */
    List<String> notes(ExternalTable table);

    String createDatabase(String database);

    String dropTable(ExternalTable table);

    String createTable(ExternalTable table);

    /** Whether the engine finds the partitions of this table by itself. */
    boolean projects(ExternalTable table);

    /** Makes the engine look for partitions, where it does not find them by itself. */
    String registerPartitions(ExternalTable table);

    String quoted(String name);

    /** The type as a query casts to it. */
    String queryType(EngineType type);

    /** A column in the form that the engine has for what it is; the expression itself where there is none. */
    String natural(ViewColumn column, String expression);
}
