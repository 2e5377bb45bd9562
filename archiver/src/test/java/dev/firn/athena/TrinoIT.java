package dev.firn.athena;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.TableName;
import dev.firn.testing.TrinoServer;
import java.io.IOException;
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

    private QueriedArchive archive;
    private Connection owner;
    private TrinoServer server;
    private Engine trino;
    private int copies;

    @BeforeAll
    void start(@TempDir Path home) throws SQLException {
        archive = new QueriedArchive(home);
        owner = archive.owner();
        server = TrinoServer.start(home, archive.s3());
        trino = new TrinoEngine(server.connect());
    }

    @AfterAll
    void stop() throws SQLException {
        server.close();
        archive.close();
    }

    @Test
    void everyValueOfEveryTypeIsThere() throws IOException, SQLException {
        EveryType every = new EveryType();
        every.create(owner);
        archive.archive("kinds.everything");
        tell("kinds.everything");
        EveryTypeAnswers answers = EveryTypeAnswers.of(every, owner, trino);

        assertThat(answers.wrongValues()).isEmpty();
        assertThat(answers.wrongExceptions()).isEmpty();
        assertThat(answers.exceptions()).isGreaterThan(50);
        assertThat(answers.wrongAggregates()).isEmpty();
        assertThat(trino.value("SELECT count(*) FROM firn_test.kinds_everything_natural"))
                .isEqualTo(Queries.value(owner, "SELECT count(*) FROM kinds.everything"));
        String natural = " FROM firn_test.kinds_everything_natural WHERE chunk = '20240101T000000Z'";
        String jsonb = every.columnOf("pg_catalog.\"jsonb\"");
        assertThat(trino.rows(
                        "SELECT json_format(%1$s)%2$s AND %1$s IS NOT NULL ORDER BY id".formatted(jsonb, natural)))
                .containsExactly(
                        List.of("{\"a\":1.1,\"b\":[null,\"é\"]}"),
                        List.of("null"),
                        List.of("1" + "0".repeat(400)),
                        List.of("\"\""));
        String moment = every.columnOf("pg_catalog.\"timestamptz\"");
        assertThat(trino.value("SELECT %s%s AND id = 0".formatted(moment, natural)))
                .isEqualTo("2024-12-05 10:11:12.123456 UTC");
        assertThatThrownBy(() -> trino.rows("SELECT " + moment + natural))
                .as("what has no natural form is no other moment")
                .hasMessageContaining("Millis overflow");
        requireAthenaToReadItsView(new TableName("kinds", "everything"));
        requireMillisecondsOfAthena(every);
        Filters.create(every, owner);
        archive.archive("kinds.filtered");
        tell("kinds.filtered");
        assertThat(Filters.wrong(owner, trino)).isEmpty();
    }

    /** Athena has milliseconds, and what is between two of them is rounded. */
    private void requireMillisecondsOfAthena(EveryType every) throws SQLException {
        try (Connection athena = server.connectAsAthena("firn_test")) {
            for (String type : List.of("timestamp", "timestamptz")) {
                String column = every.columnOf("pg_catalog.\"%s\"".formatted(type));
                assertThat(Queries.rows(
                                athena,
                                "SELECT CAST(%s AS varchar) FROM kinds_everything WHERE id IN (0, 6, 7) ORDER BY id"
                                        .formatted(column)))
                        .isEqualTo(Queries.rows(
                                owner,
                                "SELECT CASE WHEN id = 7 THEN '+' ELSE '' END || to_char(%s, 'YYYY-MM-DD HH24:MI:SS.MS')"
                                                .formatted(rounded(column))
                                        + " FROM kinds.everything WHERE id IN (0, 6, 7) ORDER BY id"))
                        .containsExactly(
                                List.of("2024-12-05 10:11:12.123"),
                                List.of("1970-01-01 00:00:00.000"),
                                List.of("+10000-01-01 00:00:00.000"));
            }
        }
    }

    private static String rounded(String time) {
        return "date_trunc('milliseconds', %s + interval '500 microseconds')".formatted(time);
    }

    /** What Glue is told of a view is what Trino would keep of it, and Trino reads it as it is. */
    private void requireAthenaToReadItsView(TableName table) throws IOException, SQLException {
        JsonNode told = AthenaViews.told(archive.forCatalog(table), ExternalTable.viewName(table));
        AthenaViews.Kept ours = AthenaViews.kept(told);
        try (Connection athena = server.connectAsAthena("firn_test")) {
            AthenaViews views = new AthenaViews(archive.bucket().resolve("metastore/firn_test"), athena);
            AthenaViews.Kept theirs = views.madeByTrino(
                    "made_by_trino", ours.definition().path("originalSql").asText());
            String rows = "SELECT * FROM made_by_trino WHERE id = 0";
            String asTrinoHasIt = withoutIdentities(Queries.rows(athena, rows));

            assertThat(ours)
                    .usingRecursiveComparison()
                    .ignoringFields("definition")
                    .isEqualTo(theirs);
            for (String field : List.of("catalog", "schema", "columns")) {
                assertThat(ours.definition().path(field))
                        .as(field)
                        .hasToString(theirs.definition().path(field).toString());
            }
            views.replace("made_by_trino", told);
            assertThat(withoutIdentities(Queries.rows(athena, rows)))
                    .isEqualTo(asTrinoHasIt)
                    .contains("2024-01-02");
            assertThat(Queries.value(athena, "SELECT count(*) FROM made_by_trino"))
                    .isEqualTo(Queries.value(owner, "SELECT count(*) FROM kinds.everything"));
        }
    }

    /** The driver answers bytes inside an array by what they are in its memory. */
    private static String withoutIdentities(List<List<String>> rows) {
        return rows.toString().replaceAll("\\[B@[0-9a-f]+", "bytes");
    }

    @Test
    void eventsAreAnsweredAsInPostgresAndFewPagesAreRead() throws SQLException, IOException {
        Shapes.events(archive);
        tell("events.messages");

        assertThat(trino.rows(Shapes.streams("firn_test.events_messages")))
                .isEqualTo(Queries.rows(owner, Shapes.streams("events.kept")));
        // The state of streams at a time, a replay, and a time line, on the view.
        String moment = "TIMESTAMP '2024-01-16 12:00:00 UTC'";
        assertThat(trino.rows(
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
                        trino.rows(
                                "SELECT position, type, CAST(id AS varchar), json_extract_scalar(data, '$.transferId') FROM"
                                        + " firn_test.events_messages_natural WHERE stream_name = 'account-17' ORDER BY position"))
                .isEqualTo(Queries.rows(
                        owner,
                        "SELECT position, type, id::text, data->>'transferId' FROM events.kept"
                                + " WHERE stream_name = 'account-17' ORDER BY position"))
                .hasSize(100);
        assertThat(trino.rows("SELECT format_datetime(date_trunc('day', time), 'yyyy-MM-dd'), count(*),"
                        + " CAST(sum(CAST(json_extract_scalar(data, '$.amount') AS decimal(20, 2))) AS varchar)"
                        + " FROM firn_test.events_messages_natural GROUP BY 1 ORDER BY 1"))
                .isEqualTo(Queries.rows(
                        owner,
                        "SELECT to_char(time, 'YYYY-MM-DD'), count(*), sum((data->>'amount')::decimal(20, 2))::text"
                                + " FROM events.kept GROUP BY 1 ORDER BY 1"));
        assertOnlyWhatIsAskedForIsRead();
        assertTheReadmesQueryCountsLiveRowsToo();
    }

    /** With live rows as the connector for PostgreSQL would show them. */
    private void assertTheReadmesQueryCountsLiveRowsToo() throws SQLException, IOException {
        Queries.execute(
                owner,
                "CREATE TABLE events.live AS SELECT id, stream_name FROM events.kept WHERE position = 0",
                "INSERT INTO events.live SELECT gen_random_uuid(), 'account-' || i FROM generate_series(1, 50) i");
        String live = Queries.value(
                owner, "SELECT string_agg(format('(''%s'', ''%s'')', id, stream_name), ', ') FROM events.live");
        trino.executePrinted(
                """
                CREATE SCHEMA firn_live;
                CREATE TABLE firn_live.stored (id varchar, stream_name varchar);
                INSERT INTO firn_live.stored VALUES %s;
                CREATE VIEW firn_live.messages AS SELECT CAST(id AS uuid) AS id, stream_name FROM firn_live.stored;
                """
                        .formatted(live));
        Matcher query = Pattern.compile("```sql\\n-- Trino[^\\n]*\\n(.*?);\\n```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("..", "README.md")));
        assertThat(query.find()).isTrue();

        assertThat(trino.rows(query.group(1)
                                .replace("live.tsdb_default.messages", "archive.firn_live.messages")
                                .replace("firn_default.tsdb_default_messages", "firn_test.events_messages")
                        + " ORDER BY 1"))
                .isEqualTo(
                        Queries.rows(
                                owner,
                                """
                        SELECT stream_name, count(*) FROM (
                          SELECT id, stream_name FROM events.kept UNION SELECT id, stream_name FROM events.live) rows
                        GROUP BY 1 ORDER BY 1"""));
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
        assertThat(trino.rows("SELECT DISTINCT regexp_extract(\"$path\", 'chunk=[^/]*') FROM firn_test.events_messages"
                        + " WHERE chunk >= '20240111T000000Z' ORDER BY 1"))
                .containsExactly(List.of("chunk=20240111T000000Z"), List.of("chunk=20240118T000000Z"));
        assertThat(everything).isGreaterThan(1 << 20);
        assertThat((double) oneChunk / everything).isBetween(0.2, 0.45);
        assertThat((double) laterChunks / everything).isBetween(0.5, 0.8);
        assertThat((double) oneStream / everything).isLessThan(0.2);
        assertThat(noStream).isLessThan(oneStream);
    }

    private long bytesRead(String query) throws SQLException {
        String plan = trino.value("EXPLAIN ANALYZE VERBOSE " + query);
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
        Shapes.evolve(archive);
        String printed = tell("shapes.evolved");

        assertThat(printed).contains("ONE COLUMN, TWO NAMES").contains("odd_2 (\"odd\" text) and odd (integer)");
        assertThat(Shapes.evolved(trino)).isEqualTo(Shapes.evolved(owner));
    }

    @Test
    void flowTracesAreAnsweredAsInPostgres() throws SQLException {
        FlowTraces.fill(archive);
        for (String table : FlowTraces.TABLES) {
            tell(table);
        }

        String session = FlowTraces.session(owner);
        assertThat(FlowTraces.answers(trino, session)).isEqualTo(FlowTraces.answers(owner, session));
        String count = "SELECT count(*), count(DISTINCT %s) FROM ";
        try (Connection athena = server.connectAsAthena("firn_test")) {
            for (String condition :
                    List.of("= TIMESTAMP '2024-02-01 09:00:59.600'", "> TIMESTAMP '2024-02-01 09:03:10'")) {
                assertThat(Queries.rows(
                                athena, count.formatted("at") + "public_flow_trace_events WHERE at " + condition))
                        .as("by milliseconds")
                        .isEqualTo(Queries.rows(
                                owner,
                                count.formatted(rounded("at")) + "public.flow_trace_events WHERE "
                                        + rounded("at AT TIME ZONE 'UTC'") + condition))
                        .doesNotContain(List.of("0", "0"));
            }
        }
    }

    @Test
    void aFinerGridThanWasPrintedIsWarnedOfAndPrintedAnewShowsAllRows() throws SQLException {
        Queries.execute(
                owner,
                "CREATE TABLE shapes.hours (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at)",
                Shapes.week("hours", "2024-01-04", "2024-01-11"),
                "INSERT INTO shapes.hours VALUES ('2024-01-05Z', 1)");
        archive.archive("shapes.hours");
        tell("shapes.hours");
        assertThat(count("shapes_hours")).isEqualTo("1");
        assertThat(archive.status("shapes.hours")).doesNotContain("query engines");

        Queries.execute(
                owner,
                "CREATE TABLE shapes.hours_1 PARTITION OF shapes.hours FOR VALUES FROM ('2024-01-11Z') TO ('2024-01-11 07:30Z')",
                "CREATE TABLE shapes.hours_2 PARTITION OF shapes.hours FOR VALUES FROM ('2024-01-11 07:30Z') TO ('2024-01-12Z')",
                "INSERT INTO shapes.hours VALUES ('2024-01-11 07:00Z', 2), ('2024-01-11 08:00Z', 3)");
        archive.archive("shapes.hours");

        assertThat(count("shapes_hours"))
                .as("what is beside the grid is hidden")
                .isEqualTo("2");
        assertThat(archive.status("shapes.hours"))
                .contains(
                        "warning: query engines do not see [2024-01-11T07:30:00Z, 2024-01-12) if they were told of this");
        assertThat(tell("shapes.hours")).contains("a multiple of 90 MINUTES later");
        assertThat(count("shapes_hours")).isEqualTo("3");
    }

    @Test
    void tablesByDayByNumberAndWithoutAGridShowAllRows() throws SQLException {
        Shapes.others(archive);

        assertThat(tell("shapes.by_day")).contains("every day from 2024-01-04");
        assertThat(tell("shapes.numbers")).contains("a multiple of 100 later, until 100400");
        assertThat(tell("shapes.odd")).contains("is not written as a plain date and second");
        tell("shapes.zeros");
        tell("shapes.files");
        assertThat(count("shapes_by_day")).isEqualTo("100");
        assertThat(Shapes.others(trino)).isEqualTo(Shapes.EXPECTED);
    }

    /** Executes what is printed, and answers it with every comment on one line. */
    private String tell(String table) throws SQLException {
        String printed = archive.ddl(table, Dialect.TRINO);
        trino.executePrinted(printed);
        requireAthenasPropertiesToMeanTheSame(archive.inHivesWords(TableName.parse(table)));
        return printed.replace("\n--  ", "");
    }

    /** Partitions are computed from the properties that Athena and Glue are told, and they are all there. */
    private void requireAthenasPropertiesToMeanTheSame(HiveTable told) throws SQLException {
        AthenaTables tables = new AthenaTables(archive.bucket().resolve("metastore/firn_test"));
        assertThat(tables.projection(told.name())).isEqualTo(AthenaTables.projection(told));
        if (!told.projects()) {
            return;
        }
        String copy = "as_athena_is_told_" + copies++;
        tables.copy(told, copy);
        try (Connection athena = server.connectAsAthena("firn_test")) {
            // Each partition until now costs a request, and all rows are of the first weeks of 2024.
            String partitions =
                    "SELECT count(*), count(DISTINCT %1$s), min(%1$s), max(%1$s) FROM %2$s WHERE %1$s < '20240301'";
            String column = told.partitionColumn().name();
            assertThat(Queries.rows(athena, partitions.formatted(column, copy)))
                    .isEqualTo(trino.rows(partitions.formatted(column, "firn_test." + told.name())))
                    .noneMatch(row -> row.get(0).equals("0"));
        }
    }

    private String count(String name) throws SQLException {
        return trino.value("SELECT count(*) FROM firn_test." + name);
    }
}
