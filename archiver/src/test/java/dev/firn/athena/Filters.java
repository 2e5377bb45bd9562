package dev.firn.athena;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Conditions on columns of many types, put to PostgreSQL and to an engine, over rows in such an order that statistics, page
 * indexes, dictionaries and Bloom filters leave most of them out.
 */
final class Filters {

    /** By name; there are two columns of each. */
    private static final Map<String, String> TYPES = new LinkedHashMap<>();

    static {
        TYPES.put("small", "pg_catalog.\"int2\"");
        TYPES.put("number", "pg_catalog.\"int4\"");
        TYPES.put("big", "pg_catalog.\"int8\"");
        TYPES.put("cents", "numeric(9,2)");
        TYPES.put("fraction", "numeric(18,18)");
        TYPES.put("huge", "numeric(38,19)");
        TYPES.put("f", "pg_catalog.\"float4\"");
        TYPES.put("d", "pg_catalog.\"float8\"");
        TYPES.put("yes", "pg_catalog.\"bool\"");
        TYPES.put("bytes", "pg_catalog.\"bytea\"");
        TYPES.put("words", "pg_catalog.\"text\"");
        TYPES.put("padded", "character(3)");
        TYPES.put("id", "pg_catalog.\"uuid\"");
        TYPES.put("day", "pg_catalog.\"date\"");
        TYPES.put("local", "pg_catalog.\"timestamp\"");
        TYPES.put("moment", "pg_catalog.\"timestamptz\"");
    }

    /** What the names of columns with a Bloom filter have behind them; those without have a dictionary. */
    private static final String FILTERED = "_too";

    /** More than a page has. */
    private static final int ROWS_OF_A_VALUE = 1_100;

    private static final int CONDITIONS_AT_ONCE = 30;
    private static final String MINE = " FROM kinds.filtered";
    private static final String THEIRS = " FROM firn_test.kinds_filtered WHERE chunk = '20240101T000000Z' AND ";

    private Filters() {}

    /** What the table's configuration has to hold. */
    static String settings() {
        return "parquet { page-rows = 1000, row-group-size = 1MiB, bloom-filters = [%s] }"
                .formatted(TYPES.keySet().stream()
                        .map(name -> "\"" + name + FILTERED + "\"")
                        .collect(Collectors.joining(", ")));
    }

    /** Fills it from the table that {@link EveryType} has made. */
    static void create(EveryType every, Connection owner) throws SQLException {
        List<String> columns = new ArrayList<>();
        List<String> values = new ArrayList<>();
        TYPES.forEach((name, type) -> {
            columns.add("%1$s %2$s, %1$s%3$s %2$s".formatted(name, type, FILTERED));
            values.add("%1$s, %1$s".formatted(every.columnOf(type)));
        });
        Queries.execute(
                owner,
                "CREATE TABLE kinds.filtered (at timestamptz NOT NULL, %s) PARTITION BY RANGE (at)"
                        .formatted(String.join(", ", columns)),
                "CREATE TABLE kinds.filtered_1 PARTITION OF kinds.filtered"
                        + " FOR VALUES FROM ('2024-01-01 00:00Z') TO ('2024-02-01 00:00Z')",
                "INSERT INTO kinds.filtered SELECT at, %s FROM kinds.everything, generate_series(1, %d) ORDER BY id"
                        .formatted(String.join(", ", values), ROWS_OF_A_VALUE));
    }

    /** Every condition that holds for another number of rows than in PostgreSQL. */
    static List<String> wrong(Connection owner, Engine engine) throws SQLException {
        Map<String, String> types = engine.types("firn_test.kinds_filtered");
        Map<String, String> expected = new LinkedHashMap<>();
        for (String name : TYPES.keySet()) {
            expected.putAll(expected(owner, engine, name, types.get(name)));
        }
        List<String> conditions = List.copyOf(expected.keySet());
        List<String> wrong = new ArrayList<>();
        for (int from = 0; from < conditions.size(); from += CONDITIONS_AT_ONCE) {
            List<String> some = conditions.subList(from, Math.min(from + CONDITIONS_AT_ONCE, conditions.size()));
            List<String> questions = new ArrayList<>();
            for (int i = 0; i < some.size(); i++) {
                questions.add("SELECT %d, count(*)%s%s".formatted(i, THEIRS, some.get(i)));
            }
            for (List<String> answer : engine.rows(String.join("\nUNION ALL ", questions))) {
                String condition = some.get(Integer.parseInt(answer.get(0)));
                if (!answer.get(1).equals(expected.get(condition))) {
                    wrong.add("%s: %s rows, not %s".formatted(condition, answer.get(1), expected.get(condition)));
                }
            }
        }
        return wrong;
    }

    /** Conditions on one column, and how many rows they hold for. */
    private static Map<String, String> expected(Connection owner, Engine engine, String name, String type)
            throws SQLException {
        String base = Probe.base(type);
        boolean text = base.equals("varchar");
        String value = text ? "format('%%s', %s) COLLATE \"C\"".formatted(name) : name;
        String key =
                switch (base) {
                    case "varchar" -> "encode(convert_to(v, 'UTF8'), 'hex')";
                    case "varbinary" -> "encode(v, 'hex')";
                    case "date" -> "v - date '1970-01-01'";
                    case "timestamp" -> "floor(extract(epoch FROM v))::bigint * 1000000 + to_char(v, 'US')::int";
                    default -> "v";
                };
        Map<String, String> expected = new LinkedHashMap<>();
        for (List<String> row : Queries.rows(
                owner,
                "SELECT (%s)::text, same, up_to FROM (SELECT v, count(*) AS same, sum(count(*)) OVER (ORDER BY v) AS up_to FROM (SELECT %s AS v%s WHERE %s) held GROUP BY v) s"
                        .formatted(key, value, MINE, isHeld(name, base)))) {
            // Two numbers are zero. What is no number is equal to itself for some and not for others.
            List<String> literals = row.get(0).matches("-?0") && base.matches("real|double")
                    ? List.of("0", "-0")
                    : row.get(0).equals("NaN") ? List.of() : List.of(row.get(0));
            for (String literal : literals) {
                String theirs = engine.literal(literal, type);
                boolean even = expected.size() % 4 == 0;
                expected.put("%s%s = %s".formatted(name, even ? "" : FILTERED, theirs), row.get(1));
                expected.put("%s <= %s".formatted(name, theirs), row.get(2));
            }
        }
        return expected;
    }

    /** Whether the column of the files holds the value. */
    private static String isHeld(String name, String base) {
        return switch (base) {
            case "date" -> "isfinite(%s)".formatted(name);
            case "timestamp" -> "isfinite(%1$s) AND %1$s <= '294247-01-10 04:00:54.775807'".formatted(name);
            case "decimal" -> name + " <> 'NaN'";
            default -> name + " IS NOT NULL";
        };
    }
}
