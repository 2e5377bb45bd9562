package dev.firn.athena;

import java.util.List;

/**
 * The view of a table as Athena has it.
 *
 * @param query in the SQL of Athena's queries
 */
public record HiveView(String name, String query, List<Column> columns) {

    /**
     * One column of the answer.
     *
     * @param hiveType its type in the words of Hive
     * @param queryType the same in the words of queries
     */
    public record Column(String name, String hiveType, String queryType) {}

    public HiveView {
        columns = List.copyOf(columns);
    }
}
