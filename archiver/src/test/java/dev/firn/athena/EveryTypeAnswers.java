package dev.firn.athena;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericRecord;

/** What PostgreSQL and an engine say of {@link EveryType}, side by side. */
final class EveryTypeAnswers {

    private static final int PROBES_AT_ONCE = 50;
    private static final String MINE = " FROM kinds.everything";
    private static final String THEIRS = " FROM firn_test.kinds_everything WHERE chunk = '20240101T000000Z'";

    private final EveryType every;
    private final Connection postgres;
    private final Engine engine;
    private final Map<String, String> trinoTypes;
    private final Map<String, Map<String, String>> exceptions;

    private EveryTypeAnswers(
            EveryType every,
            Connection postgres,
            Engine engine,
            Map<String, String> trinoTypes,
            Map<String, Map<String, String>> exceptions) {
        this.every = every;
        this.postgres = postgres;
        this.engine = engine;
        this.trinoTypes = trinoTypes;
        this.exceptions = exceptions;
    }

    static EveryTypeAnswers of(EveryType every, Connection postgres, Engine engine) throws SQLException {
        Map<String, Map<String, String>> exceptions = new HashMap<>();
        String select = "SELECT id, " + engine.json("firn_exceptions") + THEIRS + " AND firn_exceptions IS NOT NULL";
        for (List<String> row : engine.rows(select)) {
            exceptions.put(row.get(0), map(row.get(1)));
        }
        return new EveryTypeAnswers(every, postgres, engine, engine.types("firn_test.kinds_everything"), exceptions);
    }

    private static Map<String, String> map(String json) {
        try {
            Map<String, String> map = new HashMap<>();
            new ObjectMapper()
                    .readTree(json)
                    .properties()
                    .forEach(entry -> map.put(entry.getKey(), entry.getValue().asText()));
            return map;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(json, e);
        }
    }

    /** How many values their column does not hold. */
    int exceptions() {
        return exceptions.values().stream().mapToInt(Map::size).sum();
    }

    /** Every value that the engine shows as another one; what is an exception must be NULL. */
    List<String> wrongValues() throws SQLException {
        List<Probe> probes = new ArrayList<>();
        every.columns()
                .forEach((column, type) -> probes.addAll(Probe.values(engine, column, type, trinoTypes.get(column))));
        List<String> wrong = new ArrayList<>();
        for (List<Probe> some : inPieces(probes)) {
            List<List<String>> mine =
                    Queries.rows(postgres, select("id, ", some, Probe::postgres, MINE) + " ORDER BY id");
            List<List<String>> theirs = engine.rows(select("id, ", some, Probe::theirs, THEIRS) + " ORDER BY id");
            if (mine.size() != theirs.size()) {
                wrong.add("%d rows, not %d".formatted(theirs.size(), mine.size()));
            }
            for (int row = 0; row < Math.min(mine.size(), theirs.size()); row++) {
                wrong.addAll(compare(some, mine.get(row), theirs.get(row)));
            }
        }
        return wrong;
    }

    /** Every value of these records, all there are, that is another one. */
    List<String> wrongRecords(List<GenericRecord> records) throws SQLException {
        List<Probe> probes = new ArrayList<>();
        every.columns()
                .forEach((column, type) -> probes.addAll(Probe.values(engine, column, type, trinoTypes.get(column))));
        List<GenericRecord> ordered = new ArrayList<>(records);
        ordered.sort(Comparator.comparing(record -> (Integer) record.get("id")));
        List<String> wrong = new ArrayList<>();
        for (List<Probe> some : inPieces(probes)) {
            List<List<String>> mine =
                    Queries.rows(postgres, select("id, ", some, Probe::postgres, MINE) + " ORDER BY id");
            if (mine.size() != ordered.size()) {
                wrong.add("%d records, not %d".formatted(ordered.size(), mine.size()));
            }
            for (int row = 0; row < Math.min(mine.size(), ordered.size()); row++) {
                List<String> theirs =
                        new ArrayList<>(List.of(ordered.get(row).get("id").toString()));
                for (Probe probe : some) {
                    theirs.add(AvroAnswers.of(ordered.get(row), probe.column()).get(probe.position()));
                }
                wrong.addAll(compare(some, mine.get(row), theirs));
            }
        }
        return wrong;
    }

