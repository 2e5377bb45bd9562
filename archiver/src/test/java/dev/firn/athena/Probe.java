package dev.firn.athena;

import java.util.ArrayList;
import java.util.List;

/**
 * One question about a column, put to PostgreSQL and to Trino such that equal answers are equal text.
 *
 * @param column the column concerned
 * @param postgres the expression for PostgreSQL
 * @param trino the same for Trino
 */
record Probe(String column, String postgres, String trino) {

    /** About the value of each row: of a list, its length and what is first, second and third. */
    static List<Probe> values(String column, String pgType, String trinoType) {
        if (!trinoType.startsWith("array(")) {
            return List.of(value(column, column, column, pgType, trinoType));
        }
        String element = trinoType.substring("array(".length(), trinoType.length() - 1);
        List<Probe> probes = new ArrayList<>();
        probes.add(new Probe(
                column,
                "cardinality(%s)::text".formatted(column),
                "CAST(cardinality(%s) AS varchar)".formatted(column)));
        for (int i = 1; i <= 3; i++) {
            probes.add(value(
                    column,
                    "(%s)[%d]".formatted(column, i),
                    "element_at(%s, %d)".formatted(column, i),
                    pgType,
                    element));
        }
        return probes;
    }

    private static Probe value(String column, String postgres, String trino, String pgType, String trinoType) {
        return new Probe(
                column,
                postgresText(postgresValue(postgres, pgType, trinoType), trinoType),
                trinoText(trino, trinoType));
    }

    /**
     * About all values of a column that is no list: how many there are, how many different ones, the least, the greatest,
     * and the sum of numbers.
     *
     * @param held the condition, for PostgreSQL, of the rows whose value the column holds
     */
    static List<Probe> aggregates(String column, String pgType, String trinoType, String held) {
        String value = postgresValue(column, pgType, trinoType);
        String mine = value;
        boolean byText =
                trinoType.startsWith("varchar") || trinoType.equals("varbinary") || trinoType.equals("boolean");
        if (byText) {
            mine = postgresText(value, trinoType) + " COLLATE \"C\"";
        }
        boolean floating = trinoType.equals("real") || trinoType.equals("double");
        String pgFilter = " FILTER (WHERE %s%s)".formatted(held, floating ? " AND %s <> 'NaN'".formatted(column) : "");
        String trinoFilter = floating ? " FILTER (WHERE NOT is_nan(%s))".formatted(column) : "";
        List<Probe> probes = new ArrayList<>();
        probes.add(new Probe(
                column,
                "(count(%s) FILTER (WHERE %s))::text".formatted(mine, held),
                "CAST(count(%s) AS varchar)".formatted(column)));
        probes.add(new Probe(
                column,
                "(count(DISTINCT %s)%s)::text".formatted(mine, pgFilter),
                "CAST(count(DISTINCT %s)%s AS varchar)".formatted(column, trinoFilter)));
        for (String function : List.of("min", "max")) {
            String least = "%s(%s)%s".formatted(function, mine, pgFilter);
            probes.add(new Probe(
                    column,
                    byText ? least : postgresText(least, trinoType),
                    trinoText("%s(%s)%s".formatted(function, column, trinoFilter), trinoType)));
        }
        sum(column, mine, trinoType, held, probes);
        return probes;
    }

    private static void sum(String column, String mine, String trinoType, String held, List<Probe> probes) {
        if (trinoType.equals("integer") || trinoType.equals("bigint")) {
            probes.add(new Probe(
                    column,
                    "(sum(%s) FILTER (WHERE %s))::text".formatted(mine, held),
                    "CAST(sum(CAST(%s AS decimal(38, 0))) AS varchar)".formatted(column)));
        } else if (trinoType.startsWith("decimal(") && !trinoType.startsWith("decimal(38")) {
            probes.add(new Probe(
                    column,
                    "(sum(%s) FILTER (WHERE %s))::text".formatted(mine, held),
                    "CAST(sum(%s) AS varchar)".formatted(column)));
        } else if (trinoType.equals("real") || trinoType.equals("double")) {
            // Of numbers that are near enough to each other for the order not to matter.
            probes.add(new Probe(
                    column,
                    "round(sum((%1$s)::float8 * 1e6) FILTER (WHERE %2$s AND abs(%1$s) < 1e3))::bigint::text"
                            .formatted(mine, held),
                    "CAST(CAST(round(sum(CAST(%1$s AS double) * 1e6) FILTER (WHERE abs(%1$s) < 1e3)) AS bigint) AS varchar)"
                            .formatted(column)));
        }
    }

    /** Names of objects are archived as their numbers. */
    private static String postgresValue(String expression, String pgType, String trinoType) {
        boolean object = pgType.startsWith("pg_catalog.\"reg") || pgType.startsWith("pg_catalog.\"oid\"");
        return switch (base(trinoType)) {
            case "integer", "bigint" -> "(%s)%s::bigint".formatted(expression, object ? "::oid" : "");
            case "decimal" -> "(%s)::numeric".formatted(expression);
            // Its output function adds what the file's encoding was, which is not archived.
            default -> pgType.contains("xml") ? "(%s)::text".formatted(expression) : expression;
        };
    }

    private static String postgresText(String value, String trinoType) {
        return switch (base(trinoType)) {
            case "varchar" ->
                "CASE WHEN (%1$s) IS NOT DISTINCT FROM NULL THEN NULL ELSE format('%%s', %1$s) END".formatted(value);
            case "varbinary" -> "encode(%s, 'hex')".formatted(value);
            case "real" -> "encode(float4send(%s), 'hex')".formatted(value);
            case "double" -> "encode(float8send(%s), 'hex')".formatted(value);
            case "date" ->
                "CASE WHEN NOT isfinite(%1$s) THEN 'infinite' ELSE (%1$s - date '1970-01-01')::text END"
                        .formatted(value);
            case "timestamp" -> "floor(extract(epoch FROM %1$s))::text || '.' || to_char(%1$s, 'US')".formatted(value);
            default -> "(%s)::text".formatted(value);
        };
    }

    private static String trinoText(String value, String trinoType) {
        return switch (base(trinoType)) {
            case "varbinary" -> "lower(to_hex(%s))".formatted(value);
            case "real" -> "lower(to_hex(to_ieee754_32(%s)))".formatted(value);
            case "double" -> "lower(to_hex(to_ieee754_64(%s)))".formatted(value);
            case "date" -> "CAST(date_diff('day', DATE '1970-01-01', %s) AS varchar)".formatted(value);
            case "timestamp" ->
                """
                    CAST(date_diff('second', TIMESTAMP '1970-01-01 00:00:00.000000', date_trunc('second', %1$s)) AS varchar)
                    || '.' || substr(CAST(%1$s AS varchar), -6)"""
                        .formatted(value);
            default -> "CAST(%s AS varchar)".formatted(value);
        };
    }

    private static String base(String trinoType) {
        int bracket = trinoType.indexOf('(');
        return bracket < 0 ? trinoType : trinoType.substring(0, bracket);
    }
}
