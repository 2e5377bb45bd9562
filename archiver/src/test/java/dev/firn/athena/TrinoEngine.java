package dev.firn.athena;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Trino, by its driver. */
record TrinoEngine(Connection connection) implements Engine {

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
        rows("DESCRIBE " + table).forEach(row -> types.put(row.get(0), row.get(1)));
        return types;
    }

    @Override
    public String asText(String expression) {
        return "CAST(%s AS varchar)".formatted(expression);
    }

    @Override
    public String exactText(String expression, String trinoType) {
        return switch (Probe.base(trinoType)) {
            case "varbinary" -> "lower(to_hex(%s))".formatted(expression);
            case "real" -> "lower(to_hex(to_ieee754_32(%s)))".formatted(expression);
            case "double" -> "lower(to_hex(to_ieee754_64(%s)))".formatted(expression);
            case "date" -> "CAST(date_diff('day', DATE '1970-01-01', %s) AS varchar)".formatted(expression);
            case "timestamp" ->
                """
                    CAST(date_diff('second', TIMESTAMP '1970-01-01 00:00:00.000000', date_trunc('second', %1$s)) AS varchar)
                    || '.' || substr(CAST(%1$s AS varchar), -6)"""
                        .formatted(expression);
            default -> asText(expression);
        };
    }

    @Override
    public String literal(String key, String trinoType) {
        return switch (Probe.base(trinoType)) {
            case "varchar" -> "from_utf8(X'%s')".formatted(key);
            case "varbinary" -> "X'%s'".formatted(key);
            case "date" -> "date_add('day', %s, DATE '1970-01-01')".formatted(key);
            case "timestamp" -> "TIMESTAMP '%s'".formatted(timestamp(Long.parseLong(key)));
            default -> "CAST('%s' AS %s)".formatted(key, trinoType);
        };
    }

    private static String timestamp(long micros) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(
                Math.floorDiv(micros, 1_000_000), (int) Math.floorMod(micros, 1_000_000L) * 1000, ZoneOffset.UTC);
        return "%s%04d-%s"
                .formatted(
                        time.getYear() < 0 ? "-" : "",
                        Math.abs(time.getYear()),
                        time.format(DateTimeFormatter.ofPattern("MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)));
    }

    @Override
    public String element(String array, int position) {
        return "element_at(%s, %d)".formatted(array, position);
    }

    @Override
    public String isNan(String expression) {
        return "is_nan(%s)".formatted(expression);
    }

    @Override
    public String json(String map) {
        return "json_format(CAST(%s AS json))".formatted(map);
    }
}
