package dev.firn.athena;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import dev.firn.parquet.AvroRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/** Who knows no table, only files: DuckDB, as the README says, and parquet-avro. They answer as PostgreSQL does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlainFilesIT {

    private static final String NAME = "tsdb_default.messages";

    private QueriedArchive archive;
    private Connection owner;
    private Connection duckdb;
    private Engine engine;

    @BeforeAll
    void start(@TempDir Path home) throws SQLException {
        archive = new QueriedArchive(home);
        owner = archive.owner();
        Properties settings = new Properties();
        settings.setProperty("autoinstall_known_extensions", "false");
        duckdb = DriverManager.getConnection("jdbc:duckdb:", settings);
        engine = new DuckDbEngine(duckdb);
        engine.executePrinted("SET TimeZone = 'UTC';\nCREATE SCHEMA firn_test;\n");
    }

    @AfterAll
    void stop() throws SQLException {
        duckdb.close();
        archive.close();
    }

    @Test
    void everyValueOfEveryTypeIsThere() throws SQLException, IOException {
        EveryType every = new EveryType();
        every.create(owner);
        archive.archive("kinds.everything");
        tell("kinds.everything");

        EveryTypeAnswers answers = EveryTypeAnswers.of(every, owner, engine);
        assertThat(answers.wrongValues()).as("DuckDB's values").isEmpty();
        assertThat(answers.wrongExceptions()).isEmpty();
        assertThat(answers.exceptions()).isGreaterThan(50);
        assertThat(answers.wrongAggregates()).as("DuckDB's aggregates").isEmpty();
        assertThat(answers.wrongRecords(records("kinds.everything")))
                .as("parquet-avro's values")
                .isEmpty();

        Filters.create(every, owner);
        archive.archive("kinds.filtered");
        tell("kinds.filtered");
        assertThat(Filters.wrong(owner, engine)).isEmpty();
    }

    @Test
    void columnsAddedDroppedAndWidenedAreReadAsTheReadmeSays() throws SQLException, IOException {
        Shapes.evolve(archive);
        tell("shapes.evolved");
        assertThat(readme()).contains("coalesce(n_2, n)");
        engine.executePrinted(
                """
                CREATE VIEW firn_test.shapes_evolved_natural AS
                SELECT * REPLACE (coalesce(n_2, n) AS n, coalesce(price_2, price) AS price, coalesce(f_2, f) AS f)
                FROM firn_test.shapes_evolved;
                """);

        assertThat(Shapes.evolved(engine)).isEqualTo(Shapes.evolved(owner));
        assertThat(engine.rows("SELECT DISTINCT chunk, typeof(chunk) FROM firn_test.shapes_evolved ORDER BY 1"))
                .as("as the other engines have it")
                .containsExactly(List.of("20240104T000000Z", "VARCHAR"), List.of("20240111T000000Z", "VARCHAR"));
        List<GenericRecord> records = records("shapes.evolved");
        assertThat(records).hasSize(100);
        assertThat(records.stream()
                        .mapToLong(row -> ((Number) first(row, "n_2", "n")).longValue())
                        .sum())
                .hasToString(Queries.value(owner, "SELECT sum(n) FROM shapes.kept"));
    }

    private static Object first(GenericRecord row, String newer, String older) {
        return row.get(row.hasField(newer) ? newer : older);
    }

    @Test
    void tablesByDayByNumberOfSeveralFilesAndWithoutAGridShowAllRows() throws SQLException, IOException {
        Shapes.others(archive);
        for (String table : Shapes.OTHERS) {
            tell(table);
        }

        assertThat(Shapes.others(engine)).isEqualTo(Shapes.EXPECTED);
        assertThat(files("shapes.by_day")).hasSize(5);
        assertThat(files("shapes.files").stream().map(Path::getParent).distinct())
                .hasSize(1);
        assertThat(files("shapes.files")).hasSizeGreaterThan(1);
        for (String table : Shapes.OTHERS) {
            assertThat(records(table))
                    .as("parquet-avro's records of %s", table)
                    .hasSize(Integer.parseInt(
                            engine.value("SELECT count(*) FROM firn_test." + table.replace('.', '_'))));
        }
    }

    @Test
    void theReadmesQueryOverTheArchiveAndLiveRowsIsAnsweredAsInPostgres(@TempDir Path home)
            throws SQLException, IOException {
        Shapes.events(archive);
        Queries.execute(
                owner,
                "CREATE TABLE events.live AS SELECT * FROM events.kept WHERE position % 10 = 0",
                """
                INSERT INTO events.live (time, global_position, position, stream_name, type, id)
                SELECT now(), i, 1000 + i, 'account-' || i, 'New', gen_random_uuid() FROM generate_series(1, 50) i""");
        Matcher copy = Pattern.compile("\\\\copy (\\(.*?\\)) to live\\.csv (csv header)")
                .matcher(readme());
        assertThat(copy.find()).isTrue();
        Path live = home.resolve("live.csv");
        owner.unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut(
                        "COPY %s TO STDOUT %s".formatted(copy.group(1).replace(NAME, "events.live"), copy.group(2)),
                        Files.newOutputStream(live));
        List<String> statements = Queries.statements(over("events.messages", block("DuckDB, which")));
        assertThat(statements).hasSize(2);
        Queries.execute(duckdb, statements.get(0));

        assertThat(engine.rows(statements.get(1) + " ORDER BY 1"))
                .isEqualTo(Queries.rows(owner, "SELECT stream_name, count(*) FROM events.kept GROUP BY 1 ORDER BY 1"));
        assertThat(engine.rows(Queries.statements(block("DuckDB, after")).get(0).replace("live.csv", live.toString())
                        + " ORDER BY 1"))
                .isEqualTo(
                        Queries.rows(
                                owner,
                                """
                        SELECT stream_name, count(*) FROM (
                          SELECT id, stream_name FROM events.kept UNION SELECT id, stream_name FROM events.live) rows
                        GROUP BY 1 ORDER BY 1"""));
    }

    /** A view of a table's files, by the README's own way to read them. */
    private void tell(String table) throws SQLException, IOException {
        Matcher reading =
                Pattern.compile("read_parquet\\(.*?\\)", Pattern.DOTALL).matcher(block("DuckDB"));
        assertThat(reading.find()).isTrue();
        String files = over(table, reading.group());
        engine.executePrinted("CREATE VIEW firn_test.%s AS SELECT * FROM %s;\n"
                .formatted(
                        ExternalTable.engineName(TableName.parse(table)),
                        table.equals("shapes.by_day") ? files.replace("'chunk'", "'dt'") : files));
    }

    private String over(String table, String sql) {
        return sql.replace(
                "archive/default/" + NAME + "/data", archive.data(table).toString());
    }

    private List<Path> files(String table) throws IOException {
        try (Stream<Path> found = Files.walk(archive.data(table))) {
            return found.filter(file -> file.toString().endsWith(".parquet")).toList();
        }
    }

    private List<GenericRecord> records(String table) throws IOException {
        List<GenericRecord> records = new ArrayList<>();
        for (Path file : files(table)) {
            records.addAll(AvroRecords.of(file));
        }
        return records;
    }

    private static String readme() throws IOException {
        return Files.readString(Path.of("..", "README.md"));
    }

    /** The SQL of the README for an engine. */
    private static String block(String engine) throws IOException {
        Matcher block = Pattern.compile("```sql\\n(-- " + engine + ".*?)```", Pattern.DOTALL)
                .matcher(readme());
        assertThat(block.find()).isTrue();
        return block.group(1);
    }
}
