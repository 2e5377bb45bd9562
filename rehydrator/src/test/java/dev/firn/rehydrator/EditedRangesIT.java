package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.firn.archive.Archive;
import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.lifecycle.Steps;
import dev.firn.testing.ArchiverProcess;
import dev.firn.testing.EventStore;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a range that came back and was edited, once its hold has ended. Each test takes a week of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EditedRangesIT {

    /** What a replacement of what came back passes once it is proven. */
    static final List<String> POINTS = List.of(
            Steps.PROVEN, Steps.RECORDED, Archive.PROMOTE, Steps.PROMOTED, Steps.CLEARED, Steps.DROP, Steps.COMMITTED);

    private static final int WEEKS = 36;
    private static final int PER_WEEK = 50;
    private static final String TABLE = "events.messages";
    private static final String KEEP = TABLE + " { archive-after = 1d }";
    private static final String REPLACE = TABLE + " { archive-after = 1d, on-edit = replace }";

    private Path home;
    private TestDatabase database;
    private Connection owner;
    private EventStore events;
    private Firn firn;
    private Rehydrate rehydrate;
    private int week = -1;

    @BeforeAll
    void archiveAndDropAllWeeks(@TempDir Path directory) throws SQLException {
        home = directory;
        database = TestDatabase.create();
        owner = database.owner();
        events = EventStore.create(owner, "events", WEEKS);
        events.fillWeeks(owner, 7, WEEKS, PER_WEEK);
        events.compressAll(owner);
        firn = Firn.configure(database, home, KEEP).init();
        firn.succeed("run", Firn.NAMESPACE);
        assertThat(events.rows(owner)).isZero();
        rehydrate = new Rehydrate(firn);
    }

    @AfterAll
    void close() throws SQLException {
        owner.close();
        database.close();
    }

    @BeforeEach
    void takeTheNextWeek() {
        week++;
        firn.tables(KEEP);
    }

    @Test
    void anEditedRangeStaysAndAnAlarmSaysSoUntilItIsDecidedOn() throws SQLException {
        bringBack();
        edit();
        Digest edited = inDatabase();

        Firn.Ran ran = release();

        assertThat(ran.exitCode()).as(ran.all()).isZero();
        assertThat(ran.out()).contains("edited, kept").contains("it is not what came back, and stays");
        assertThat(inDatabase()).isEqualTo(edited);
        String alarm = "alarm (edited-ranges): %s was edited after it came back, and stays".formatted(range());
        assertThat(firn.succeed("status", Firn.NAMESPACE).out()).contains(alarm).contains("--divergent replace");
        assertThat(firn.succeed("plan", Firn.NAMESPACE).out())
                .contains(alarm)
                .contains("it is not what came back (edited): see the alarm")
                .contains("0 of 1 chunks have work to do");
        // Nobody reads it again while nothing happens to it.
        assertThat(firn.succeed("run", Firn.NAMESPACE).out()).doesNotContain("edited, kept");
        assertThat(texts("SELECT action FROM firn.audit WHERE action = 'found edited' AND range_text = '%s'"
                        .formatted(range())))
                .hasSize(1);

        divergent("replace");

        assertThat(events.rows(owner)).isZero();
        assertThat(live()).hasSize(1).first().extracting(Manifest::digest).isEqualTo(edited);
        assertThat(firn.succeed("status", Firn.NAMESPACE).out()).doesNotContain(alarm);
    }

    @Test
    void onEditReplaceArchivesItInPlaceOfAllThatCameBackAndDropsIt() throws SQLException {
        addLateRow();
        assertThat(live()).hasSize(2);
        firn.tables(REPLACE);
        bringBack();
        edit();
        Digest edited = inDatabase();

        Firn.Ran ran = release();

        assertThat(ran.out()).as(ran.all()).contains("1 dropped, 0 failed");
        requireReplacedOnce(edited);
        bringBack();
        assertThat(inDatabase()).isEqualTo(edited);
        release();
        requireReplacedOnce(edited);
    }

    @Test
    void whatIsUnchangedIsDroppedUnderEither() throws SQLException {
        addLateRow();
        List<String> files = firn.files();
        firn.tables(REPLACE);
        bringBack();
        assertThat(release().out()).contains("1 dropped, 0 failed");
        assertThat(firn.files()).isEqualTo(files);
    }

    @Test
    void anEditThatIsTakenBackIsNone() throws SQLException {
        bringBack();
        edit();
        release();
        execute("UPDATE events.messages SET type = substr(type, 2)");

        assertThat(firn.succeed("run", Firn.NAMESPACE).out()).contains("1 dropped, 0 failed");
        assertThat(events.rows(owner)).isZero();
    }

    @Test
    void anEditDuringTheReplacementIsInTheReplacement() throws SQLException {
        firn.tables(REPLACE);
        bringBack();
        edit();
        boolean[] done = new boolean[1];
        Digest[] last = new Digest[1];

        Firn.Ran ran = release(point -> {
            if (point.equals(Steps.PUBLISHED) && !done[0]) {
                done[0] = true;
                editUnchecked();
                last[0] = inDatabaseUnchecked();
            }
        });

        assertThat(ran.out()).as(ran.all()).contains("1 dropped, 0 failed");
        requireReplacedOnce(last[0]);
    }

    @Test
    void aRangeThatIsEmptiedIsNotReplacedByNothing() throws SQLException {
        firn.tables(REPLACE);
        List<Manifest> before = live();
        bringBack();
        execute("DELETE FROM events.messages");

        assertThat(release().out()).contains("edited, kept");

        assertThat(live()).isEqualTo(before);
        assertThat(firn.succeed("status", Firn.NAMESPACE).out())
                .contains(range() + " came back with 50 rows and has none now, which is no edit");
        execute("DROP TABLE " + chunk());
    }

    @Test
    void aRangeThatIsEmptiedWhileItIsReplacedIsNotReplacedByNothing() throws SQLException {
        firn.tables(REPLACE);
        List<Manifest> before = live();
        bringBack();
        edit();

        Firn.Ran ran = release(point -> {
            // When its snapshot for the comparison is taken: the copy that follows sees none of its rows.
            if (point.equals(Steps.COPY)) {
                deleteUnchecked();
            }
        });

        assertThat(ran.all()).contains("the chunk is empty now, and the copy is not");
        assertThat(live().stream().mapToLong(Manifest::rows).sum()).isEqualTo(PER_WEEK);
        firn.run("run", Firn.NAMESPACE, "--retry-failed");
        assertThat(live().stream().mapToLong(Manifest::rows).sum()).isEqualTo(PER_WEEK);
        assertThat(before).hasSize(1);
        execute("DROP TABLE " + chunk());
        firn.succeed("run", Firn.NAMESPACE);
    }

    @Test
    void aChunkInPlaceOfTheOneThatCameBackIsNoEditOfIt() throws SQLException {
        firn.tables(REPLACE);
        List<Manifest> before = live();
        bringBack();
        Digest all = inDatabase();
        supplant();
        Digest late = inDatabase();

        assertThat(release().out()).contains("edited, kept");

        assertThat(live()).isEqualTo(before);
        assertThat(inDatabase()).isEqualTo(late);
        String alarm =
                range() + " came back with 50 rows, and that chunk is gone: another one is in its place, and stays";
        assertThat(firn.succeed("status", Firn.NAMESPACE).out())
                .contains(alarm)
                .contains("--divergent replace")
                .contains("--divergent add");
        assertThat(firn.succeed("plan", Firn.NAMESPACE).out()).contains("it is not what came back (supplanted)");
        divergent("add");
        assertThat(events.rows(owner)).isZero();
        assertThat(live()).hasSize(2);
        bringBack();
        assertThat(inDatabase()).isEqualTo(all.plus(late));
        assertThat(release().out()).contains("1 dropped, 0 failed");
    }

    @Test
    void aRangeThatIsTruncatedAndGetsALateRowIsNotReplacedByIt() throws SQLException {
        firn.tables(REPLACE);
        List<Manifest> before = live();
        bringBack();
        execute("TRUNCATE " + chunk());
        events.write(owner, weekStart().plusSeconds(60), "late-1", 0);
        Digest late = inDatabase();

        assertThat(release().out()).contains("edited, kept");

        assertThat(late.rows()).isEqualTo(1);
        assertThat(live()).isEqualTo(before);
        assertThat(inDatabase()).isEqualTo(late);
        assertThat(firn.succeed("status", Firn.NAMESPACE).out())
                .contains(range() + " came back with 50 rows and has fewer now, and was truncated or rewritten");
        divergent("replace");
        requireReplacedOnce(late);
    }

    @Test
    void rowsThatWereDeletedAreAnEditAsLongAsItLiesWhereItLay() throws SQLException {
        firn.tables(REPLACE);
        bringBack();
        execute("DELETE FROM events.messages WHERE position % 2 = 0");
        Digest edited = inDatabase();

        assertThat(release().out()).contains("1 dropped, 0 failed");

        assertThat(edited.rows()).isPositive();
        requireReplacedOnce(edited);
    }

    @Test
    void whatWasRewrittenWithAllOfItsRowsIsAnEdit() throws SQLException {
        firn.tables(REPLACE);
        bringBack();
        edit();
        execute("VACUUM FULL " + chunk());
        events.compressAll(owner);
        Digest edited = inDatabase();

        assertThat(release().out()).contains("1 dropped, 0 failed");

        requireReplacedOnce(edited);
    }

    @Test
    void aRangeWhoseRowsAreGoneIsNotSaidToBeThere() throws SQLException {
        bringBack();
        supplant();
        requireNotThere("that chunk is gone since: another one is in its place, with 1 rows", "--divergent add");
        rehydrate.succeed("release", Firn.NAMESPACE, TABLE);
        divergent("add");
        assertThat(bringBack().out()).contains("1 brought back");
        assertThat(events.rows(owner)).isEqualTo(PER_WEEK + 1);

        execute("DELETE FROM events.messages WHERE position % 2 = 0");
        requireNotThere("came back with 51 rows, and ", "--divergent replace");
        execute("DELETE FROM events.messages");
        requireNotThere("came back with 51 rows, and 0 are in its chunk now", "drop the chunk yourself");

        execute("DROP TABLE " + chunk());
        release();
        assertThat(bringBack().out()).contains("1 brought back");
        assertThat(events.rows(owner)).isEqualTo(PER_WEEK + 1);
        assertThat(bringBack().out()).contains("1 were there");
        release();
    }

    /** By the command, by its forecast and by a request from SQL. */
    private void requireNotThere(String what, String hint) throws SQLException {
        String held = texts("SELECT hold_until::text FROM firn.hold").get(0);
        Firn.Ran ran = rehydrate.run(
                Firn.NAMESPACE, TABLE, "--from", start(), "--to", start() + "T06:00", "--keep", "forever");

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
        assertThat(ran.out()).contains(what, "HINT: ", "rehydrate release", hint, "0 were there, 1 failed");
        assertThat(texts("SELECT hold_until::text FROM firn.hold")).containsExactly(held);
        assertThat(rehydrate
                        .run(Firn.NAMESPACE, TABLE, "--from", start(), "--to", start() + "T06:00", "--dry-run")
                        .out())
                .contains(what, "0 there, 1 refused");
        database.execute("SELECT firn.rehydrate('events.messages', '%s', '%s')".formatted(start(), start() + "T06:00"));
        firn.run("run", Firn.NAMESPACE);
        assertThat(texts("SELECT state || ' ' || ranges_back FROM firn.requests ORDER BY id DESC LIMIT 1"))
                .containsExactly("refused 0");
    }

    @Test
    void whoeverPutsTheCopyOfADeadWorkerInPlaceRemovesWhatItReplaces() throws SQLException {
        Digest edited = publishAReplacementAndDie();

        assertThat(bringBack().out()).contains("1 were there");

        requireReplacedOnceInTheArchive(edited);
        rehydrate.succeed("release", Firn.NAMESPACE, TABLE);
        firn.succeed("run", Firn.NAMESPACE, "--retry-failed");
        requireReplacedOnce(edited);
    }

    @Test
    void alsoWhereTheChunkIsGoneByThen() throws SQLException {
        Digest edited = publishAReplacementAndDie();
        execute("DROP TABLE " + chunk());

        firn.run("run", Firn.NAMESPACE);

        requireReplacedOnce(edited);
    }

    private Digest publishAReplacementAndDie() throws SQLException {
        firn.tables(REPLACE);
        bringBack();
        edit();
        Digest edited = inDatabase();
        release(Meanwhile.failing(Steps.PUBLISHED));
        letGoOfClaims();
        return edited;
    }

    @Test
    void aChunkThatIsSupplantedWhileItIsReplacedStays() throws SQLException {
        firn.tables(REPLACE);
        List<Manifest> before = live();
        bringBack();
        edit();

        Firn.Ran ran = release(Meanwhile.once(Steps.PROVEN, this::supplant));

        assertThat(ran.all()).contains("it was dropped or truncated while it was copied");
        assertThat(live()).isEqualTo(before);
        assertThat(firn.run("run", Firn.NAMESPACE, "--retry-failed").out()).contains("edited, kept");
        assertThat(live()).isEqualTo(before);
        execute("DROP TABLE " + chunk());
        firn.succeed("run", Firn.NAMESPACE);
    }

    @ParameterizedTest
    @ValueSource(strings = {KEEP, REPLACE})
    void aRangeThatIsGoneIsAnAlarmAndCostsTheArchiveNothing(String tables) throws SQLException {
        firn.tables(tables);
        List<Manifest> before = live();
        bringBack();
        execute("DROP TABLE " + chunk());

        assertThat(firn.succeed("status", Firn.NAMESPACE).out())
                .contains("alarm (vanished-chunks): %s is gone, and Firn did not drop it".formatted(range()));
        release();

        assertThat(live()).isEqualTo(before);
        assertThat(bringBack().out()).contains("1 brought back");
        assertThat(release().out()).contains("1 dropped, 0 failed");
    }

    @Test
    void afterARestartOfTheServerTheDigestTells() throws SQLException {
        assumeTrue(TestDatabase.canRestart(), "this server is not the test's to restart");
        bringBack();
        edit();
        release();
        owner.close();
        database.restart();
        owner = database.owner();

        // What was found of it is worth nothing now: it is read again, and found again.
        assertThat(firn.succeed("run", Firn.NAMESPACE).out()).contains("edited, kept");
        assertThat(firn.succeed("run", Firn.NAMESPACE).out()).doesNotContain("edited, kept");
        firn.tables(REPLACE);
        Digest edited = inDatabase();
        assertThat(firn.succeed("run", Firn.NAMESPACE).out()).contains("1 dropped, 0 failed");
        requireReplacedOnce(edited);
    }

    @Test
    void whatCameBackIntoOtherColumnsIsToldFromWhatWasEdited() throws SQLException {
        execute("ALTER TABLE events.messages ADD COLUMN added int DEFAULT 7");
        try {
            firn.tables(REPLACE);
            List<Manifest> before = live();
            bringBack();
            assertThat(release().out()).contains("1 dropped, 0 failed");
            assertThat(live()).isEqualTo(before);

            bringBack();
            execute("UPDATE events.messages SET added = 8 WHERE position % 2 = 0");
            Digest edited = inDatabase();
            assertThat(release().out()).contains("1 dropped, 0 failed");
            requireReplacedOnce(edited);
        } finally {
            execute("ALTER TABLE events.messages DROP COLUMN added");
        }
        // The replacement has a column that the table lacks: nothing that was edited is archived over it unasked.
        List<Manifest> before = live();
        bringBack();
        assertThat(release().out()).as("unedited").contains("1 dropped, 0 failed");
        bringBack();
        edit();
        assertThat(release().out()).contains("edited, kept");
        assertThat(live()).isEqualTo(before);
        assertThat(firn.succeed("status", Firn.NAMESPACE).out()).contains("a copy of it would lack columns");
        divergent("replace");
        assertThat(live()).hasSize(1).isNotEqualTo(before);
    }

    @Test
    void whoseColumnsChangeWhileItIsBackIsNotTakenForUnchanged() throws SQLException {
        bringBack();
        execute("ALTER TABLE events.messages ADD COLUMN added int");
        try {
            assertThat(release().out()).contains("edited, kept");
            assertThat(firn.succeed("status", Firn.NAMESPACE).out()).contains("nobody can tell whether it was edited");
            firn.tables(REPLACE);
            Digest now = inDatabase();
            assertThat(firn.succeed("run", Firn.NAMESPACE).out()).contains("1 dropped, 0 failed");
            requireReplacedOnce(now);
        } finally {
            execute("ALTER TABLE events.messages DROP COLUMN added");
        }
    }

    @ParameterizedTest
    @FieldSource("POINTS")
    void failingAnywhereOnTheWayTheNextRunFinishes(String point) throws SQLException {
        firn.tables(REPLACE);
        bringBack();
        edit();
        Digest edited = inDatabase();

        boolean[] passed = new boolean[1];
        release(reached -> {
            if (reached.equals(point)) {
                passed[0] = true;
                throw new IllegalStateException("failing at " + point);
            }
        });
        assertThat(passed[0]).isTrue();

        letGoOfClaims();
        firn.succeed("run", Firn.NAMESPACE, "--retry-failed");
        requireReplacedOnce(edited);
    }

    /** Where it counts most: the manifest stands and nobody knows; of what it replaces a part is gone. */
    @ParameterizedTest
    @ValueSource(strings = {Steps.PUBLISHED, Archive.REMOVE})
    void killedOnTheWayTheNextRunFinishes(String point) throws SQLException {
        addLateRow();
        firn.tables(REPLACE);
        bringBack();
        edit();
        Digest edited = inDatabase();
        rehydrate.succeed("release", Firn.NAMESPACE, TABLE);

        try (ArchiverProcess process = ArchiverProcess.start(
                home, "KILL", point, 1, "--conf", firn.conf().toString(), "run", Firn.NAMESPACE)) {
            assertThat(process.exitCode()).as(process.output()).isEqualTo(137);
        }

        letGoOfClaims();
        firn.succeed("run", Firn.NAMESPACE, "--retry-failed");
        requireReplacedOnce(edited);
    }

    /** It was copied before the range came back, of the very chunk that the range came back into. */
    @Test
    void anAdditionThatASleeperPublishesDoesNotStandForAllThatCameBack() throws SQLException {
        if (!events.hypertable()) {
            events.addPartition(owner, weekStart());
        }
        events.write(owner, weekStart().plusSeconds(60), "late-1", 0);
        events.compressAll(owner);
        try (ArchiverProcess sleeper = ArchiverProcess.start(
                home, "STOP", Archive.PUBLISH, 1, "--conf", firn.conf().toString(), "run", Firn.NAMESPACE)) {
            assertThat(sleeper.awaitStop()).as(sleeper.output()).isTrue();
            database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND usename = '" + TestDatabase.ARCHIVER + "'");
            letGoOfClaims();
            bringBack();
            sleeper.wake();
            assertThat(sleeper.exitCode()).as(sleeper.output()).isNotZero();
        }
        assertThat(live()).hasSize(2);
        edit();
        Digest edited = inDatabase();
        letGoOfClaims();

        release();
        firn.run("run", Firn.NAMESPACE, "--retry-failed");

        assertThat(inDatabase()).isEqualTo(edited);
        assertThat(live()).hasSize(2);
        divergent("replace");
        requireReplacedOnce(edited);
    }

    private Firn.Ran bringBack() {
        return rehydrate.succeed(Firn.NAMESPACE, TABLE, "--from", start(), "--to", start() + "T06:00");
    }

    private Firn.Ran release() {
        return release(reached -> {});
    }

    private Firn.Ran release(dev.firn.FaultPoints faults) {
        rehydrate.succeed("release", Firn.NAMESPACE, TABLE);
        return firn.run(faults, "run", Firn.NAMESPACE);
    }

    private void divergent(String how) {
        firn.succeed("run", Firn.NAMESPACE, "--table", TABLE, "--chunk", start(), "--divergent", how);
    }

    /** Nothing of this week is in the database, and one copy has it as it was last. */
    private void requireReplacedOnce(Digest edited) throws SQLException {
        assertThat(events.rows(owner)).isZero();
        requireReplacedOnceInTheArchive(edited);
    }

    private void requireReplacedOnceInTheArchive(Digest edited) {
        assertThat(live()).hasSize(1).first().extracting(Manifest::digest).isEqualTo(edited);
        String data = "chunk=" + start().replace("-", "");
        assertThat(firn.files())
                .filteredOn(file -> file.contains("/data/") && file.contains(data))
                .hasSize(1);
        assertThat(firn.files()).filteredOn(file -> file.contains("/incoming/")).isEmpty();
    }

    private void addLateRow() throws SQLException {
        if (!events.hypertable()) {
            events.addPartition(owner, weekStart());
        }
        events.write(owner, weekStart().plusSeconds(60), "late-1", 0);
        events.compressAll(owner);
        firn.succeed("run", Firn.NAMESPACE);
        assertThat(events.rows(owner)).isZero();
    }

    /** Somebody drops the chunk, and a late row makes another one of the same bounds. */
    private void supplant() throws SQLException {
        execute("DROP TABLE " + chunk());
        if (!events.hypertable()) {
            events.addPartition(owner, weekStart());
        }
        events.write(owner, weekStart().plusSeconds(60), "late-1", 0);
    }

    private void letGoOfClaims() {
        database.execute("UPDATE firn.claim SET expires_at = clock_timestamp()");
    }

    private void edit() throws SQLException {
        execute("UPDATE events.messages SET type = '+' || type");
    }

    private void editUnchecked() {
        try {
            edit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void deleteUnchecked() {
        try {
            execute("DELETE FROM events.messages");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Digest inDatabaseUnchecked() {
        try {
            return inDatabase();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Digest inDatabase() throws SQLException {
        return firn.inDatabase(events.table());
    }

    private List<Manifest> live() {
        return firn.live(events.table()).stream()
                .filter(manifest -> manifest.range().showStart().equals(start()))
                .toList();
    }

    private java.time.Instant weekStart() {
        return EventStore.FIRST_WEEK.plus(EventStore.WEEK.multipliedBy(week));
    }

    private String start() {
        return weekStart().toString().substring(0, 10);
    }

    private String range() {
        return "[%s, %s)"
                .formatted(start(), weekStart().plus(EventStore.WEEK).toString().substring(0, 10));
    }

    private String chunk() throws SQLException {
        return textsOf(
                        owner,
                        events.hypertable()
                                ? "SELECT show_chunks('events.messages')"
                                : "SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'events.messages'::regclass")
                .get(0);
    }

    private List<String> texts(String sql) throws SQLException {
        try (Connection admin = database.admin()) {
            return textsOf(admin, sql);
        }
    }

    private static List<String> textsOf(Connection connection, String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }
}
