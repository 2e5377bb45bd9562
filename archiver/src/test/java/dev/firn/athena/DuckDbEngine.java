package dev.firn.athena;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** DuckDB, for which no DDL is printed: it reads the files by their names. */
record DuckDbEngine(Connection connection) implements Engine {

    @Override
    public List<List<String>> rows(String query) throws SQLException {
        return Queries.rows(connection, query);
    }

    @Override
    public void executePrinted(String printed) throws SQLException {
        for (String statement : Queries.statements(printed)) {
            Queries.execute(connection, statement);
        }
    }

    @Override
    public Map<String, String> types(String table) throws SQLException {
        Map<String, String> types = new HashMap<>();
        rows("DESCRIBE " + table).forEach(row -> types.put(row.get(0), inTrinosWords(row.get(1))));
        return types;
    }

    private static String inTrinosWords(String type) {
        if (type.endsWith("[]")) {
            return "array(" + inTrinosWords(type.substring(0, type.length() - 2)) + ")";
        }
        return switch (type) {
            case "FLOAT" -> "real";
            case "BLOB" -> "varbinary";
            case "TIMESTAMP", "TIMESTAMP WITH TIME ZONE" -> "timestamp(6)";
            default -> type.toLowerCase(Locale.ROOT);
        };
    }

    @Override
    public String asText(String expression) {
        return "CAST(%s AS VARCHAR)".formatted(expression);
    }

    @Override
    public String exactText(String expression, String trinoType) {
        return switch (Probe.base(trinoType)) {
            case "varbinary" -> "lower(hex(%s))".formatted(expression);
            case "real", "double" -> "lower(hex(CAST(CAST(%s AS BIT) AS BLOB)))".formatted(expression);
            case "date" -> asText("datediff('day', DATE '1970-01-01', %s)".formatted(expression));
            // Numbers below 1 have no zero before the point there.
            case "decimal" -> "regexp_replace(%s, '^(-?)[.]', '\\1' || '0.')".formatted(asText(expression));
            // The last microsecond that 64 bits count is its infinity.
            case "timestamp" ->
                """
                    CASE WHEN CAST(%1$s AS TIMESTAMP) = 'infinity' THEN '9223372036854.775807' ELSE
                    CAST((epoch_us(%1$s) - (epoch_us(%1$s) %% 1000000 + 1000000) %% 1000000) // 1000000 AS VARCHAR)
                    || '.' || lpad(CAST((epoch_us(%1$s) %% 1000000 + 1000000) %% 1000000 AS VARCHAR), 6, '0') END"""
                        .formatted(expression);
            default -> asText(expression);
        };
    }

    @Override
    public String literal(String key, String trinoType) {
        return switch (Probe.base(trinoType)) {
            case "varchar" -> "decode(unhex('%s'))".formatted(key);
            case "varbinary" -> "unhex('%s')".formatted(key);
            case "date" -> "(DATE '1970-01-01' + CAST('%s' AS INTEGER))".formatted(key);
            // The last microsecond that 64 bits count is its infinity.
            case "timestamp" ->
                key.equals(Long.toString(Long.MAX_VALUE))
                        ? "TIMESTAMP 'infinity'"
                        : "make_timestamp(%s)".formatted(key);
            default -> "CAST('%s' AS %s)".formatted(key, trinoType);
        };
    }

    @Override
    public String length(String array) {
        return "len(%s)".formatted(array);
    }

    @Override
    public String element(String array, int position) {
        return "%s[%d]".formatted(array, position);
    }

    @Override
    public String isNan(String expression) {
        return "isnan(%s)".formatted(expression);
    }

    @Override
    public String json(String map) {
        return asText("to_json(%s)".formatted(map));
    }
}
