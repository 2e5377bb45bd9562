package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code --where} finds is what WHERE finds in PostgreSQL: in a table beside the original, and on standard output. */
class WhereIT {

    private static final String TABLE = "app.things";
    private static final List<String> DECIDED_BY_THE_DATABASE = List.of("label<", "addr", "mood<", "vc<", "vc>");

    @TempDir
    private static Path home;

    private static TestDatabase database;
    private static Connection owner;
    private static Rehydrate rehydrate;

    @BeforeAll
    static void archive() throws SQLException {
        database = TestDatabase.create();
        owner = database.owner();
        execute("CREATE SCHEMA app");
        execute("CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'happy')");
        execute("CREATE DOMAIN app.positive AS integer CHECK (VALUE > 0)");
        execute("CREATE COLLATION app.loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
        execute(
                """
                CREATE TABLE app.things (
                  at timestamptz NOT NULL, n integer, s smallint, b bigint, pos app.positive, r real, d double precision,
                  num numeric, dec numeric(8,2), label text, fuzzy text COLLATE app.loose, vc varchar(6), c char(4),
                  mood app.mood, ok boolean, id uuid, day date, until timestamptz(3), addr inet, doc jsonb, raw json,
                  span int4range, tags text[], made integer GENERATED ALWAYS AS (n * 2) STORED, "Odd=name" text
                ) PARTITION BY RANGE (at)""");
        execute("CREATE TABLE app.week_1 PARTITION OF app.things"
                + " FOR VALUES FROM ('2024-01-01 00:00Z') TO ('2024-01-08 00:00Z')");
        execute(
                """
                INSERT INTO app.things
                  (at, n, s, b, pos, r, d, num, dec, label, fuzzy, vc, c, mood, ok, id, day, until, addr, doc, raw, span, tags, "Odd=name")
                SELECT timestamptz '2024-01-01 00:00Z' + i * interval '10 minutes', nullif(i % 50, 7) - 20, i % 10, i * 1e10, i + 1,
                       CASE i % 9 WHEN 0 THEN 'NaN' WHEN 1 THEN '-0' WHEN 2 THEN 0 ELSE i / 7.0 END,
                       CASE i % 9 WHEN 0 THEN 'NaN' WHEN 1 THEN '-0' WHEN 2 THEN 'Infinity' ELSE i / 7.0 END,
                       CASE i % 9 WHEN 0 THEN 'NaN' WHEN 1 THEN 1.0 WHEN 2 THEN 1.00 ELSE i / 8.0 END,
                       CASE i % 9 WHEN 0 THEN 'NaN' ELSE i / 8.0 END,
                       (ARRAY['a', 'B', 'ä', 'b', '', 'A'])[1 + i % 6], (ARRAY['a', 'B', 'ä', 'b', '', 'A'])[1 + i % 6],
                       'v' || i % 7, 'c' || i % 5, (ARRAY['sad', 'ok', 'happy'])[1 + i % 3]::app.mood, i % 2 = 0,
                       md5((i / 10)::text)::uuid,
                       CASE i % 100 WHEN 0 THEN 'infinity' WHEN 1 THEN '-infinity' ELSE date '2024-01-01' + i % 40 END,
                       CASE i % 100 WHEN 0 THEN 'infinity' WHEN 1 THEN NULL
                            ELSE timestamptz '2024-02-01 00:00Z' + i * interval '1.5 seconds' END,
                       ('10.0.0.' || i % 5)::inet, jsonb_build_object('n', i % 4), '{}', int4range(i % 6, 9), ARRAY['t' || i % 3],
                       'odd ' || i % 2
                FROM generate_series(0, 899) i""");
        Firn firn = Firn.configure(
                        database,
                        home,
                        TABLE + " { archive-after = 1d, drop-after = never, parquet { page-rows = 50 } }")
                .init();
        firn.succeed("run", Firn.NAMESPACE);
        rehydrate = new Rehydrate(firn);
    }

    @AfterAll
    static void close() throws SQLException {
        owner.close();
        database.close();
    }

    @Test
    void findsWhatPostgresFinds() throws SQLException {
        String[] wheres = {
            "n=5",
            "n>=29",
            "n<=-12",
            "b<=20000000000",
            "r<=0",
            "d<=-0",
            "num<=1.0",
            "dec<=1.50",
            "label<=B",
            "vc<=v3",
            "ok<=false",
            "id<=CFCD2084-95d5-65ef-66e7-dff9f98764da",
            "day<=2024-01-05",
            "until<=2024-02-01 00:15:00+00",
            "b=10000000000",
            "pos=17",
            "r=NaN",
            "r=0",
            "d>=Infinity",
            "d=-0",
            "num=1.000",
            "num=NaN",
            "dec=1.504",
            "dec>=NaN",
            "label=a",
            "label<b",
            "label=",
            "fuzzy=A",
            "vc=v3xxxxxxxx",
            "vc>v5",
            "c=c2  ",
            "mood=ok",
            "mood<ok",
            "ok=true",
            "id=CFCD2084-95d5-65ef-66e7-dff9f98764da",
            "id<10000000-0000-0000-0000-000000000000",
            "day=infinity",
            "day<2024-01-05",
            "until=infinity",
            "until>2024-02-01 00:22:00+00",
            "addr=10.0.0.3",
            "made=10",
            "\"Odd=name\"=odd 1"
        };
        int number = 0;
        for (String where : wheres) {
            String column = where.replaceFirst("^(\"[^\"]*\"|[a-z]+).*$", "$1");
            String operator = where.substring(column.length()).replaceFirst("^([<>=]+).*$", "$1");
            String value = where.substring(column.length() + operator.length());
            String condition = "%s %s '%s'".formatted(column, operator, value);
            long expected = count(TABLE, condition);
            String sibling = "found_" + number++ % 4;
            execute("DROP TABLE IF EXISTS app.%s CASCADE".formatted(sibling));

            Firn.Ran ran = rehydrate.run("test", TABLE, "--into", "table", sibling, "--where", where);

            assertThat(ran.exitCode()).as(where + "\n" + ran.all()).isZero();
            assertThat(differences(condition, "app." + sibling)).as(where).isZero();
            assertThat(count("app." + sibling, "true")).as(where).isEqualTo(expected);
            Firn.Ran cat = rehydrate.run("cat", "test", TABLE, "--where", where);
            if (DECIDED_BY_THE_DATABASE.stream().anyMatch(where::startsWith)) {
                assertThat(cat.exitCode()).as(where + "\n" + cat.all()).isEqualTo(3);
                assertThat(cat.out()).as(where).isEmpty();
                assertThat(cat.err()).contains("only the database can tell", where);
            } else {
                // A collation of its own is none that an archive tells of: there texts are compared byte for byte.
                long printed = where.equals("fuzzy=A") ? count(TABLE, "label = 'A'") : expected;
                assertThat(cat.exitCode()).as(where + "\n" + cat.err()).isZero();
                assertThat(cat.out().lines().count() - 1).as(where).isEqualTo(printed);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"n=1e5", "n=99999999999", "mood=angry", "until=soon", "id=5", "ok=maybe", "raw={}", "span=x"})
    void aBadValueIsRefusedByColumnAndValue(String where) {
        String column = where.substring(0, where.indexOf('='));
        String value = where.substring(where.indexOf('=') + 1);

        Firn.Ran into = rehydrate.run("test", TABLE, "--into", "table", "bad", "--where", where);
        Firn.Ran cat = rehydrate.run("cat", "test", TABLE, "--where", where);

        assertThat(into.exitCode()).as(into.all()).isEqualTo(2);
        assertThat(into.err()).contains("column " + column, "'" + value + "'");
        assertThat(cat.exitCode()).as(cat.all()).isIn(2, 3);
        assertThat(cat.out()).isEmpty();
        assertThat(cat.err()).contains(column, value);
    }

    @Test
    void exactBoundsOnStandardOutput() {
        Firn.Ran ran = rehydrate.succeed(
                "cat", "test", TABLE, "--from", "2024-01-02T00:05", "--to", "2024-01-02T00:35", "--format", "ndjson");

        assertThat(ran.out().lines().toList()).hasSize(3).allMatch(line -> line.contains("2024-01-02 00:"));
    }

    private static long differences(String condition, String relation) throws SQLException {
        String there = "SELECT things::text FROM app.things WHERE " + condition;
        String here = "SELECT loaded::text FROM %s loaded".formatted(relation);
        return count("((%1$s EXCEPT ALL %2$s) UNION ALL (%2$s EXCEPT ALL %1$s)) row".formatted(there, here), "true");
    }

    private static long count(String from, String condition) throws SQLException {
        List<Long> found = new ArrayList<>();
        try (Statement statement = owner.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            try (ResultSet row =
                    statement.executeQuery("SELECT count(*) FROM %s WHERE %s".formatted(from, condition))) {
                row.next();
                found.add(row.getLong(1));
            }
        }
        return found.get(0);
    }

    private static void execute(String sql) throws SQLException {
        try (Statement statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }
}
