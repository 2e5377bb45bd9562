package dev.firn.athena;

import dev.firn.TableName;
import dev.firn.copy.SampleValues;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A partitioned table with a column of every type, and one of arrays of it, that holds every sample value. */
final class EveryType {

    static final TableName NAME = new TableName("kinds", "everything");

    /** SQL can write an array of a domain over arrays only as text. */
    private static final String NO_ELEMENT = "made.numbers";

    private final Map<String, List<String>> samples = new LinkedHashMap<>();
    private final Map<String, String> typeOfColumn = new LinkedHashMap<>();
    private final int rows;

    EveryType() {
        SampleValues.BUILT_IN.forEach((name, values) -> samples.put("pg_catalog." + quoted(name), values));
        samples.putAll(SampleValues.MADE);
        samples.keySet().forEach(type -> {
            int number = typeOfColumn.size();
            typeOfColumn.put("c%03d".formatted(number), type);
            if (!type.equals(NO_ELEMENT)) {
                typeOfColumn.put("a%03d".formatted(number), type + "[]");
            }
        });
        rows = samples.values().stream().mapToInt(List::size).max().orElseThrow();
    }

    /** Columns by name, each with its type as SQL has it. */
    Map<String, String> columns() {
        return typeOfColumn;
    }

    /** The column of exactly this type. */
    String columnOf(String type) {
        return typeOfColumn.entrySet().stream()
                .filter(column -> column.getValue().equals(type))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    void create(Connection owner) throws SQLException {
        for (String statement : SampleValues.TYPES) {
            Queries.execute(owner, statement);
        }
        String columns = typeOfColumn.entrySet().stream()
                .map(column -> column.getKey() + " " + column.getValue())
                .collect(Collectors.joining(", "));
        Queries.execute(
                owner,
                "CREATE SCHEMA kinds",
                "CREATE TABLE kinds.everything (at timestamptz NOT NULL, id int NOT NULL, %s) PARTITION BY RANGE (at)"
                        .formatted(columns),
                "CREATE TABLE kinds.everything_1 PARTITION OF kinds.everything"
                        + " FOR VALUES FROM ('2024-01-01 00:00Z') TO ('2024-02-01 00:00Z')");
        // One row more than values, all of it NULL but for arrays of none, one of arrays with dimensions.
        for (int row = 0; row < rows + 2; row++) {
            Queries.execute(owner, insert(row));
        }
    }

    private String insert(int row) {
        List<String> names = new ArrayList<>();
        List<String> values = new ArrayList<>();
        typeOfColumn.forEach((name, type) -> {
            names.add(name);
            boolean array = name.startsWith("a");
            String scalar = array ? type.substring(0, type.length() - 2) : type;
            List<String> of = samples.get(scalar);
            String value = row < of.size() ? literal(of.get(row), scalar) : "NULL";
            if (array && row == rows) {
                value = "ARRAY[]::" + type;
            } else if (array && row == rows + 1) {
                value = "ARRAY[[%s, NULL]]".formatted(literal(of.get(0), scalar));
            } else if (array && row < of.size()) {
                value = "ARRAY[%1$s, NULL, %1$s]".formatted(value);
            }
            values.add(value);
        });
        return "INSERT INTO kinds.everything (at, id, %s) VALUES ('2024-01-02 00:00Z'::timestamptz + %d * interval '1 hour', %d, %s)"
                .formatted(String.join(", ", names), row, row, String.join(", ", values));
    }

    private static String literal(String text, String type) {
        return "CAST('%s' AS %s)".formatted(text.replace("'", "''"), type);
    }

    private static String quoted(String name) {
        int modifier = name.indexOf('(');
        return modifier < 0 ? '"' + name + '"' : '"' + name.substring(0, modifier) + '"' + name.substring(modifier);
    }
}
