package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.firn.FaultPoints;
import dev.firn.TableName;
import dev.firn.archive.Manifest;
import dev.firn.lifecycle.RestoreSteps;
import dev.firn.testing.Firn;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archived rows in a table beside their own, whole ranges and parts of them. */
class IntoTableIT {

    @TempDir
    private static Path home;

    private static KeptWeeks weeks;

    @BeforeAll
    static void archiveAndDropThreeWeeks() throws SQLException {
        weeks = new KeptWeeks(home);
    }

    @AfterAll
    static void close() throws SQLException {
        weeks.close();
    }

    @Test
    void wholeRangesAreThereToTheLastBitAndLoadedTwiceTheyAreThereOnce() throws SQLException {
        List<String> files = weeks.firn.files();

        Firn.Ran ran = weeks.into("whole", "--from", "2024-01-01", "--to", "2025-01-01");

        assertThat(ran.out())
                .contains("3 brought back", "all 2000 rows of it were read, and proven against the manifest");
        assertThat(weeks.inDatabase("whole")).isEqualTo(weeks.all);
        assertThat(weeks.inDatabase("whole_all")).isEqualTo(weeks.all);
        weeks.into("whole");
        assertThat(weeks.inDatabase("whole")).isEqualTo(weeks.all);
        assertThat(indexes("whole")).hasSize(6).isEqualTo(indexes("messages"));
        assertThat(weeks.texts("SELECT column_default FROM information_schema.columns WHERE table_schema = 'events'"
                        + " AND table_name = 'whole' AND column_name = 'id'"))
                .containsExactly("gen_random_uuid()");
        assertThat(weeks.texts("SELECT relname FROM pg_class WHERE relname LIKE 'firn_staging%'"))
                .isEmpty();
        if (weeks.events.hypertable()) {
            assertThat(weeks.texts("SELECT is_compressed::text FROM timescaledb_information.chunks"
                            + " WHERE hypertable_name = 'whole'"))
                    .containsExactly("true", "true", "true");
            assertThat(compression("whole")).hasSize(4).isEqualTo(compression("messages"));
        }
        // Nothing of it is the archive's: the range counts as dropped, and a pass has nothing to do.
        assertThat(weeks.texts("SELECT DISTINCT state FROM firn.chunk")).containsExactly("dropped");
        assertThat(weeks.firn.succeed("run", Firn.NAMESPACE).out()).contains("0 archived, 0 dropped, 0 failed");
        assertThat(weeks.firn.files()).isEqualTo(files);
        assertThat(weeks.events.rows(weeks.owner)).isZero();
    }

    /** Uniqueness, columns and conditions, without the names. */
    private static List<String> indexes(String table) throws SQLException {
        return weeks.texts("SELECT regexp_replace(indexdef, 'INDEX \\S+ ON (ONLY )?events\\.\\w+', 'INDEX ON')"
                + " FROM pg_indexes WHERE schemaname = 'events' AND tablename = '%s' ORDER BY 1".formatted(table));
    }

    /** By what it is segmented and ordered. */
    private static List<String> compression(String table) throws SQLException {
        return weeks.texts("SELECT concat_ws(' ', attname, segmentby_column_index, orderby_column_index, orderby_asc,"
                + " orderby_nullsfirst) FROM timescaledb_information.compression_settings"
                + " WHERE hypertable_schema = 'events' AND hypertable_name = '%s' ORDER BY 1".formatted(table));
    }

    @Test
    void partsAddUpAndAreNeverDoubled() throws SQLException {
        assertThat(weeks.into("parts", "--where", KeptWeeks.STREAM).out()).contains("their pages proven by checksum");
        assertThat(weeks.difference("parts", "stream_name = 'account-3'")).isEmpty();

        weeks.into("parts", "--where", KeptWeeks.STREAM, "--from", "2024-01-05T06:00", "--to", "2024-01-12T06:00");
        assertThat(weeks.difference("parts", "stream_name = 'account-3'")).isEmpty();

        weeks.into("parts", "--from", "2024-01-06T12:00", "--to", "2024-01-06T13:30");
        weeks.into("parts", "--where", "position<3", "--where", "stream_name=account-7");
        String loaded =
                """
                stream_name = 'account-3' OR stream_name = 'account-7' AND position < 3
                OR time >= '2024-01-06 12:00Z' AND time < '2024-01-06 13:30Z'""";
        assertThat(weeks.difference("parts", loaded)).isEmpty();
        assertThat(weeks.difference("parts_all", loaded)).isEmpty();

        weeks.into("parts");
        assertThat(weeks.inDatabase("parts")).isEqualTo(weeks.all);
    }

    @Test
    void theViewIsForWhoeverMayReadTheTable() throws SQLException {
        weeks.execute("GRANT USAGE ON SCHEMA events TO firn_reader");
        weeks.execute("GRANT SELECT ON events.messages TO firn_reader");
        weeks.into("seen", "--where", KeptWeeks.STREAM);

        try (Connection reader = weeks.database.reader();
                Statement statement = reader.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM events.seen_all")) {
            row.next();
            assertThat(row.getLong(1)).isEqualTo(300);
        }
    }

