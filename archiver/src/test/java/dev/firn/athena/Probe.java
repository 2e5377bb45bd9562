package dev.firn.athena;

import java.util.ArrayList;
import java.util.List;

/**
 * One question about a column, put to PostgreSQL and to an engine such that equal answers are equal text.
 *
 * @param column the column concerned
 * @param position of an array, which element from 1 on; 0 is its length, or any other value itself
 * @param postgres the expression for PostgreSQL
 * @param theirs the same for the engine
 */
record Probe(String column, int position, String postgres, String theirs) {

    private Probe(String column, String postgres, String theirs) {
        this(column, 0, postgres, theirs);
    }

    /** About the value of each row: of a list, its length and what is first, second and third. */
    static List<Probe> values(Engine engine, String column, String pgType, String trinoType) {
        if (!trinoType.startsWith("array(")) {
            return List.of(value(engine, column, 0, column, column, pgType, trinoType));
        }
        String element = trinoType.substring("array(".length(), trinoType.length() - 1);
        List<Probe> probes = new ArrayList<>();
        probes.add(new Probe(column, "cardinality(%s)::text".formatted(column), engine.asText(engine.length(column))));
        for (int i = 1; i <= 3; i++) {
            probes.add(value(
                    engine, column, i, "(%s)[%d]".formatted(column, i), engine.element(column, i), pgType, element));
        }
        return probes;
    }

    private static Probe value(
            Engine engine,
            String column,
            int position,
            String postgres,
            String theirs,
            String pgType,
            String trinoType) {
        return new Probe(
                column,
                position,
                postgresText(postgresValue(postgres, pgType, trinoType), trinoType),
                engine.exactText(theirs, trinoType));
    }

    /**
     * About all values of a column that is no list: how many there are, how many different ones, the least, the greatest,
     * and the sum of numbers.
     *
     * @param held the condition, for PostgreSQL, of the rows whose value the column holds
     */
    static List<Probe> aggregates(Engine engine, String column, String pgType, String trinoType, String held) {
        String value = postgresValue(column, pgType, trinoType);
        String mine = value;
        boolean byText =
                trinoType.startsWith("varchar") || trinoType.equals("varbinary") || trinoType.equals("boolean");
        if (byText) {
            mine = postgresText(value, trinoType) + " COLLATE \"C\"";
        }
        boolean floating = trinoType.equals("real") || trinoType.equals("double");
        String pgFilter = " FILTER (WHERE %s%s)".formatted(held, floating ? " AND %s <> 'NaN'".formatted(column) : "");
        String filter = floating ? " FILTER (WHERE NOT %s)".formatted(engine.isNan(column)) : "";
        List<Probe> probes = new ArrayList<>();
        probes.add(new Probe(
                column,
                "(count(%s) FILTER (WHERE %s))::text".formatted(mine, held),
                engine.asText("count(%s)".formatted(column))));
        probes.add(new Probe(
                column,
                "(count(DISTINCT %s)%s)::text".formatted(mine, pgFilter),
                engine.asText("count(DISTINCT %s)%s".formatted(column, filter))));
        for (String function : List.of("min", "max")) {
            String least = "%s(%s)%s".formatted(function, mine, pgFilter);
            probes.add(new Probe(
                    column,
                    byText ? least : postgresText(least, trinoType),
                    engine.exactText("%s(%s)%s".formatted(function, column, filter), trinoType)));
        }
        sum(engine, column, mine, trinoType, held, probes);
        return probes;
    }

    private static void sum(
            Engine engine, String column, String mine, String trinoType, String held, List<Probe> probes) {
        if (trinoType.equals("integer") || trinoType.equals("bigint")) {
            probes.add(new Probe(
                    column,
                    "(sum(%s) FILTER (WHERE %s))::text".formatted(mine, held),
                    engine.asText("sum(CAST(%s AS decimal(38, 0)))".formatted(column))));
        } else if (trinoType.startsWith("decimal(") && !trinoType.startsWith("decimal(38")) {
            probes.add(new Probe(
                    column,
                    "(sum(%s) FILTER (WHERE %s))::text".formatted(mine, held),
                    engine.asText("sum(%s)".formatted(column))));
        } else if (trinoType.equals("real") || trinoType.equals("double")) {
            // Of numbers that are near enough to each other for the order not to matter.
            probes.add(new Probe(
                    column,
                    "round(sum((%1$s)::float8 * 1e6) FILTER (WHERE %2$s AND abs(%1$s) < 1e3))::bigint::text"
                            .formatted(mine, held),
                    engine.asText(
                            "CAST(round(sum(CAST(%1$s AS double) * 1e6) FILTER (WHERE abs(%1$s) < 1e3)) AS bigint)"
                                    .formatted(column))));
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

    /** PostgreSQL's {@link Engine#exactText}. */
    static String postgresText(String value, String trinoType) {
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

    /** The type without what stands in brackets. */
    static String base(String trinoType) {
        int bracket = trinoType.indexOf('(');
        return bracket < 0 ? trinoType : trinoType.substring(0, bracket);
    }
}
