package dev.firn.athena;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.S3Server;
import dev.firn.testing.TestDatabase;
import dev.firn.testing.TrinoServer;
import dev.firn.types.PinnedSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The engine behind Athena reads the archive by what `athena ddl` prints, and answers as PostgreSQL does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrinoIT {

    private static final String TABLES =
            """
            kinds.everything { archive-after = 1d, drop-after = never }
            events.messages { archive-after = 1d, parquet { page-rows = 1000 } }
            shapes.evolved { archive-after = 1d }
            shapes.hours { archive-after = 1d }
            shapes.by_day { archive-after = 1d, partition-by = day }
            shapes.numbers { archive-after = 1 }
            shapes.odd { archive-after = 1d }
            """;

    private S3Server s3;
    private TestDatabase database;
    private Connection owner;
    private TrinoServer server;
    private Connection trino;
    private Firn firn;

    @BeforeAll
    void start(@TempDir Path home) throws SQLException {
        s3 = S3Server.overDirectory(createDirectory(home.resolve("s3")));
        server = TrinoServer.start(home, s3);
        trino = server.connect();
        database = TestDatabase.create();
        owner = database.owner();
        Queries.execute(owner, PinnedSettings.statements().toArray(String[]::new));
        Queries.execute(owner, "CREATE SCHEMA shapes");
        firn = Firn.configure(database, home, s3.settings("firn"), s3.settings("firn"), TABLES)
                .init();
    }

    @AfterAll
    void stop() throws SQLException {
        trino.close();
        server.close();
        owner.close();
        database.close();
        s3.close();
    }

    @Test
    void everyValueOfEveryTypeIsThere() throws SQLException {
        EveryType every = new EveryType();
        every.create(owner);
        archive("kinds.everything");
        tell("kinds.everything");
        EveryTypeAnswers answers = EveryTypeAnswers.of(every, owner, trino);

        assertThat(answers.wrongValues()).isEmpty();
        assertThat(answers.wrongExceptions()).isEmpty();
        assertThat(answers.exceptions()).isGreaterThan(50);
        assertThat(answers.wrongAggregates()).isEmpty();
        assertThat(Queries.value(trino, "SELECT count(*) FROM firn_test.kinds_everything_natural"))
                .isEqualTo(Queries.value(owner, "SELECT count(*) FROM kinds.everything"));
        String natural = " FROM firn_test.kinds_everything_natural WHERE chunk = '20240101T000000Z'";
        String jsonb = every.columnOf("pg_catalog.\"jsonb\"");
        assertThat(Queries.rows(
                        trino,
                        "SELECT json_format(%1$s)%2$s AND %1$s IS NOT NULL ORDER BY id".formatted(jsonb, natural)))
                .containsExactly(
                        List.of("{\"a\":1.1,\"b\":[null,\"é\"]}"),
                        List.of("null"),
                        List.of("1" + "0".repeat(400)),
                        List.of("\"\""));
        String moment = every.columnOf("pg_catalog.\"timestamptz\"");
        assertThat(Queries.value(trino, "SELECT %s%s AND id = 0".formatted(moment, natural)))
                .isEqualTo("2024-12-05 10:11:12.123456 UTC");
        assertThatThrownBy(() -> Queries.rows(trino, "SELECT " + moment + natural))
                .as("what has no natural form is no other moment")
                .hasMessageContaining("Millis overflow");
    }

    @Test
    void eventsAreAnsweredAsInPostgresAndFewPagesAreRead() throws SQLException {
        EventStore events = EventStore.create(owner, "events", 3);
        events.fill(
                owner,
                7,
                EventStore.FIRST_WEEK,
                EventStore.FIRST_WEEK.plus(EventStore.WEEK.multipliedBy(3)),
                60_000,
                600,
                EventStore.Payload.LIFELIKE);
        events.compressAll(owner);
        Queries.execute(owner, "CREATE TABLE events.kept AS TABLE events.messages");
        archive("events.messages");
        tell("events.messages");

        assertThat(Queries.value(owner, "SELECT count(*) FROM events.messages")).isEqualTo("0");
        String streams = "SELECT stream_name, count(*), count(DISTINCT id), min(position), max(position),"
                + " sum(global_position), count(metadata) FROM %s GROUP BY 1 ORDER BY 1";
        assertThat(Queries.rows(trino, streams.formatted("firn_test.events_messages")))
                .isEqualTo(Queries.rows(owner, streams.formatted("events.kept")));
        // The state of streams at a time, a replay, and a time line, on the view.
        String moment = "TIMESTAMP '2024-01-16 12:00:00 UTC'";
        assertThat(Queries.rows(
                        trino,
                        """
                        SELECT stream_name, max_by(type, position), max_by(json_extract_scalar(data, '$.currency'), position)
                        FROM firn_test.events_messages_natural WHERE time <= %s GROUP BY 1 ORDER BY 1"""
                                .formatted(moment)))
                .isEqualTo(
                        Queries.rows(
                                owner,
                                """
                        SELECT DISTINCT ON (stream_name) stream_name, type, data->>'currency'
                        FROM events.kept WHERE time <= '2024-01-16 12:00:00Z' ORDER BY stream_name, position DESC"""));
        assertThat(
                        Queries.rows(
                                trino,
                                "SELECT position, type, CAST(id AS varchar), json_extract_scalar(data, '$.transferId') FROM"
                                        + " firn_test.events_messages_natural WHERE stream_name = 'account-17' ORDER BY position"))
                .isEqualTo(Queries.rows(
                        owner,
                        "SELECT position, type, id::text, data->>'transferId' FROM events.kept"
                                + " WHERE stream_name = 'account-17' ORDER BY position"))
                .hasSize(100);
        assertThat(Queries.rows(
                        trino,
                        "SELECT format_datetime(date_trunc('day', time), 'yyyy-MM-dd'), count(*),"
                                + " CAST(sum(CAST(json_extract_scalar(data, '$.amount') AS decimal(20, 2))) AS varchar)"
                                + " FROM firn_test.events_messages_natural GROUP BY 1 ORDER BY 1"))
                .isEqualTo(Queries.rows(
                        owner,
                        "SELECT to_char(time, 'YYYY-MM-DD'), count(*), sum((data->>'amount')::decimal(20, 2))::text"
                                + " FROM events.kept GROUP BY 1 ORDER BY 1"));
        assertOnlyWhatIsAskedForIsRead();
    }

    private void assertOnlyWhatIsAskedForIsRead() throws SQLException {
        String all = "SELECT stream_name, position, data, metadata FROM firn_test.events_messages";
        long everything = bytesRead(all);
        long oneChunk = bytesRead(all + " WHERE chunk = '20240111T000000Z'");
        long laterChunks = bytesRead(all + " WHERE chunk >= '20240111T000000Z'");
        long oneStream = bytesRead(all + " WHERE stream_name = 'account-17'");
        long noStream = bytesRead(all + " WHERE stream_name = 'account-none'");

        System.out.printf(
                "read: all %d bytes, one chunk of three %d, two %d, one stream of 600 %d, no stream %d%n",
                everything, oneChunk, laterChunks, oneStream, noStream);
        assertThat(Queries.rows(
                        trino,
                        "SELECT DISTINCT regexp_extract(\"$path\", 'chunk=[^/]*') FROM firn_test.events_messages"
                                + " WHERE chunk >= '20240111T000000Z' ORDER BY 1"))
                .containsExactly(List.of("chunk=20240111T000000Z"), List.of("chunk=20240118T000000Z"));
        assertThat(everything).isGreaterThan(1 << 20);
        assertThat((double) oneChunk / everything).isBetween(0.2, 0.45);
        assertThat((double) laterChunks / everything).isBetween(0.5, 0.8);
        assertThat((double) oneStream / everything).isLessThan(0.2);
        assertThat(noStream).isLessThan(oneStream);
    }

    private long bytesRead(String query) throws SQLException {
        String plan = Queries.value(trino, "EXPLAIN ANALYZE VERBOSE " + query);
        Matcher sizes = Pattern.compile("Physical input: ([0-9.]+)(B|kB|MB)").matcher(plan);
        long bytes = 0;
        while (sizes.find()) {
            double unit = sizes.group(2).equals("B") ? 1 : sizes.group(2).equals("kB") ? 1 << 10 : 1 << 20;
            bytes = Math.max(bytes, (long) (Double.parseDouble(sizes.group(1)) * unit));
        }
        return bytes;
    }

    @Test
    void columnsAddedDroppedAndWidenedAreOneTable() throws SQLException {
        Queries.execute(
                owner,
                """
                CREATE TABLE shapes.evolved (at timestamptz NOT NULL, n int, price numeric(7,2), gone text, label varchar(3),
                                             f real, odd int) PARTITION BY RANGE (at)""",
                week("evolved", "2024-01-04", "2024-01-11"),
                """
                INSERT INTO shapes.evolved SELECT timestamptz '2024-01-05Z' + i * interval '1 hour', i, i + 0.25, 'g' || i, 'abc', i, i
                FROM generate_series(1, 50) i""",
                "CREATE TABLE shapes.kept AS TABLE shapes.evolved");
        archive("shapes.evolved");
        String[] changes = {
            "ALTER TABLE shapes.%s ALTER n TYPE bigint",
            "ALTER TABLE shapes.%s ALTER price TYPE numeric(12,4)",
            "ALTER TABLE shapes.%s ALTER label TYPE varchar(30)",
            "ALTER TABLE shapes.%s ALTER f TYPE double precision",
            "ALTER TABLE shapes.%s ALTER odd TYPE text",
            "ALTER TABLE shapes.%s DROP COLUMN gone",
            "ALTER TABLE shapes.%s ADD COLUMN fresh jsonb"
        };
        for (String change : changes) {
            Queries.execute(owner, change.formatted("evolved"), change.formatted("kept"));
        }
        Queries.execute(
                owner,
                week("evolved", "2024-01-11", "2024-01-18"),
                """
                INSERT INTO shapes.evolved (at, n, price, label, f, odd, fresh)
                SELECT timestamptz '2024-01-12Z' + i * interval '1 hour', i * 5000000000, i + 0.1234, 'longer', 0.1 * i, 'x' || i, '{"a": 1}'
                FROM generate_series(1, 50) i""",
                "INSERT INTO shapes.kept (at, n, price, label, f, odd, fresh)"
                        + " SELECT at, n, price, label, f, odd, fresh FROM shapes.evolved");
        archive("shapes.evolved");
        String printed = tell("shapes.evolved");

        assertThat(printed).contains("ONE COLUMN, TWO NAMES").contains("odd_2 (\"odd\" text) and odd (integer)");
        assertThat(Queries.rows(
                        trino,
                        "SELECT count(*), count(n), sum(n), CAST(sum(price) AS varchar), count(DISTINCT label), sum(f),"
                                + " count(coalesce(odd_2, CAST(odd AS varchar))), count(fresh), count(gone)"
                                + " FROM firn_test.shapes_evolved_natural"))
                .isEqualTo(Queries.rows(
                        owner,
                        "SELECT count(*), count(n), sum(n), sum(price)::text, count(DISTINCT label), sum(f),"
                                + " count(odd), count(fresh), 50 FROM shapes.kept"));
    }

    @Test
    void aFinerGridThanWasPrintedIsWarnedOfAndPrintedAnewShowsAllRows() throws SQLException {
        Queries.execute(
                owner,
                "CREATE TABLE shapes.hours (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at)",
                week("hours", "2024-01-04", "2024-01-11"),
                "INSERT INTO shapes.hours VALUES ('2024-01-05Z', 1)");
        archive("shapes.hours");
        tell("shapes.hours");
        assertThat(count("shapes_hours")).isEqualTo("1");
        assertThat(status("shapes.hours")).doesNotContain("query engines");

        Queries.execute(
                owner,
                "CREATE TABLE shapes.hours_1 PARTITION OF shapes.hours FOR VALUES FROM ('2024-01-11Z') TO ('2024-01-11 07:30Z')",
                "CREATE TABLE shapes.hours_2 PARTITION OF shapes.hours FOR VALUES FROM ('2024-01-11 07:30Z') TO ('2024-01-12Z')",
                "INSERT INTO shapes.hours VALUES ('2024-01-11 07:00Z', 2), ('2024-01-11 08:00Z', 3)");
        archive("shapes.hours");

        assertThat(count("shapes_hours"))
                .as("what is beside the grid is hidden")
                .isEqualTo("2");
        assertThat(status("shapes.hours"))
                .contains(
                        "warning: query engines do not see [2024-01-11T07:30:00Z, 2024-01-12) if they were told of this");
        assertThat(tell("shapes.hours")).contains("a multiple of 90 MINUTES later");
        assertThat(count("shapes_hours")).isEqualTo("3");
    }

    @Test
    void tablesByDayByNumberAndWithoutAGridShowAllRows() throws SQLException {
        Queries.execute(
                owner,
                "CREATE TABLE shapes.by_day (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at)",
                week("by_day", "2024-01-04", "2024-01-11"),
                "INSERT INTO shapes.by_day SELECT '2024-01-04Z'::timestamptz + i * interval '1 hour', i FROM generate_series(0, 99) i",
                "CREATE TABLE shapes.numbers (at bigint NOT NULL, n int) PARTITION BY RANGE (at)",
                "CREATE TABLE shapes.numbers_1 PARTITION OF shapes.numbers FOR VALUES FROM (0) TO (100)",
                "CREATE TABLE shapes.numbers_2 PARTITION OF shapes.numbers FOR VALUES FROM (100) TO (200)",
                "CREATE TABLE shapes.numbers_3 PARTITION OF shapes.numbers FOR VALUES FROM (400) TO (500)",
                "CREATE TABLE shapes.numbers_4 PARTITION OF shapes.numbers FOR VALUES FROM (900) TO (1000)",
                "INSERT INTO shapes.numbers SELECT i, i FROM generate_series(0, 199) i UNION ALL SELECT 499, 499 UNION ALL SELECT 999, 999",
                "CREATE TABLE shapes.odd (at timestamp NOT NULL, n int) PARTITION BY RANGE (at)",
                "CREATE TABLE shapes.odd_1 PARTITION OF shapes.odd FOR VALUES FROM (MINVALUE) TO ('2024-01-01')",
                "CREATE TABLE shapes.odd_2 PARTITION OF shapes.odd FOR VALUES FROM ('2024-01-01 00:00:00.5') TO ('2024-01-02')",
                "INSERT INTO shapes.odd VALUES ('2023-06-01', 1), ('-infinity', 2), ('2024-01-01 12:00', 3)");
        for (String table : List.of("by_day", "numbers", "odd")) {
            archive("shapes." + table);
        }

        assertThat(tell("shapes.by_day")).contains("every day from 2024-01-04");
        assertThat(
                        Queries.rows(
                                trino,
                                "SELECT count(*), count(DISTINCT dt), sum(n) FROM firn_test.shapes_by_day WHERE dt >= '2024-01-05'"))
                .containsExactly(List.of("76", "4", "4674"));
        assertThat(count("shapes_by_day")).isEqualTo("100");
        assertThat(tell("shapes.numbers")).contains("a multiple of 100 later, until 100400");
        assertThat(count("shapes_numbers")).isEqualTo("201");
        assertThat(Queries.value(
                        trino, "SELECT sum(n) FROM firn_test.shapes_numbers WHERE chunk = '0000000000000000400'"))
                .isEqualTo("499");
        assertThat(tell("shapes.odd")).contains("is not written as a plain date and second");
        assertThat(count("shapes_odd")).isEqualTo("3");
        assertThat(Queries.value(trino, "SELECT firn_exceptions['at'] FROM firn_test.shapes_odd WHERE at IS NULL"))
                .isEqualTo("-infinity");
    }

    private void archive(String table) {
        String ran = firn.succeed("run", Firn.NAMESPACE, "--table", table).out();
        assertThat(ran).contains(" 0 failed");
    }

    /** Executes what is printed, and answers it with every comment on one line. */
    private String tell(String table) throws SQLException {
        String printed = firn.succeed("athena", "ddl", Firn.NAMESPACE, "--table", table, "--dialect", "trino")
                .out();
        Queries.executePrinted(trino, printed);
        return printed.replace("\n--  ", "");
    }

    private String status(String table) {
        return firn.succeed("status", Firn.NAMESPACE, "--table", table).out();
    }

    private String count(String name) throws SQLException {
        return Queries.value(trino, "SELECT count(*) FROM firn_test." + name);
    }

    private static String week(String table, String from, String to) {
        return "CREATE TABLE shapes.%s_%s PARTITION OF shapes.%s FOR VALUES FROM ('%s 00:00Z') TO ('%s 00:00Z')"
                .formatted(table, from.replace("-", ""), table, from, to);
    }

    private static Path createDirectory(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