    @Test
    void interruptedAnywhereNothingIsHalfThereAndTheNextRunFinishes() throws SQLException {
        weeks.into("stopped", "--where", KeptWeeks.STREAM);
        for (String point : List.of(
                RestoreSteps.CLAIMED,
                RestoreSteps.STAGED,
                RestoreSteps.LOADED,
                RestoreSteps.PROVEN,
                RestoreSteps.ATTACHED,
                RestoreSteps.COMMIT,
                RestoreSteps.COMMITTED)) {
            try {
                weeks.rehydrate.run(
                        reached -> {
                            if (reached.equals(point)) {
                                throw new Stopped();
                            }
                        },
                        "test",
                        KeptWeeks.TABLE,
                        "--into",
                        "table",
                        "stopped",
                        "--where",
                        KeptWeeks.STREAM,
                        "--where",
                        "position>=0");
            } catch (Stopped e) {
                // As a process that is killed, but for what it closes.
            }
            assertThat(weeks.difference("stopped", "stream_name = 'account-3'"))
                    .as(point)
                    .isEmpty();
        }
        weeks.into("stopped", "--where", KeptWeeks.STREAM);
        assertThat(weeks.difference("stopped", "stream_name = 'account-3'")).isEmpty();
        assertThat(weeks.texts("SELECT relname FROM pg_class WHERE relname LIKE 'firn_staging%'"))
                .isEmpty();
    }

    @Test
    void twoAtOnceLoadOnce() throws SQLException {
        List<Firn.Ran> second = new ArrayList<>();
        FaultPoints inBetween = reached -> {
            if (reached.equals(RestoreSteps.PROVEN) && second.isEmpty()) {
                second.add(new Firn.Ran(0, "", ""));
                second.set(
                        0,
                        weeks.rehydrate.run(
                                "test", KeptWeeks.TABLE, "--into", "table", "twice", "--where", KeptWeeks.STREAM));
            }
        };

        Firn.Ran first = weeks.rehydrate.run(
                inBetween,
                "test",
                KeptWeeks.TABLE,
                "--into",
                "table",
                "twice",
                "--to",
                "2024-01-11",
                "--where",
                KeptWeeks.STREAM);

        assertThat(first.exitCode()).as(first.all()).isZero();
        assertThat(second.get(0).exitCode()).as(second.get(0).all()).isEqualTo(4);
        assertThat(second.get(0).out()).contains("2 brought back", "1 left to others");
        assertThat(weeks.difference("twice", "stream_name = 'account-3'")).isEmpty();
    }

    @Test
    void aWorkerThatHasLostItsClaimChangesNothing() throws SQLException {
        FaultPoints overtaken = reached -> {
            if (reached.equals(RestoreSteps.PROVEN)) {
                weeks.database.execute("DELETE FROM firn.claim");
            }
        };

        Firn.Ran ran = weeks.rehydrate.run(
                overtaken, "test", KeptWeeks.TABLE, "--into", "table", "lost", "--where", KeptWeeks.STREAM);

        assertThat(ran.exitCode()).as(ran.all()).isNotZero();
        assertThat(weeks.count("events.lost")).isZero();
    }

