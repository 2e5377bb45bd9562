package dev.firn.athena;

import dev.firn.testing.SparkServer;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Spark, told in its own dialect or in Athena's. */
record SparkEngine(SparkServer server) implements Engine {

    @Override
    public List<List<String>> rows(String query) throws SQLException {
        try {
            return server.rows(query);
        } catch (SQLException e) {
            throw new SQLException(e.getMessage() + "\nin: " + query, e);
        }
    }

    /** Athena's views are in the SQL of its queries, where names stand in double quotes; in its DDL these hold text. */
    @Override
    public void executePrinted(String printed) throws SQLException {
        for (String statement : Queries.statements(printed)) {
            rows("SET spark.sql.ansi.doubleQuotedIdentifiers = " + statement.startsWith("CREATE OR REPLACE VIEW \""));
            rows(statement);
        }
        rows("SET spark.sql.ansi.doubleQuotedIdentifiers = false");
    }

    @Override
    public Map<String, String> types(String table) throws SQLException {
        Map<String, String> types = new HashMap<>();
        rows("DESCRIBE " + table).forEach(row -> types.put(row.get(0), inTrinosWords(row.get(1))));
        return types;
    }

    private static String inTrinosWords(String type) {
        if (type.startsWith("array<")) {
            return "array(" + inTrinosWords(type.substring("array<".length(), type.length() - 1)) + ")";
        }
        return switch (type) {
            case "int" -> "integer";
            case "float" -> "real";
            case "string" -> "varchar";
            case "binary" -> "varbinary";
            case "timestamp", "timestamp_ntz" -> "timestamp(6)";
            default -> type;
        };
    }

    @Override
    public String asText(String expression) {
        return "CAST(%s AS string)".formatted(expression);
    }

    @Override
    public String exactText(String expression, String trinoType) {
        return switch (Probe.base(trinoType)) {
            case "varbinary" -> "lower(hex(%s))".formatted(expression);
            case "real" -> "bits_of_float(%s)".formatted(expression);
            case "double" -> "bits_of_double(%s)".formatted(expression);
            case "date" -> "CAST(datediff(%s, DATE '1970-01-01') AS string)".formatted(expression);
            case "timestamp" -> {
                String micros = "unix_micros(CAST(%s AS timestamp))".formatted(expression);
                yield """
                    concat(CAST((%1$s - pmod(%1$s, 1000000)) div 1000000 AS string), '.',
                           lpad(CAST(pmod(%1$s, 1000000) AS string), 6, '0'))"""
                        .formatted(micros);
            }
            default -> asText(expression);
        };
    }

    @Override
    public String literal(String key, String trinoType) {
        return switch (Probe.base(trinoType)) {
            case "varchar" -> "CAST(X'%s' AS string)".formatted(key);
            case "varbinary" -> "X'%s'".formatted(key);
            case "date" -> "date_add(DATE '1970-01-01', %s)".formatted(key);
            case "timestamp" -> "timestamp_micros(%s)".formatted(key);
            default -> "CAST('%s' AS %s)".formatted(key, trinoType.equals("real") ? "float" : trinoType);
        };
    }

    @Override
    public String element(String array, int position) {
        return "get(%s, %d)".formatted(array, position - 1);
    }

    @Override
    public String isNan(String expression) {
        return "isnan(%s)".formatted(expression);
    }

    @Override
    public String json(String map) {
        return "to_json(%s)".formatted(map);
    }
}
