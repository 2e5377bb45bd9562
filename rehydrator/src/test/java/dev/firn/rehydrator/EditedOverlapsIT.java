package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.archive.Archive;
import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.lifecycle.Steps;
import dev.firn.lifecycle.TakeOutSteps;
import dev.firn.testing.ArchiverProcess;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges that came back into chunks of other bounds, were edited there, and are archived in place of what had come back. */
class EditedOverlapsIT {

    private static final String REPLACE = "on-edit = replace";
    private static final String SECOND_WEEK = "time >= '2024-01-11' AND time < '2024-01-18'";

    private static final String INSERT =
            "INSERT INTO tsdb_default.messages (time, position, stream_name, type, data) VALUES ('%s', %d, '%s', 'Late', '{}')";

    @TempDir
    private Path home;

    static Stream<List<Object>> cuts() {
        return OverlapsIT.cuts();
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void whatIsThereIsArchivedInPlaceOfWhatHadComeBackAndGoes(List<Object> cut) throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, TestDatabase.create((String) cut.get(0)), REPLACE, "")) {
            cutAnew.lateRows((int) cut.get(1));
            cutAnew.restore("2024-01-11", "2024-01-18");
            cutAnew.execute(
                    "UPDATE events.messages SET type = 'Edited' || type WHERE position = 39 AND " + SECOND_WEEK);
            cutAnew.execute("DELETE FROM events.messages WHERE position = 11 AND " + SECOND_WEEK);
            cutAnew.write(1, 100, "added-1");
            if (cutAnew.events.hypertable()) {
                cutAnew.write(-1, 20, "before-1");
            }
            Digest edited = cutAnew.inDatabase();
            assertThat(cutAnew.rowsOf("account-%")).isPositive();
            cutAnew.release();

            cutAnew.run();

            Digest left = cutAnew.inDatabase();
            assertThat(cutAnew.number("SELECT count(*) FROM events.messages WHERE " + SECOND_WEEK))
                    .as("rows of the range, late ones too")
                    .isZero();
            assertThat(cutAnew.archived().plus(left))
                    .isEqualTo(edited.plus(cutAnew.week(0)).plus(cutAnew.week(2)));
            cutAnew.requireEachRowOnce(edited.rows() + 2 * CutAnew.PER_WEEK);
            Manifest replacement = cutAnew.latest("2024-01-11");
            assertThat(replacement.role()).isEqualTo(Manifest.Role.REPLACEMENT);
            assertThat(cutAnew.filesOfWeek("20240111"))
                    .isEqualTo(replacement.files().size());
            cutAnew.restore("2024-01-11", "2024-01-18");
            assertThat(cutAnew.inDatabase()).isEqualTo(edited);
            cutAnew.release();
            cutAnew.runUntilEmpty();
            cutAnew.requireEachRowOnce(edited.rows() + 2 * CutAnew.PER_WEEK);
        }
    }

    @Test
    void byAPersonsWordItIsReplacedWhereTheConfigurationKeepsIt() throws SQLException {
        try (CutAnew cutAnew = new CutAnew(home)) {
            cutAnew.lateRowsThatStay(14);
            cutAnew.restore("2024-01-11", "2024-01-18");
            edit(cutAnew, 39);
            Digest edited = cutAnew.inDatabase();
            cutAnew.release();
            requireStays(cutAnew, edited, "it was edited");
            Firn.Ran added = cutAnew.firn.run(words(decide("add")));
            assertThat(added.all()).contains("would count twice");
            assertThat(cutAnew.archived()).isEqualTo(cutAnew.all);

            cutAnew.firn.succeed(words(decide("replace")));

            assertThat(cutAnew.rowsOf("account-%")).isZero();
            assertThat(cutAnew.archived().plus(cutAnew.inDatabase()))
                    .isEqualTo(edited.plus(cutAnew.week(0)).plus(cutAnew.week(2)));
        }
    }

    @Test
    @RequiresTimescale
    void rowsOfAChunkThatIsGoneAreNotGivenUpForAnEditOfOthers() throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, REPLACE, "")) {
            cutAnew.lateRowsThatStay(1);
            cutAnew.restore("2024-01-11", "2024-01-18");
            edit(cutAnew, 39);
            cutAnew.execute("SELECT drop_chunks('events.messages', older_than => timestamptz '2024-01-13')");
            Digest edited = cutAnew.inDatabase();
            cutAnew.release();

            requireStays(cutAnew, edited, "chunks that are gone or empty");
            cutAnew.firn.succeed(words(decide("replace")));
            assertThat(cutAnew.rowsOf("account-%")).isZero();
            assertThat(cutAnew.archived().plus(cutAnew.inDatabase()))
                    .isEqualTo(edited.plus(cutAnew.week(0)).plus(cutAnew.week(2)));
        }
    }

    @Test
    @RequiresTimescale
    void aRowThatCameIntoAChunkThatWasEmptiedDoesNotStandForThoseThatWereThere() throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, REPLACE, "")) {
            cutAnew.lateRowsThatStay(1);
            cutAnew.restore("2024-01-11", "2024-01-18");
            cutAnew.execute("DELETE FROM events.messages WHERE time >= '2024-01-15'");
            cutAnew.write(1, 100, "added-1");
            Digest edited = cutAnew.inDatabase();
            cutAnew.release();

            requireStays(cutAnew, edited, "it was edited");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2024-01-14", "2024-02-01"})
    @RequiresTimescale
    void chunksThatAreDroppedWhileTheCopyIsMadeAreNoEdit(String before) throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, REPLACE, "")) {
            cutAnew.lateRowsThatStay(1);
            cutAnew.restore("2024-01-11", "2024-01-18");
            edit(cutAnew, 39);
            cutAnew.release();

            Firn.Ran ran = cutAnew.firn.run(
                    Meanwhile.once(
                            TakeOutSteps.LOOKED,
                            () -> cutAnew.execute(
                                    "SELECT drop_chunks('events.messages', older_than => timestamptz '%s')"
                                            .formatted(before))),
                    "run",
                    Firn.NAMESPACE);

            assertThat(ran.all()).contains("is gone meanwhile");
            assertThat(cutAnew.archived()).isEqualTo(cutAnew.all);
        }
    }

    /** Its copy has those late rows that lie in the range, and is published beside whatever is made meanwhile. */
    @Test
    @RequiresTimescale
    void whileSomebodySleepsOverACopyOfAChunkThatLiesOverItItStays() throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, REPLACE, "")) {
            Digest late = cutAnew.lateRows(1);
            try (ArchiverProcess sleeper = ArchiverProcess.start(
                    home,
                    "STOP",
                    Archive.PUBLISH,
                    1,
                    "--conf",
                    cutAnew.firn.conf().toString(),
                    "run",
                    Firn.NAMESPACE)) {
                assertThat(sleeper.awaitStop()).as(sleeper.output()).isTrue();
                cutAnew.endLeases();
                cutAnew.restore("2024-01-11", "2024-01-18");
                edit(cutAnew, 39);
                cutAnew.release();

                Firn.Ran ran = cutAnew.firn.run("run", Firn.NAMESPACE);

                assertThat(ran.all()).contains("which lies over it, was begun by");
                sleeper.wake();
                sleeper.exitCode();
            }
            cutAnew.endLeases();
            cutAnew.firn.run("run", Firn.NAMESPACE, "--retry-failed");
            undo(cutAnew);
            cutAnew.runUntilEmpty();
            cutAnew.requireEachRowOnce(cutAnew.all.plus(late));
        }
    }

    @Test
    @RequiresTimescale
    void lateRowsWhoseCopyIsPublishedAndNotRecordedAreNotArchivedWithIt() throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, REPLACE, "")) {
            cutAnew.lateRows(1);
            cutAnew.runUntilEmpty();
            cutAnew.write(1, 31, "later-1");
            cutAnew.events.compressAll(cutAnew.owner);
            cutAnew.firn.run(
                    Meanwhile.once(Steps.PUBLISHED, () -> {
                        throw new IllegalStateException("failing");
                    }),
                    "run",
                    Firn.NAMESPACE);
            cutAnew.endLeases();
            cutAnew.restore("2024-01-11", "2024-01-12");
            edit(cutAnew, 39);
            cutAnew.release();

            Firn.Ran ran = cutAnew.firn.run("run", Firn.NAMESPACE);

            assertThat(ran.all()).contains("its rows may be among these");
            undo(cutAnew);
            cutAnew.runUntilEmpty();
            cutAnew.requireEachRowOnce(3 * CutAnew.PER_WEEK + 3);
        }
    }

    @Test
    @RequiresTimescale
    void aChunkThatIsEmptiedWhileTheCopyIsMadeIsNoEditEvenIfARowCameSince() throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, REPLACE, "")) {
            cutAnew.lateRowsThatStay(1);
            cutAnew.restore("2024-01-11", "2024-01-18");
            edit(cutAnew, 39);
            cutAnew.release();

            Firn.Ran ran = cutAnew.firn.run(
                    Meanwhile.once(TakeOutSteps.LOOKED, () -> {
                        cutAnew.execute(
                                "DELETE FROM events.messages WHERE time >= '2024-01-14' AND time < '2024-01-15'");
                        cutAnew.write(1, 81, "added-1");
                    }),
                    "run",
                    Firn.NAMESPACE);

            assertThat(ran.all()).contains("has fewer rows than a moment ago");
            assertThat(cutAnew.archived()).isEqualTo(cutAnew.all);
        }
    }

    @Test
    @RequiresTimescale
    void whereRowsOfAnotherArchivedRangeMayBeAmongThemItStays() throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, REPLACE, "")) {
            Digest late = cutAnew.lateRows(30);
            cutAnew.configure(REPLACE + ", drop-after = never");
            cutAnew.run();
            cutAnew.configure(REPLACE);
            cutAnew.restore("2024-01-11", "2024-01-18");
            edit(cutAnew, 39);
            Digest edited = cutAnew.inDatabase();
            cutAnew.release();

            Firn.Ran ran = cutAnew.firn.run("run", Firn.NAMESPACE);

            assertThat(ran.all()).contains("its rows may be among these");
            assertThat(cutAnew.inDatabase()).isEqualTo(edited);
            assertThat(cutAnew.archived()).isEqualTo(cutAnew.all.plus(late));
            undo(cutAnew);
            cutAnew.runUntilEmpty();
            assertThat(cutAnew.archived()).isEqualTo(cutAnew.all.plus(late));
        }
    }

    @Test
    @RequiresTimescale
    void archivedColumnsThatWereDroppedAreNotLostByIt() throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, REPLACE, "ALTER TABLE events.messages ADD COLUMN note text")) {
            cutAnew.lateRowsThatStay(14);
            cutAnew.restore("2024-01-11", "2024-01-18");
            cutAnew.execute("ALTER TABLE events.messages DROP COLUMN note");
            edit(cutAnew, 39);
            Digest edited = cutAnew.inDatabase();
            cutAnew.release();

            requireStays(cutAnew, edited, "has not all columns any more");
        }
    }

    @Test
    @RequiresTimescale
    void archivedRowsThatGaveWayToLiveOnesAreNotLostByIt() throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, REPLACE, "")) {
            cutAnew.restore("2024-01-11", "2024-01-18");
            cutAnew.execute(
                    "CREATE TABLE events.again AS SELECT * FROM events.messages WHERE global_position BETWEEN 701 AND 703");
            cutAnew.release();
            cutAnew.runUntilEmpty();
            cutAnew.lateRowsThatStay(14);
            cutAnew.execute("INSERT INTO events.messages SELECT * FROM events.again");
            cutAnew.execute("UPDATE events.messages SET type = 'Different' WHERE global_position IN (701, 702)");
            cutAnew.restore("2024-01-11", "2024-01-18", "--on-conflict", "keep-live");
            edit(cutAnew, 39);
            Digest edited = cutAnew.inDatabase();
            cutAnew.release();

            requireStays(cutAnew, edited, "2 archived rows did not come back with it");
        }
    }

    @Test
    @RequiresTimescale
    void aStreamThatAnEditMadeLongerGoesOnFromItsNewEndAlsoAfterACrash() throws SQLException {
        try (TestDatabase database = TestDatabase.create();
                Connection owner = database.owner()) {
            Eventodb store = Eventodb.create(owner);
            store.fillWeek(EventStore.FIRST_WEEK, "account-", 10, 5);
            store.compressAll();
            String tables = "tsdb_default.messages { archive-after = 30d, drop-after = %s, on-edit = replace, "
                    + Eventodb.WRITE_PATH + " }";
            Firn firn =
                    Firn.configure(database, home, tables.formatted("never")).init();
            firn.succeed("run", Firn.NAMESPACE);
            store.attach();
            firn.tables(tables.formatted("30d")).succeed("run", Firn.NAMESPACE);
            Eventodb.execute(owner, "SELECT set_chunk_time_interval('tsdb_default.messages', interval '30 days')");
            Eventodb.execute(owner, INSERT.formatted("2024-01-03", 0, "late-1"));
            Rehydrate rehydrate = new Rehydrate(firn);
            rehydrate.succeed(Firn.NAMESPACE, "tsdb_default.messages", "--from", "2024-01-04", "--to", "2024-01-05");
            Eventodb.execute(owner, INSERT.formatted("2024-01-10", 5, "account-4"));
            Eventodb.execute(
                    owner,
                    "UPDATE tsdb_default.messages SET type = 'Edited' WHERE stream_name = 'account-3' AND position = 1");
            rehydrate.succeed("release", Firn.NAMESPACE, "tsdb_default.messages");
            firn.run(
                    Meanwhile.once(Steps.PUBLISHED, () -> {
                        throw new IllegalStateException("failing");
                    }),
                    "run",
                    Firn.NAMESPACE);
            database.execute("UPDATE firn.claim SET expires_at = clock_timestamp()");

            firn.succeed("run", Firn.NAMESPACE, "--retry-failed");

            assertThat(Eventodb.numbers(owner, "SELECT count(*) FROM tsdb_default.messages"))
                    .containsExactly(1L);
            assertThat(Eventodb.version(owner, "account-4")).isEqualTo(5);
            assertThat(Eventodb.version(owner, "account-3")).isEqualTo(4);
            assertThat(Eventodb.write(owner, "account-4")).isEqualTo(6);
        }
    }

    private static void edit(CutAnew cutAnew, int position) throws SQLException {
        cutAnew.execute("UPDATE events.messages SET type = 'Edited' || type WHERE position = %d AND %s"
                .formatted(position, SECOND_WEEK));
    }

    private static void undo(CutAnew cutAnew) throws SQLException {
        cutAnew.execute("UPDATE events.messages SET type = replace(type, 'Edited', '')");
    }

    /** A pass changes nothing, and says what a person can do. */
    private static void requireStays(CutAnew cutAnew, Digest edited, String why) throws SQLException {
        Firn.Ran ran = cutAnew.firn.run("run", Firn.NAMESPACE);

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(5);
        assertThat(ran.all()).contains(why).contains(decide("replace"));
        assertThat(cutAnew.inDatabase()).isEqualTo(edited);
        assertThat(cutAnew.archived()).isEqualTo(cutAnew.all);
    }

    private static String decide(String how) {
        return "archiver run %s --table %s --chunk 2024-01-11 --divergent %s"
                .formatted(Firn.NAMESPACE, CutAnew.TABLE, how);
    }

    /** Of a command as a hint prints it, without the program's name. */
    private static String[] words(String command) {
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.remove(0);
        return words.toArray(String[]::new);
    }
}
