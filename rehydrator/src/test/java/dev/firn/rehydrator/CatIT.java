package dev.firn.rehydrator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.firn.TableName;
import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/** Archived rows on standard output, and what is said to be archived. */
class CatIT {

    private static final TableName TABLE = new TableName("app", "readings");
    private static final String COLUMNS =
            """
            at timestamptz NOT NULL, "Sensor" text, reading numeric, exact numeric(8,3), speed double precision,
            n integer, ok boolean, day date, doc jsonb, raw json, tags text[], grid integer[], id uuid, bytes bytea,
            address inet, until timestamptz, chars char(4)""";

    @TempDir
    private Path home;

    private TestDatabase database;
    private Connection owner;
    private Firn firn;
    private Rehydrate rehydrate;

    @BeforeEach
    void archiveEverything() throws SQLException {
        database = TestDatabase.create();
        owner = database.owner();
        execute("CREATE SCHEMA app");
        execute("CREATE TABLE app.readings (%s) PARTITION BY RANGE (at)".formatted(COLUMNS));
        execute(
                "CREATE TABLE app.week_1 PARTITION OF app.readings FOR VALUES FROM ('2024-01-01 00:00Z') TO ('2024-01-08 00:00Z')");
        execute(
                "CREATE TABLE app.week_2 PARTITION OF app.readings FOR VALUES FROM ('2024-01-08 00:00Z') TO ('2024-01-15 00:00Z')");
        execute(
                """
                INSERT INTO app.readings
                SELECT timestamptz '2024-01-01 00:00Z' + i * interval '1 hour', 'sensor, "' || i || E'"\\n\\\\x41', i / 7.0, i / 7.0,
                       i / 3.0, i, i % 2 = 0, date '2024-01-01' + i, jsonb_build_object('n', i, 'text', E'a\\nb'),
                       E'{"a":\\n  1}', ARRAY['a,b', NULL, '', '"q"'], ARRAY[[i, 2], [3, NULL]], gen_random_uuid(),
                       decode(md5(i::text), 'hex'), '10.0.0.1/8', 'infinity', 'ab'
                FROM generate_series(0, 299) i""");
        execute(
                "INSERT INTO app.readings (at, \"Sensor\", reading, speed) VALUES ('2024-01-02 00:30Z', '', 'NaN', 'NaN')");
        execute("INSERT INTO app.readings (at, \"Sensor\", speed) VALUES ('2024-01-02 00:31Z', '\\.', 1e300)");
        firn = Firn.configure(database, home, "app.readings { archive-after = 1d, drop-after = never }")
                .init();
        firn.succeed("run", Firn.NAMESPACE);
        rehydrate = new Rehydrate(firn);
    }

    @AfterEach
    void close() throws SQLException {
        owner.close();
        database.close();
    }

    @Test
    void csvIsWhatCopyReadsBackToTheLastBit() throws Exception {
        Digest archived = firn.inDatabase(TABLE);

        Firn.Ran ran = rehydrate.succeed("cat", Firn.NAMESPACE, TABLE.toString());

        execute("CREATE TABLE app.back (LIKE app.readings)");
        long rows = owner.unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn(
                        "COPY app.back FROM STDIN (FORMAT csv, HEADER)",
                        new ByteArrayInputStream(ran.out().getBytes(UTF_8)));
        assertThat(rows).isEqualTo(302);
        assertThat(firn.inDatabase(TABLE, new TableName("app", "back"))).isEqualTo(archived);
    }

    @Test
    void eachLineOfNdjsonIsARowWithNumbersAsNumbers() throws IOException {
        String out = rehydrate
                .succeed("cat", Firn.NAMESPACE, TABLE.toString(), "--format", "ndjson")
                .out();

        List<String> lines = out.lines().toList();
        assertThat(lines).hasSize(302);
        JsonNode row = new ObjectMapper().readTree(lines.get(4));
        assertThat(row.get("n").intValue()).isEqualTo(4);
        assertThat(row.get("ok").booleanValue()).isTrue();
        assertThat(row.get("doc").get("text").textValue()).isEqualTo("a\nb");
        assertThat(row.get("raw").get("a").intValue()).isEqualTo(1);
        assertThat(row.get("Sensor").textValue()).isEqualTo("sensor, \"4\"\n\\x41");
        assertThat(row.get("tags").toString()).isEqualTo("[\"a,b\",null,\"\",\"\\\"q\\\"\"]");
        assertThat(row.get("grid").textValue()).isEqualTo("{{4,2},{3,NULL}}");
        assertThat(row.get("until").textValue()).isEqualTo("infinity");
        assertThat(row.get("exact").decimalValue()).isEqualByComparingTo("0.571");
        assertThat(row.get("bytes").textValue()).startsWith("\\x");
        assertThat(out).contains("\"reading\":\"NaN\"").contains("\"speed\":1e+300");
    }