    @Test
    void theTableItselfTakesWholeChunksOnly() {
        Firn.Ran ran = weeks.rehydrate.run(
                "test", KeptWeeks.TABLE, "--from", "2024-01-01", "--to", "2024-02-01", "--where", KeptWeeks.STREAM);

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err())
                .contains("the table itself only ever receives whole chunks")
                .contains("--into table NAME");
    }

    @Test
    void whatIsNotUnderstoodIsRefusedByColumnAndValue() {
        assertThat(weeks.refused("none", "--where", "position=five"))
                .contains("column position", "'five'", "invalid input syntax");
        assertThat(weeks.refused("none", "--where", "stream=a")).contains("the table has no column 'stream'");
        assertThat(weeks.refused("none", "--where", "stream_name = a"))
                .contains("the table has no column 'stream_name '");
        assertThat(weeks.refused("none", "--where", "position~5")).contains("'position~5' is not COLUMN=VALUE");
        assertThat(weeks.refused("none", "--where", "position!=5")).contains("'position!=5' is not COLUMN=VALUE");
        assertThat(weeks.rehydrate
                        .run("test", KeptWeeks.TABLE, "--into", "hypertable", "none")
                        .err())
                .contains("--into table NAME");
        assertThat(weeks.rehydrate
                        .run("test", KeptWeeks.TABLE, "--into", "table", "messages")
                        .all())
                .contains("that table is archived itself");
    }

    @Test
    void nothingElseIsTakenForASiblingNorASiblingForATable() throws SQLException {
        weeks.execute("CREATE TABLE events.mine (n integer)");
        weeks.execute("CREATE VIEW events.other_all AS SELECT 1 AS n");
        assertThat(weeks.rehydrate
                        .run("test", KeptWeeks.TABLE, "--into", "table", "mine")
                        .all())
                .contains("something of this name is there");
        assertThat(weeks.rehydrate
                        .run("test", KeptWeeks.TABLE, "--into", "table", "events.other")
                        .all())
                .contains("something else is called events.other_all");
        assertThat(weeks.texts("SELECT to_regclass('events.other')::text")).containsExactly((String) null);

        weeks.into("mine_own", "--where", KeptWeeks.STREAM);
        weeks.firn.tables(KeptWeeks.TABLES + "\nevents.mine_own { archive-after = 1d }");

        Firn.Ran ran = weeks.firn.run("run", Firn.NAMESPACE);
        assertThat(ran.all()).contains("events.mine_own");
        assertThat(ran.exitCode()).isEqualTo(3);
        assertThat(weeks.firn.live(new TableName("events", "mine_own"))).isEmpty();
        weeks.firn.tables(KeptWeeks.TABLES);
        assertThat(weeks.count("events.mine_own")).isEqualTo(300);
        if (weeks.events.hypertable()) {
            assertThat(ran.all()).contains("it holds rows that were loaded out of the archive of another");
        }
    }

    @Test
    void aDryRunSaysWhatWouldBeReadAndChangesNothing() throws Exception {
        String before = weeks.everything();
        List<String> files = weeks.firn.files();

        Firn.Ran whole = weeks.rehydrate.succeed(
                "test", KeptWeeks.TABLE, "--from", "2024-01-01", "--to", "2024-01-12", "--dry-run");
        Firn.Ran wholeJson = weeks.rehydrate.succeed(
                "test", KeptWeeks.TABLE, "--from", "2024-01-01", "--to", "2024-01-12", "--dry-run", "--json");
        Firn.Ran part = weeks.rehydrate.succeed(
                "test", KeptWeeks.TABLE, "--into", "table", "dry", "--where", KeptWeeks.STREAM, "--dry-run");
        Firn.Ran json = weeks.rehydrate.succeed(
                "test", KeptWeeks.TABLE, "--into", "table", "dry", "--where", KeptWeeks.STREAM, "--dry-run", "--json");

        assertThat(whole.out()).contains("2 to load: 4,000 rows at most", "0 there, 0 refused; nothing was changed");
        assertThat(part.out()).contains("3 to load", "the table would be made");
        assertThat(json.out()).contains("\"step\" : \"load\"").contains("\"databaseBytes\"");
        List<Manifest> live = weeks.firn.live(weeks.events.table());
        assertThat(numbers(wholeJson, "rows"))
                .containsExactly(live.get(0).rows(), live.get(1).rows());
        assertThat(numbers(wholeJson, "bytes"))
                .containsExactly(live.get(0).bytes(), live.get(1).bytes());
        assertThat(weeks.everything()).isEqualTo(before);
        assertThat(weeks.firn.files()).isEqualTo(files);

        assertThat(weeks.rehydrate
                        .run("test", KeptWeeks.TABLE, "--into", "table", "dry", "--where", "position=x", "--dry-run")
                        .all())
                .contains("column position");
    }

    /** What a dry run says of a part of a file, and what is read of it then. */
    @Test
    void aDryRunOfAPartSaysWhatIsReadThen() throws Exception {
        String[] part = KeptWeeks.arguments("read", "--where", KeptWeeks.STREAM, "--json", "--dry-run");
        Firn.Ran forecast = weeks.rehydrate.succeed(part);
        Firn.Ran ran = weeks.rehydrate.succeed(Arrays.copyOf(part, part.length - 1));

        List<String> read = new ArrayList<>();
        for (JsonNode range : new ObjectMapper().readTree(ran.out()).get("ranges")) {
            read.add(range.get("notes").get(0).textValue().replaceFirst(" rows were read.*", ""));
        }
        List<Long> rows = numbers(forecast, "rows");
        assertThat(rows).extracting(Object::toString).hasSize(3).isEqualTo(read);
        assertThat(rows).allMatch(number -> number >= 100 && number <= 2_000);
        List<Long> bytes = numbers(forecast, "bytes");
        for (int i = 0; i < 3; i++) {
            long then = numbers(ran, "bytes").get(i);
            assertThat(bytes.get(i)).isBetween(then / 2, then);
        }
    }

    private static List<Long> numbers(Firn.Ran ran, String field) throws Exception {
        List<Long> numbers = new ArrayList<>();
        for (JsonNode range : new ObjectMapper().readTree(ran.out()).get("ranges")) {
            numbers.add(range.get(field).longValue());
        }
        return numbers;
    }

    private static final class Stopped extends Error {
        private static final long serialVersionUID = 1;
    }
}
