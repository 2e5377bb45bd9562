package dev.firn.athena;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testing.SparkServer;
import dev.firn.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spark, with the libraries of Hive, reads the archive by what {@code athena ddl} prints for Athena and for Spark, and
 * answers as PostgreSQL does.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SparkIT {

    /** Both kinds of SQL that Spark takes. */
    private static final List<Dialect> DIALECTS = List.of(Dialect.ATHENA, Dialect.SPARK);

    private QueriedArchive archive;
    private Connection owner;
    private SparkServer server;
    private Engine spark;

    @BeforeAll
    void start(@TempDir Path home) throws SQLException {
        archive = new QueriedArchive(home);
        owner = archive.owner();
        server = SparkServer.start(home, archive.s3().bucket(), archive.bucket(), QueriedArchive.PREFIX);
        spark = new SparkEngine(server);
    }

    @AfterAll
    void stop() throws SQLException {
        server.close();
        archive.close();
    }

    @Test
    void everyValueOfEveryTypeIsThere() throws SQLException {
        EveryType every = new EveryType();
        every.create(owner);
        archive.archive("kinds.everything");
        for (Dialect dialect : DIALECTS) {
            tell("kinds.everything", dialect);
            EveryTypeAnswers answers = EveryTypeAnswers.of(every, owner, spark);

            assertThat(answers.wrongValues()).as("values by %s", dialect).isEmpty();
            assertThat(answers.wrongExceptions())
                    .as("exceptions by %s", dialect)
                    .isEmpty();
            assertThat(answers.exceptions()).isGreaterThan(50);
            assertThat(answers.wrongAggregates())
                    .as("aggregates by %s", dialect)
                    .isEmpty();
            assertThat(spark.value("SELECT count(*) FROM firn_test.kinds_everything_natural"))
                    .isEqualTo(Queries.value(owner, "SELECT count(*) FROM kinds.everything"));
            assertThat(timesInNewYork(every))
                    .as("a time of no zone, and a moment, by %s", dialect)
                    .containsExactly(
                            dialect == Dialect.SPARK ? "2024-12-05 10:11:12.123456" : "2024-12-05 05:11:12.123456",
                            "1733393472123456");
        }
        Filters.create(every, owner);
        archive.archive("kinds.filtered");
        tell("kinds.filtered", Dialect.SPARK);
        assertThat(Filters.wrong(owner, spark)).isEmpty();
    }

    private List<String> timesInNewYork(EveryType every) throws SQLException {
        spark.rows("SET spark.sql.session.timeZone = America/New_York");
        List<String> times = spark.rows(
                        "SELECT CAST(%s AS string), unix_micros(%s) FROM firn_test.kinds_everything WHERE id = 0"
                                .formatted(
                                        every.columnOf("pg_catalog.\"timestamp\""),
                                        every.columnOf("pg_catalog.\"timestamptz\"")))
                .get(0);
        spark.rows("SET spark.sql.session.timeZone = UTC");
        return times;
    }

    @Test
    void eventsAreAnsweredAsInPostgresAndTogetherWithLiveOnes() throws SQLException, IOException {
        Shapes.events(archive);
        for (Dialect dialect : DIALECTS) {
            tell("events.messages", dialect);

            assertThat(spark.rows(Shapes.streams("firn_test.events_messages")))
                    .isEqualTo(Queries.rows(owner, Shapes.streams("events.kept")));
            assertThat(
                            spark.rows(
                                    """
                                    SELECT CAST(to_date(time) AS string), count(*),
                                           CAST(sum(CAST(get_json_object(data, '$.amount') AS decimal(20, 2))) AS string)
                                    FROM firn_test.events_messages_natural GROUP BY 1 ORDER BY 1"""))
                    .isEqualTo(Queries.rows(
                            owner,
                            "SELECT to_char(time, 'YYYY-MM-DD'), count(*), sum((data->>'amount')::decimal(20, 2))::text"
                                    + " FROM events.kept GROUP BY 1 ORDER BY 1"));
        }
        assertArchiveAndLiveRowsAreOneAnswer();
    }

    /** What the README says, but for the names. */
    private void assertArchiveAndLiveRowsAreOneAnswer() throws SQLException, IOException {
        Queries.execute(
                owner,
                "CREATE TABLE events.live AS SELECT * FROM events.kept WHERE position % 10 = 0",
                """
                INSERT INTO events.live (time, global_position, position, stream_name, type, id)
                SELECT now(), i, 1000 + i, 'account-' || i, 'New', gen_random_uuid() FROM generate_series(1, 50) i""");
        String readme = Files.readString(Path.of("..", "README.md"));
        Matcher block =
                Pattern.compile("```sql\\n(-- Spark.*?)```", Pattern.DOTALL).matcher(readme);
        assertThat(block.find()).isTrue();
        List<String> statements = Queries.statements(block.group(1)
                .replaceFirst(
                        "'jdbc:postgresql:[^']*'",
                        "'%s', user '%s', password '%s'"
                                .formatted(archive.database().jdbcUrl(), TestDatabase.ARCHIVER, TestDatabase.PASSWORD))
                .replace("'tsdb_default.messages'", "'events.live'")
                .replace("firn_default.tsdb_default_messages", "firn_test.events_messages"));

        spark.executePrinted(statements.get(0));
        assertThat(spark.rows(statements.get(1) + " ORDER BY 1"))
                .isEqualTo(
                        Queries.rows(
                                owner,
                                """
                        SELECT stream_name, count(*) FROM (
                          SELECT id, stream_name FROM events.kept UNION SELECT id, stream_name FROM events.live) rows
                        GROUP BY 1 ORDER BY 1"""));
    }

    @Test
    void columnsAddedDroppedAndWidenedAreOneTable() throws SQLException {
        Shapes.evolve(archive);
        for (Dialect dialect : DIALECTS) {
            tell("shapes.evolved", dialect);

            assertThat(Shapes.evolved(spark)).as("by %s", dialect).isEqualTo(Shapes.evolved(owner));
        }
    }

    @Test
    void flowTracesAreAnsweredAsInPostgres() throws SQLException {
        FlowTraces.fill(archive);
        String session = FlowTraces.session(owner);
        for (Dialect dialect : DIALECTS) {
            for (String table : FlowTraces.TABLES) {
                tell(table, dialect);
            }

            assertThat(FlowTraces.answers(spark, session))
                    .as("by %s", dialect)
                    .isEqualTo(FlowTraces.answers(owner, session));
        }
    }

    @Test
    void tablesByDayByNumberAndWithoutAGridShowAllRows() throws SQLException {
        Shapes.others(archive);
        for (Dialect dialect : DIALECTS) {
            for (String table : Shapes.OTHERS) {
                tell(table, dialect);
            }

            assertThat(Shapes.others(spark)).as("by %s", dialect).isEqualTo(Shapes.EXPECTED);
        }
    }

    @Test
    void whatIsArchivedLaterIsShownOncePartitionsAreLookedUpAgain() throws SQLException {
        String sum = "SELECT sum(n) FROM firn_test.shapes_hours_natural";
        Queries.execute(
                owner,
                "CREATE TABLE shapes.hours (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at)",
                Shapes.week("hours", "2024-01-04", "2024-01-11"),
                "INSERT INTO shapes.hours VALUES ('2024-01-05Z', 1)");
        archive.archive("shapes.hours");
        tell("shapes.hours", Dialect.ATHENA);
        assertThat(spark.value(sum)).isEqualTo("1");

        // A late row of what is archived and dropped, which lies beside the first, and one of the week after.
        Queries.execute(
                owner,
                Shapes.week("hours", "2024-01-04", "2024-01-11"),
                Shapes.week("hours", "2024-01-11", "2024-01-18"),
                "INSERT INTO shapes.hours VALUES ('2024-01-06Z', 2), ('2024-01-12Z', 4)");
        archive.archive("shapes.hours");
        spark.executePrinted(repair(archive.ddl("shapes.hours", Dialect.ATHENA)));

        assertThat(spark.value(sum)).isEqualTo("7");
    }

    /** Executes what is printed, and the statement that its comments ask of those who do not compute partitions. */
    private void tell(String table, Dialect dialect) throws SQLException {
        String printed = archive.ddl(table, dialect);
        spark.executePrinted(printed);
        if (!printed.contains("\nMSCK")) {
            spark.executePrinted(repair(printed));
        }
    }

    /** The statement in the comments that makes partitions known. */
    private static String repair(String printed) {
        Matcher statement =
                Pattern.compile("MSCK REPAIR TABLE `[a-z_]+`\\.`[a-z_]+`").matcher(printed.replace("\n--  ", ""));
        assertThat(statement.find()).as(printed).isTrue();
        return statement.group();
    }
}