    @Test
    void onlyRowsOfTheSpanArePrinted() {
        String out = rehydrate
                .succeed(
                        "cat",
                        Firn.NAMESPACE,
                        TABLE.toString(),
                        "--format",
                        "ndjson",
                        "--from",
                        "2024-01-07T22:00",
                        "--to",
                        "2024-01-08T03:00+01:00")
                .out();

        assertThat(out.lines().map(line -> line.substring(0, 30)))
                .containsExactly(
                        "{\"at\":\"2024-01-07 22:00:00+00\"",
                        "{\"at\":\"2024-01-07 23:00:00+00\"",
                        "{\"at\":\"2024-01-08 00:00:00+00\"",
                        "{\"at\":\"2024-01-08 01:00:00+00\"");
    }

    @Test
    void worksWithoutTheDatabase() {
        String all = rehydrate.succeed("cat", Firn.NAMESPACE, TABLE.toString()).out();
        database.execute("ALTER ROLE %s NOLOGIN".formatted(TestDatabase.ARCHIVER));
        try {
            assertThat(rehydrate.run("list", Firn.NAMESPACE).exitCode()).isNotZero();
            assertThat(rehydrate
                            .succeed("cat", Firn.NAMESPACE, TABLE.toString())
                            .out())
                    .isEqualTo(all);
        } finally {
            database.execute("ALTER ROLE %s LOGIN".formatted(TestDatabase.ARCHIVER));
        }
    }

    @Test
    void columnsThatCameLaterAreEmptyInOlderRows() throws SQLException {
        execute("ALTER TABLE app.readings DROP COLUMN n");
        execute("ALTER TABLE app.readings ADD COLUMN n text");
        execute(
                "CREATE TABLE app.week_3 PARTITION OF app.readings FOR VALUES FROM ('2024-01-15 00:00Z') TO ('2024-01-22 00:00Z')");
        execute("INSERT INTO app.readings (at, n) VALUES ('2024-01-16 00:00Z', 'new')");
        firn.succeed("run", Firn.NAMESPACE);

        List<String> lines = rehydrate
                .succeed("cat", Firn.NAMESPACE, TABLE.toString(), "--format", "ndjson")
                .out()
                .lines()
                .toList();

        assertThat(lines.get(5)).contains("\"n\":5").doesNotContain("n_2");
        assertThat(lines.get(lines.size() - 1)).contains("\"n_2\":\"new\"").doesNotContain("\"n\":");
    }

    @Test
    void aFileThatIsNotWhatWasProvenEndsWithItsNameAndExitCode5() throws IOException {
        Manifest manifest = firn.live(TABLE).get(0);
        Path file = firn.archive().resolve(manifest.files().get(0).key());
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 3] ^= 1;
        Files.write(file, bytes);

        Firn.Ran ran = rehydrate.run("cat", Firn.NAMESPACE, TABLE.toString());

        assertThat(ran.exitCode()).isEqualTo(5);
        assertThat(ran.err()).contains(manifest.files().get(0).key()).contains("HINT: ");
    }

    @Test
    void listShowsEveryCopyAndWhereItsRowsAreBesides() throws IOException {
        assertThat(rehydrate.succeed("list", Firn.NAMESPACE).out())
                .contains("app.readings")
                .contains("2024-01-08  2024-01-15")
                .contains("archived")
                .contains("2 copies, 302 rows");

        JsonNode json = new ObjectMapper()
                .readTree(rehydrate
                        .succeed("list", Firn.NAMESPACE, TABLE.toString(), "--from", "2024-01-09", "--json")
                        .out());
        assertThat(json.get("copies")).hasSize(1);
        assertThat(json.get("copies").get(0).get("from").textValue()).isEqualTo("2024-01-08");
        assertThat(json.get("copies").get(0).get("heldUntil").isNull()).isTrue();
    }

    @Test
    void mistakesAreNamed() {
        assertThat(rehydrate.run("cat", Firn.NAMESPACE, "app.other").err())
                .contains("app.other")
                .contains("HINT: ");
        assertThat(rehydrate.run("cat", Firn.NAMESPACE, "other").exitCode()).isEqualTo(2);
        Firn.Ran empty =
                rehydrate.run("list", Firn.NAMESPACE, TABLE.toString(), "--from", "2024-01-09", "--to", "2024-01-09");
        assertThat(empty.exitCode()).isEqualTo(2);
        assertThat(empty.err()).contains("--to is exclusive");
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }
}