    private List<String> compare(List<Probe> probes, List<String> mine, List<String> theirs) {
        List<String> wrong = new ArrayList<>();
        Map<String, String> elsewhere = exceptions.getOrDefault(theirs.get(0), Map.of());
        for (int i = 0; i < probes.size(); i++) {
            String column = probes.get(i).column();
            String expected = elsewhere.containsKey(column) ? null : mine.get(i + 1);
            if (!Objects.equals(expected, theirs.get(i + 1))) {
                wrong.add("%s %s in row %s: %s, not %s"
                        .formatted(column, every.columns().get(column), theirs.get(0), theirs.get(i + 1), expected));
            }
        }
        return wrong;
    }

    /** Every exception that is not the value's text in PostgreSQL. */
    List<String> wrongExceptions() throws SQLException {
        List<String> wrong = new ArrayList<>();
        for (String id : exceptions.keySet()) {
            for (Map.Entry<String, String> exception : exceptions.get(id).entrySet()) {
                String column = exception.getKey();
                String text = exception.getValue();
                String expected =
                        Queries.value(postgres, "SELECT format('%s', " + column + ")" + MINE + " WHERE id = " + id);
                // Names of objects are archived as numbers, XML with its encoding; where PostgreSQL's text would not
                // lead back to the same bytes, it is these.
                boolean other = every.columns().get(column).matches("pg_catalog.\"reg(?!cursor).*|.*xml.*");
                if (!other && !text.startsWith("\\x") && !text.equals(expected)) {
                    wrong.add("%s %s: %s, not %s"
                            .formatted(column, every.columns().get(column), text, expected));
                }
            }
        }
        return wrong;
    }

    /** Every count, least, greatest and sum of a column that differs. */
    List<String> wrongAggregates() throws SQLException {
        List<Probe> probes = new ArrayList<>();
        every.columns().forEach((column, type) -> {
            if (!trinoTypes.get(column).startsWith("array(")) {
                probes.addAll(Probe.aggregates(engine, column, type, trinoTypes.get(column), held(column)));
            }
        });
        List<String> wrong = new ArrayList<>();
        for (List<Probe> some : inPieces(probes)) {
            List<String> mine = Queries.rows(postgres, select("", some, Probe::postgres, MINE))
                    .get(0);
            List<String> theirs =
                    engine.rows(select("", some, Probe::theirs, THEIRS)).get(0);
            for (int i = 0; i < some.size(); i++) {
                if (!Objects.equals(mine.get(i), theirs.get(i))) {
                    wrong.add("%s: %s, not %s".formatted(some.get(i), theirs.get(i), mine.get(i)));
                }
            }
        }
        return wrong;
    }

    /** The rows whose value is in the column itself. */
    private String held(String column) {
        return exceptions.entrySet().stream()
                .filter(row -> row.getValue().containsKey(column))
                .map(row -> ", " + row.getKey())
                .collect(Collectors.joining("", "id NOT IN (-1", ")"));
    }

    private static List<List<Probe>> inPieces(List<Probe> probes) {
        List<List<Probe>> pieces = new ArrayList<>();
        for (int from = 0; from < probes.size(); from += PROBES_AT_ONCE) {
            pieces.add(probes.subList(from, Math.min(from + PROBES_AT_ONCE, probes.size())));
        }
        return pieces;
    }

    private static String select(String first, List<Probe> probes, Function<Probe, String> expression, String from) {
        return "SELECT " + first + probes.stream().map(expression).collect(Collectors.joining(",\n")) + from;
    }
}
