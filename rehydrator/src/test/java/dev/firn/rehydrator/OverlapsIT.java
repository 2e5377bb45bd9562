package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.firn.TableName;
import dev.firn.copy.Digest;
import dev.firn.lifecycle.Steps;
import dev.firn.lifecycle.TakeOutSteps;
import dev.firn.testing.EventStore;
import dev.firn.testing.Eventodb;
import dev.firn.testing.Firn;
import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ranges that come back to where chunks of other bounds lie, or later rows, and go again: each row is somewhere, once. */
class OverlapsIT {

    private static final String NO_KEYS =
            """
            DO $$ DECLARE name text; BEGIN
              FOR name IN SELECT indexrelid::regclass FROM pg_index
                          WHERE indrelid = 'events.messages'::regclass AND indisunique LOOP
                EXECUTE 'DROP INDEX ' || name;
              END LOOP;
            END $$""";

    private static final String MERGE =
            """
            DO $$ DECLARE chunks regclass[]; BEGIN
              SELECT array_agg(chunk ORDER BY chunk) INTO chunks FROM show_chunks('events.messages') chunk;
              CALL merge_chunks(chunks);
            END $$""";

    @TempDir
    private Path home;

    /** A version of TimescaleDB, empty for plain PostgreSQL, and the days of a chunk that a late row makes. */
    static Stream<List<Object>> cuts() {
        List<String> versions = TestDatabase.availableTimescaleVersions();
        List<List<Object>> cuts = new ArrayList<>(List.of(List.of("", 14)));
        for (String version : versions) {
            if (version.startsWith("2.13.") || version.startsWith("2.25.")) {
                cuts.add(List.of(version, 30));
            }
            if (version.startsWith("2.17.") || version.startsWith("2.25.")) {
                cuts.add(List.of(version, 1));
            }
        }
        return cuts.stream();
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void theWholeCircleWithOtherBoundsKeepsEachRowOnce(List<Object> cut) throws SQLException {
        try (CutAnew cutAnew = new CutAnew(home, (String) cut.get(0))) {
            Digest late = cutAnew.lateRows((int) cut.get(1));

            assertThat(cutAnew.restore("2024-01-11", "2024-01-18").out())
                    .contains("1 brought back")
                    .contains("of other bounds");

            assertThat(cutAnew.inDatabase()).isEqualTo(late.plus(cutAnew.week(1)));
            assertThat(cutAnew.restore("2024-01-11", "2024-01-18").out()).contains("0 brought back, 1 were there");
            cutAnew.run();
            assertThat(cutAnew.inDatabase()).isEqualTo(late.plus(cutAnew.week(1)));
            cutAnew.release();
            cutAnew.run();
            assertThat(cutAnew.rowsOf("account-%")).isZero();
            cutAnew.requireEachRowOnce(cutAnew.all.plus(late));
            cutAnew.runUntilEmpty();
            cutAnew.requireEachRowOnce(cutAnew.all.plus(late));
        }
    }

    @Test
    void lateRowsThatWereArchivedWithOtherBoundsComeBackAndGoWithTheRest() throws SQLException {
        try (CutAnew cutAnew = new CutAnew(home)) {
            Digest late = cutAnew.lateRows(14);
            cutAnew.runUntilEmpty();

            assertThat(cutAnew.restore("2024-01-01", "2025-01-01").out()).contains("4 brought back, 0 were there");

            assertThat(cutAnew.inDatabase()).isEqualTo(cutAnew.all.plus(late));
            cutAnew.release();
            cutAnew.runUntilEmpty();
            cutAnew.requireEachRowOnce(cutAnew.all.plus(late));
        }
    }

    /** The late rows' range begins earlier; it is the smaller one, and must not make the week come back row by row. */
    @Test
    @RequiresTimescale
    void ofRangesThatOverlapTheLargestComesBackAsAChunkAndBothGoIntoATableBesideThem() throws SQLException {
        try (CutAnew cutAnew = new CutAnew(home)) {
            Digest late = cutAnew.lateRows(30);
            cutAnew.runUntilEmpty();

            cutAnew.restore("2024-01-11", "2024-01-18", "--into", "table", "old");
            assertThat(cutAnew.firn.inDatabase(cutAnew.events.table(), new TableName("events", "old")))
                    .isEqualTo(cutAnew.week(1).plus(late));

            cutAnew.restore("2024-01-11", "2024-01-18");
            assertThat(cutAnew.number(
                            "SELECT count(*) FROM timescaledb_information.chunks WHERE hypertable_name = 'messages'"
                                    + " AND range_start = '2024-01-11 00:00Z' AND range_end = '2024-01-18 00:00Z'"))
                    .isEqualTo(1);
        }
    }

    @Test
    void whatWasEditedStaysUntilTheEditIsUndone() throws SQLException {
        try (CutAnew cutAnew = new CutAnew(home)) {
            Digest late = cutAnew.lateRows(14);
            cutAnew.restore("2024-01-11", "2024-01-18");
            cutAnew.execute("UPDATE events.messages SET type = 'Edited' || type WHERE position = 39");
            Digest edited = cutAnew.inDatabase();
            cutAnew.release();

            Firn.Ran ran = cutAnew.firn.run("run", Firn.NAMESPACE);

            assertThat(ran.exitCode()).as(ran.all()).isEqualTo(5);
            assertThat(ran.all()).contains("it was edited").contains("HINT: ");
            assertThat(cutAnew.inDatabase()).isEqualTo(edited);
            assertThat(cutAnew.firn.succeed("plan", Firn.NAMESPACE).out()).contains("holds archived rows");
            cutAnew.execute("UPDATE events.messages SET type = replace(type, 'Edited', '')");
            cutAnew.firn.succeed("run", Firn.NAMESPACE, "--retry-failed");
            assertThat(cutAnew.rowsOf("account-%")).isZero();
            cutAnew.runUntilEmpty();
            cutAnew.requireEachRowOnce(cutAnew.all.plus(late));
        }
    }

    @Test
    void rowsWrittenAmongThoseThatCameBackStayWhenTheyGo() throws SQLException {
        try (CutAnew cutAnew = new CutAnew(home)) {
            Digest late = cutAnew.lateRows(14);
            cutAnew.restore("2024-01-11", "2024-01-18");
            cutAnew.write(1, 100, "later-1");
            cutAnew.release();

            cutAnew.runUntilEmpty();

            cutAnew.requireEachRowOnce(3 * CutAnew.PER_WEEK + late.rows() + 1);
        }
    }

    @Test
    void lateRowsInAChunkOfTheSameRangeStayWhenTheRestGoes() throws SQLException {
        try (CutAnew cutAnew = new CutAnew(home)) {
            Digest late = cutAnew.lateRows(7);
            cutAnew.restore("2024-01-11", "2024-01-18");
            assertThat(cutAnew.inDatabase()).isEqualTo(late.plus(cutAnew.week(1)));
            cutAnew.release();

            cutAnew.runUntilEmpty();

            cutAnew.requireEachRowOnce(cutAnew.all.plus(late));
            cutAnew.restore("2024-01-11", "2024-01-18");
            assertThat(cutAnew.inDatabase()).isEqualTo(late.plus(cutAnew.week(1)));
        }
    }

    @Test
    void withoutTheCatalogueRowsThatCameBackAreFoundAndNotArchivedTwice() throws SQLException {
        try (CutAnew cutAnew = new CutAnew(home)) {
            Digest late = cutAnew.lateRows(14);
            cutAnew.restore("2024-01-11", "2024-01-18");
            cutAnew.loseTheCatalogue();

            cutAnew.runUntilEmpty();

            cutAnew.requireEachRowOnce(cutAnew.all.plus(late));
            assertThat(cutAnew.audit()).contains("found in other chunks").contains("found dropped");
        }
    }

    @Test
    void withoutTheCatalogueAnEditIsNotTakenForNewRows() throws SQLException {
        try (CutAnew cutAnew = new CutAnew(home)) {
            cutAnew.lateRows(14);
            cutAnew.restore("2024-01-11", "2024-01-18");
            cutAnew.execute(
                    "UPDATE events.messages SET type = 'Edited' WHERE position = 39 AND stream_name = 'account-3'");
            Digest edited = cutAnew.inDatabase();
            cutAnew.loseTheCatalogue();

            Firn.Ran ran = cutAnew.firn.run("run", Firn.NAMESPACE);

            assertThat(ran.exitCode()).as(ran.all()).isEqualTo(5);
            assertThat(ran.all()).contains("looking for its rows in chunks of other bounds");
            assertThat(cutAnew.firn.run("run", Firn.NAMESPACE).out()).contains("0 archived");
            assertThat(cutAnew.inDatabase()).isEqualTo(edited);
            assertThat(cutAnew.archived()).isEqualTo(cutAnew.all);
        }
    }

    @Test
    @RequiresTimescale
    void rowsThatWereSentAgainAreKeptOnceAndDifferentOnesAreDecidedOn() throws SQLException {
        try (CutAnew cutAnew = new CutAnew(home)) {
            cutAnew.restore("2024-01-11", "2024-01-18");
            cutAnew.execute(
                    "CREATE TABLE events.again AS SELECT * FROM events.messages WHERE global_position BETWEEN 701 AND 703");
            cutAnew.release();
            cutAnew.runUntilEmpty();
            Digest late = cutAnew.lateRowsThatStay(14);
            cutAnew.execute("INSERT INTO events.messages SELECT * FROM events.again");

            assertThat(cutAnew.restore("2024-01-11", "2024-01-18").out()).contains("3 were there already");

            assertThat(cutAnew.inDatabase()).isEqualTo(late.plus(cutAnew.week(1)));
            cutAnew.release();
            cutAnew.run();
            assertThat(cutAnew.inDatabase()).isEqualTo(late);
            cutAnew.execute("INSERT INTO events.messages SELECT * FROM events.again");
            cutAnew.execute("UPDATE events.messages SET type = 'Different' WHERE global_position IN (701, 702)");
            Digest live = cutAnew.inDatabase();
            Firn.Ran refused = cutAnew.tryRestore("2024-01-11", "2024-01-18");
            assertThat(refused.exitCode()).as(refused.all()).isEqualTo(3);
            assertThat(refused.all()).contains("Different").contains("--on-conflict keep-live or keep-archived");
            assertThat(cutAnew.inDatabase()).isEqualTo(live);
            assertThat(cutAnew.restore("2024-01-11", "2024-01-18", "--on-conflict", "keep-live")
                            .out())
                    .contains("2 gave way to others in the table");
            assertThat(cutAnew.number("SELECT count(*) FROM events.messages WHERE type = 'Different'"))
                    .isEqualTo(2);
            cutAnew.release();
            cutAnew.run();
            assertThat(cutAnew.rowsOf("account-%"))
                    .as("live rows that were kept")
                    .isEqualTo(2);
            cutAnew.restore("2024-01-11", "2024-01-18", "--on-conflict", "keep-archived");
            assertThat(cutAnew.inDatabase()).isEqualTo(late.plus(cutAnew.week(1)));
            cutAnew.release();
            cutAnew.run();
            assertThat(cutAnew.inDatabase()).isEqualTo(late);
            assertThat(cutAnew.archived()).isEqualTo(cutAnew.all);
        }
    }

    /** They are nowhere but in the copy that the edited range would replace. */
    @Test
    @RequiresTimescale
    void archivedRowsThatGaveWayToLiveOnesAreNotReplacedByAnEdit() throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, "on-edit = replace", "")) {
            cutAnew.restore("2024-01-11", "2024-01-18");
            cutAnew.execute(
                    "CREATE TABLE events.again AS SELECT * FROM events.messages WHERE global_position BETWEEN 701 AND 703");
            cutAnew.release();
            cutAnew.runUntilEmpty();
            cutAnew.lateRowsThatStay(7);
            cutAnew.execute("INSERT INTO events.messages SELECT * FROM events.again");
            cutAnew.execute("UPDATE events.messages SET type = 'Different' WHERE global_position IN (701, 702)");
            cutAnew.restore("2024-01-11", "2024-01-18", "--on-conflict", "keep-live");
            cutAnew.execute("UPDATE events.messages SET type = 'Edited' || type WHERE position = 39");
            Digest edited = cutAnew.inDatabase();
            cutAnew.release();

            Firn.Ran ran = cutAnew.firn.run("run", Firn.NAMESPACE);

            assertThat(ran.exitCode()).as(ran.all()).isEqualTo(5);
            assertThat(ran.all())
                    .contains("2 archived rows did not come back with it")
                    .contains("--divergent replace");
            assertThat(cutAnew.inDatabase()).isEqualTo(edited);
            assertThat(cutAnew.archived()).isEqualTo(cutAnew.all);
        }
    }

    @Test
    @RequiresTimescale
    void withoutAUniqueKeyChunksThatWereEditedAndMergedSinceAreNotArchivedBesideWhatTheyWere() throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, "", NO_KEYS)) {
            assumeTrue(cutAnew.number("SELECT count(*) FROM pg_proc WHERE proname = 'merge_chunks'") > 0);
            cutAnew.restore("2024-01-04", "2024-01-18", "--no-compress");
            cutAnew.execute("UPDATE events.messages SET type = 'Edited' || type");
            cutAnew.execute(MERGE);
            Digest merged = cutAnew.inDatabase();
            cutAnew.release();

            Firn.Ran ran = cutAnew.firn.run("run", Firn.NAMESPACE);

            assertThat(ran.exitCode()).as(ran.all()).isEqualTo(5);
            assertThat(ran.all())
                    .contains("looking for its rows in chunks of other bounds")
                    .contains("it came back, and %d rows of its range are there".formatted(CutAnew.PER_WEEK));
            cutAnew.firn.run("run", Firn.NAMESPACE);
            assertThat(cutAnew.inDatabase()).isEqualTo(merged);
            assertThat(cutAnew.archived()).isEqualTo(cutAnew.all);
            cutAnew.execute("DELETE FROM events.messages");
            cutAnew.firn.run("run", Firn.NAMESPACE, "--retry-failed");
            assertThat(cutAnew.audit()).contains("found dropped");
        }
    }

    /** What is known of a return must outlast the first look, which learns of a copy that the books have not. */
    @Test
    @RequiresTimescale
    void alsoWhereTheCopyOfAnEarlierEditIsNotInTheBooks() throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, "on-edit = replace", NO_KEYS)) {
            assumeTrue(cutAnew.number("SELECT count(*) FROM pg_proc WHERE proname = 'merge_chunks'") > 0);
            cutAnew.restore("2024-01-04", "2024-01-18", "--no-compress");
            cutAnew.execute("UPDATE events.messages SET type = 'Edited' || type");
            Digest once = cutAnew.inDatabase();
            cutAnew.release();
            cutAnew.firn.run(Meanwhile.failing(Steps.PUBLISHED), "run", Firn.NAMESPACE);
            cutAnew.endLeases();
            cutAnew.execute("UPDATE events.messages SET type = 'Again' || type");
            cutAnew.execute(MERGE);
            Digest merged = cutAnew.inDatabase();

            for (int looks = 0; looks < 3; looks++) {
                Firn.Ran ran = cutAnew.firn.run("run", Firn.NAMESPACE, "--retry-failed");

                assertThat(ran.exitCode()).as(ran.all()).isEqualTo(5);
                assertThat(ran.all())
                        .contains("it came back, and %d rows of its range are there".formatted(CutAnew.PER_WEEK));
            }

            assertThat(cutAnew.inDatabase()).isEqualTo(merged);
            assertThat(cutAnew.archived()).isEqualTo(once.plus(cutAnew.week(2)));
        }
    }

    @Test
    @RequiresTimescale
    void withoutAUniqueKeyNothingIsTakenForADuplicateAndOneOfTwoEqualRowsGoes() throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, "", NO_KEYS)) {
            cutAnew.restore("2024-01-11", "2024-01-18");
            cutAnew.execute("CREATE TABLE events.again AS SELECT * FROM events.messages WHERE global_position = 701");
            cutAnew.release();
            cutAnew.runUntilEmpty();
            cutAnew.lateRowsThatStay(14);
            cutAnew.execute("INSERT INTO events.messages SELECT * FROM events.again");
            Digest live = cutAnew.inDatabase();

            cutAnew.restore("2024-01-11", "2024-01-18");

            assertThat(cutAnew.inDatabase()).isEqualTo(live.plus(cutAnew.week(1)));
            cutAnew.release();
            cutAnew.run();
            assertThat(cutAnew.inDatabase()).isEqualTo(live);
        }
    }

    @Test
    @RequiresTimescale
    void aChunkThatSomebodyElseDroppedOrEmptiedIsNoEdit() throws SQLException {
        try (CutAnew cutAnew = new CutAnew(home)) {
            Digest late = cutAnew.lateRows(1);
            cutAnew.restore("2024-01-11", "2024-01-18");
            cutAnew.execute("DELETE FROM events.messages WHERE time >= '2024-01-12' AND time < '2024-01-13'");
            cutAnew.release();

            cutAnew.run();

            assertThat(cutAnew.rowsOf("account-%")).isZero();
            assertThat(cutAnew.archived().rows()).isGreaterThanOrEqualTo(cutAnew.all.rows());
            cutAnew.runUntilEmpty();
            cutAnew.requireEachRowOnce(cutAnew.all.rows() + late.rows() - 1);
        }
    }

    @Test
    @RequiresTimescale
    void aRangeThatLostOneOfItsChunksIsNotSaidToBeThereNorHidesItsRowsBesideTheTable() throws SQLException {
        try (CutAnew cutAnew = new CutAnew(home)) {
            cutAnew.lateRows(1);
            cutAnew.restore("2024-01-11", "2024-01-18", "--into", "table", "old");
            cutAnew.restore("2024-01-11", "2024-01-18");
            assertThat(cutAnew.number("SELECT count(*) FROM events.old_all")).isEqualTo(CutAnew.PER_WEEK + 2);
            cutAnew.execute("SELECT _timescaledb_functions.drop_chunk(format('%I.%I', chunk_schema, chunk_name))"
                    + " FROM timescaledb_information.chunks WHERE hypertable_name = 'messages'"
                    + " AND range_start = '2024-01-13 00:00Z'");
            long left = cutAnew.inDatabase().rows();
            assertThat(left).isLessThan(CutAnew.PER_WEEK);

            Firn.Ran ran = cutAnew.tryRestore("2024-01-11", "2024-01-18");

            assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
            assertThat(ran.out())
                    .contains("it came back with 600 rows, and %d are in its place now".formatted(left))
                    .contains("0 were there, 1 failed");
            assertThatThrownBy(() -> cutAnew.number("SELECT count(*) FROM events.old_all"))
                    .hasMessageContaining("%d of its 600 archived rows are in the table".formatted(left));
            cutAnew.release();
            cutAnew.run();
            assertThat(cutAnew.restore("2024-01-11", "2024-01-18").out()).contains("0 were there, 0 failed");
            assertThat(cutAnew.number("SELECT count(*) FROM events.old_all")).isEqualTo(CutAnew.PER_WEEK + 2);
        }
    }

    /** The numbers of claims begin anew with a new catalogue, and what came back before is called by one of them. */
    @Test
    void afterTheCatalogueWasLostNamesOfWhatCameBackAreNotTakenAgain() throws SQLException {
        try (CutAnew cutAnew = new CutAnew(home)) {
            long token = cutAnew.nextToken();
            cutAnew.restore("2024-01-04", "2024-01-11");
            cutAnew.loseTheCatalogue();
            cutAnew.configure("drop-after = never");
            cutAnew.run();
            cutAnew.setNextToken(token);

            assertThat(cutAnew.restore("2024-01-11", "2024-01-18").out()).contains("1 brought back");

            assertThat(cutAnew.inDatabase()).isEqualTo(cutAnew.week(0).plus(cutAnew.week(1)));
        }
    }

    @Test
    @RequiresTimescale
    void whatIsWrittenWhileTheRangeGoesIsNeitherLostNorOverlooked() throws SQLException {
        try (CutAnew cutAnew = new CutAnew(home)) {
            Digest late = cutAnew.lateRowsThatStay(1);
            cutAnew.restore("2024-01-11", "2024-01-18");
            cutAnew.release();

            Firn.Ran edited = cutAnew.firn.run(
                    Meanwhile.once(
                            TakeOutSteps.LOOKED,
                            () -> cutAnew.execute(
                                    "UPDATE events.messages SET type = 'Edited' || type WHERE position = 35"
                                            + " AND time >= '2024-01-12' AND time < '2024-01-13'")),
                    "run",
                    Firn.NAMESPACE);

            assertThat(edited.exitCode()).as(edited.all()).isEqualTo(5);
            assertThat(edited.all()).contains("it was edited");
            assertThat(cutAnew.inDatabase().rows())
                    .isEqualTo(late.plus(cutAnew.week(1)).rows());
            cutAnew.execute("UPDATE events.messages SET type = replace(type, 'Edited', '')");
            cutAnew.firn.run(
                    Meanwhile.once(TakeOutSteps.LOOKED, () -> cutAnew.write(1, 2, "later-1")),
                    "run",
                    Firn.NAMESPACE,
                    "--retry-failed");
            assertThat(cutAnew.rowsOf("account-%")).isZero();
            cutAnew.runUntilEmpty();
            cutAnew.requireEachRowOnce(cutAnew.all.rows() + late.rows() + 1);
        }
    }

    @Test
    @RequiresTimescale
    void chunksThatWereMergedSinceAreNotArchivedTwice() throws SQLException {
        try (CutAnew cutAnew = new CutAnew(home)) {
            assumeTrue(cutAnew.number("SELECT count(*) FROM pg_proc WHERE proname = 'merge_chunks'") > 0);
            cutAnew.restore("2024-01-04", "2024-01-18", "--no-compress");
            cutAnew.execute(MERGE);
            Digest merged = cutAnew.inDatabase();
            cutAnew.run();
            assertThat(cutAnew.inDatabase()).isEqualTo(merged);
            assertThat(cutAnew.audit()).contains("found in other chunks");
            cutAnew.release();

            cutAnew.runUntilEmpty();

            cutAnew.requireEachRowOnce(cutAnew.all);
        }
    }

    @Test
    @RequiresTimescale
    void anEventStoreGoesOnFromWhereItsStreamsEnd() throws SQLException {
        try (TestDatabase database = TestDatabase.create();
                Connection owner = database.owner()) {
            Eventodb store = Eventodb.create(owner);
            store.fillWeek(EventStore.FIRST_WEEK, "account-", 10, 5);
            store.compressAll();
            String tables =
                    "tsdb_default.messages { archive-after = 30d, drop-after = %s, " + Eventodb.WRITE_PATH + " }";
            Firn firn =
                    Firn.configure(database, home, tables.formatted("never")).init();
            firn.succeed("run", Firn.NAMESPACE);
            store.attach();
            firn.tables(tables.formatted("30d")).succeed("run", Firn.NAMESPACE);
            Eventodb.execute(owner, "SELECT set_chunk_time_interval('tsdb_default.messages', interval '30 days')");
            Eventodb.execute(
                    owner,
                    "INSERT INTO tsdb_default.messages (time, position, stream_name, type, data)"
                            + " VALUES ('2024-01-06', 0, 'late-1', 'Late', '{}')");
            Rehydrate rehydrate = new Rehydrate(firn);
            rehydrate.succeed(Firn.NAMESPACE, "tsdb_default.messages", "--from", "2024-01-04", "--to", "2024-01-05");
            assertThat(Eventodb.read(owner, "account-3", 0, -1)).containsExactly(0L, 1L, 2L, 3L, 4L);
            assertThat(Eventodb.write(owner, "account-3")).isEqualTo(5);

            rehydrate.succeed("release", Firn.NAMESPACE, "tsdb_default.messages");
            firn.succeed("run", Firn.NAMESPACE);

            assertThat(Eventodb.numbers(owner, "SELECT count(*) FROM tsdb_default.messages"))
                    .containsExactly(2L);
            assertThat(Eventodb.version(owner, "account-4")).isEqualTo(4);
            assertThat(Eventodb.write(owner, "account-3", 5)).isEqualTo(6);
            assertThat(Eventodb.write(owner, "account-4")).isEqualTo(5);
            assertThatThrownBy(() -> Eventodb.read(owner, "account-4", 0, -1)).hasMessageContaining("are archived");
        }
    }
}
