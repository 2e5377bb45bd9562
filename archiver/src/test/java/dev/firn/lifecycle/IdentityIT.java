package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Databases that were copied, chunks that come back, and catalogues that were lost. */
class IdentityIT {

    private static final String KEPT = "events.kept";

    @TempDir
    private Path home;

    private WeeklyChunks chunks;
    private Firn firn;

    @BeforeEach
    void open() throws SQLException {
        chunks = new WeeklyChunks(home);
        firn = chunks.firn();
    }

    @AfterEach
    void close() throws SQLException {
        chunks.close();
    }

    @Test
    void aCopyOfTheDatabaseIsRefusedBeforeItWritesAnything() throws Exception {
        chunks.addWeek();
        chunks.addWeek();
        try (TestDatabase copied = chunks.database().copy()) {
            Firn copy = configure(copied);
            firn.succeed("run", Firn.NAMESPACE, "--max-chunks", "1");
            List<String> files = firn.files();
            Digest inCopy = copy.inDatabase(chunks.events().table());

            Firn.Ran ran = copy.run("run", Firn.NAMESPACE);

            assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
            assertThat(ran.all())
                    .contains("the archive has moved on without this database")
                    .contains("nothing was changed")
                    .contains("point a copy at a location of its own")
                    .contains("--take-over");
            assertThat(firn.files()).isEqualTo(files);
            assertThat(copy.inDatabase(chunks.events().table())).isEqualTo(inCopy);
        }
    }

    @Test
    void takingOverMakesTheCopyTheOwnerAndShutsTheOriginalOut() throws Exception {
        Digest all = chunks.addWeek();
        try (TestDatabase copied = chunks.database().copy()) {
            Firn copy = configure(copied);
            firn.succeed("run", Firn.NAMESPACE, "--max-chunks", "1");

            copy.init(true);
            List<String> files = firn.files();
            Firn.Ran original = firn.run("run", Firn.NAMESPACE);

            assertThat(original.exitCode()).as(original.all()).isEqualTo(3);
            assertThat(original.all()).contains("nothing was changed").contains("--take-over");
            assertThat(firn.files()).isEqualTo(files);
            assertThat(copy.inDatabase(chunks.events().table())).isEqualTo(all);
            Firn.Ran taken = copy.run("run", Firn.NAMESPACE);
            // The original had archived and dropped the very rows that the copy still holds.
            assertThat(taken.exitCode()).as(taken.all()).isZero();
            assertThat(copy.inDatabase(chunks.events().table()).rows()).isZero();
            assertThat(firn.live(chunks.events().table()))
                    .singleElement()
                    .satisfies(manifest -> assertThat(manifest.digest()).isEqualTo(all));
        }
    }

    @Test
    void aChunkThatCameBackWithTheSameRowsIsAdoptedAndDroppedAgain() throws SQLException {
        Digest all = chunks.addWeek();
        keep();
        firn.succeed("run", Firn.NAMESPACE);
        List<String> files = firn.files();

        putBack();
        chunks.runUntilDone();

        chunks.requireAllArchivedOnce(all);
        assertThat(firn.files()).isEqualTo(files);
    }

    @Test
    void aChunkThatCameBackIsAdoptedAlsoWhereTheCatalogueWasLost() throws SQLException {
        Digest all = chunks.addWeek();
        keep();
        firn.succeed("run", Firn.NAMESPACE);
        List<String> files = firn.files();
        loseCatalogue();

        putBack();
        chunks.runUntilDone();

        chunks.requireAllArchivedOnce(all);
        assertThat(firn.files()).isEqualTo(files);
    }

    @Test
    void aChunkOfOtherRowsThanItsUnknownCopyIsLeftToAPerson() throws SQLException {
        divergentChunk();
        Digest inDatabase = firn.inDatabase(chunks.events().table());
        List<String> files = firn.files();

        Firn.Ran ran = firn.run("run", Firn.NAMESPACE);

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(5);
        assertThat(ran.all())
                .contains("their rows differ, and this is not the chunk that was copied then")
                .contains("nothing was changed")
                .contains("archiver run test --table events.messages --chunk 2024-01-04 --divergent replace")
                .contains("--divergent add");
        assertThat(firn.inDatabase(chunks.events().table())).isEqualTo(inDatabase);
        assertThat(firn.files()).isEqualTo(files);
    }

    @Test
    void replaceMakesTheDatabaseRight() throws SQLException {
        divergentChunk();
        Digest inDatabase = firn.inDatabase(chunks.events().table());

        decide("replace");

        chunks.requireAllArchivedOnce(inDatabase);
        assertThat(firn.live(chunks.events().table())).hasSize(1);
    }

    /** After a crash nobody knows that the change is one of the chunk that was copied. */
    @Test
    void replacePutsEditedLateRowsInPlaceOfTheirCopyAndLeavesWhatWasDroppedBefore() throws SQLException {
        lateRowsEditedAfterACrash();
        Digest late = firn.inDatabase(chunks.events().table());
        Manifest dropped = firn.live(chunks.events().table()).get(0);
        assertThat(firn.run("run", Firn.NAMESPACE).all())
                .contains("their rows differ, and this is not the chunk that was copied then");

        decide("replace");

        chunks.runUntilDone();
        assertThat(firn.inDatabase(chunks.events().table()).rows()).isZero();
        List<Manifest> live = firn.live(chunks.events().table());
        assertThat(live).hasSize(2).contains(dropped);
        assertThat(live.get(1).digest()).isEqualTo(late);
    }

    @Test
    void replaceIsRefusedBesideOtherCopiesWhereNothingSaysWhichOfThemTheChunkHolds() throws SQLException {
        lateRowsEditedAfterACrash();
        chunks.database().execute("ALTER TABLE firn.audit DISABLE TRIGGER ALL", "DELETE FROM firn.audit");
        List<Manifest> live = firn.live(chunks.events().table());
        Digest late = firn.inDatabase(chunks.events().table());

        Firn.Ran ran = firn.run(decision("replace"));

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
        assertThat(ran.all())
                .contains("the catalogue does not say which of them hold rows of this chunk; nothing was changed")
                .contains("--divergent add");
        assertThat(firn.live(chunks.events().table())).isEqualTo(live);
        assertThat(firn.inDatabase(chunks.events().table())).isEqualTo(late);
    }

    /** What the copy holds of them is nowhere else, and the new ones do not stand for it. */
    @Test
    void replaceIsRefusedWhereOtherLateRowsCameAfterSomebodyDroppedThoseOfTheCopy() throws SQLException {
        lateRowsEditedAfterACrash();
        execute(
                """
                DO $$ DECLARE chunk regclass; BEGIN
                  FOR chunk IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'events.messages'::regclass LOOP
                    EXECUTE 'DROP TABLE ' || chunk;
                  END LOOP;
                END $$""");
        if (!chunks.events().hypertable()) {
            chunks.events().addPartition(chunks.owner(), EventStore.FIRST_WEEK);
        }
        chunks.events().write(chunks.owner(), EventStore.FIRST_WEEK.plusSeconds(60), "later", 0);
        chunks.events().compressAll(chunks.owner());
        List<Manifest> live = firn.live(chunks.events().table());

        Firn.Ran ran = firn.run(decision("replace"));

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
        assertThat(ran.all())
                .contains("this one is of a chunk that is there no more; nothing was changed")
                .contains("--divergent add");
        assertThat(firn.live(chunks.events().table())).isEqualTo(live);
        assertThat(firn.inDatabase(chunks.events().table()).rows()).isEqualTo(1);
    }

    /** Archived and dropped; late rows were archived beside that, kept, and then changed. */
    private void lateRowsEditedAfterACrash() throws SQLException {
        chunks.addWeek();
        firn.succeed("run", Firn.NAMESPACE);
        firn.tables("events.messages { archive-after = 1d, drop-after = never }");
        if (!chunks.events().hypertable()) {
            chunks.events().addPartition(chunks.owner(), EventStore.FIRST_WEEK);
        }
        chunks.events().write(chunks.owner(), EventStore.FIRST_WEEK.plusSeconds(60), "late-1", 0);
        chunks.events().write(chunks.owner(), EventStore.FIRST_WEEK.plusSeconds(60), "late-2", 0);
        chunks.events().compressAll(chunks.owner());
        firn.succeed("run", Firn.NAMESPACE);
        assertThat(firn.live(chunks.events().table())).hasSize(2);
        // As a crash does: the server cannot be told from another one that lacks what was written last.
        chunks.database().execute("SELECT pg_stat_reset_shared('bgwriter')");
        execute("UPDATE events.messages SET type = 'Edited' WHERE stream_name = 'late-1'");
        firn.tables(WeeklyChunks.TABLES);
    }

    /** Who empties an archived chunk does so because it is archived. */
    @ParameterizedTest
    @ValueSource(strings = {"TRUNCATE %s", "DELETE FROM events.messages"})
    void aKeptChunkThatWasEmptiedByHandIsNotReplacedByALateRow(String emptying) throws SQLException {
        Digest all = keptChunk();
        execute(emptying.formatted(chunk()));
        assertThat(chunks.events().rows(chunks.owner())).isZero();
        chunks.events().write(chunks.owner(), chunks.nextWeek().minusSeconds(60), "late-1", 0);
        chunks.events().compressAll(chunks.owner());
        Digest late = firn.inDatabase(chunks.events().table());
        firn.tables(WeeklyChunks.TABLES);

        Firn.Ran ran = firn.run("run", Firn.NAMESPACE);

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(5);
        assertThat(ran.all())
                .contains("it has less than a tenth of the rows, and none of them as it was copied")
                .contains("nothing was changed")
                .contains("--divergent add");
        assertThat(firn.live(chunks.events().table())).singleElement().satisfies(copy -> assertThat(copy.digest())
                .isEqualTo(all));
        assertThat(firn.inDatabase(chunks.events().table())).isEqualTo(late);
        decide("add");
        chunks.requireAllArchivedOnce(all.plus(late));
    }

    @Test
    void norIsOneThatIsEmptiedJustBeforeItIsDropped() throws SQLException {
        Digest all = chunks.addWeek();
        AtomicBoolean done = new AtomicBoolean();

        Firn.Ran ran = firn.run(
                point -> {
                    if (point.equals(Steps.LOCK) && done.compareAndSet(false, true)) {
                        emptyAndWriteLate();
                    }
                },
                "run",
                Firn.NAMESPACE);

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(5);
        assertThat(ran.all()).contains("none of them as it was copied");
        assertThat(firn.live(chunks.events().table())).singleElement().satisfies(copy -> assertThat(copy.digest())
                .isEqualTo(all));
        assertThat(chunks.events().rows(chunks.owner())).isEqualTo(1);
    }

    private void emptyAndWriteLate() {
        try {
            execute("TRUNCATE " + chunk());
            chunks.events().write(chunks.owner(), chunks.nextWeek().minusSeconds(60), "late-1", 0);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void rowsThatAreDeletedFromAKeptChunkLeaveTheArchiveWithIt() throws SQLException {
        keptChunk();
        execute("DELETE FROM events.messages WHERE stream_name = 'account-3'");
        Digest left = firn.inDatabase(chunks.events().table());
        firn.tables(WeeklyChunks.TABLES);

        chunks.runUntilDone();

        chunks.requireAllArchivedOnce(left);
        assertThat(firn.live(chunks.events().table())).hasSize(1);
    }

    private Digest keptChunk() throws SQLException {
        Digest all = chunks.addWeek();
        firn.tables("events.messages { archive-after = 1d, drop-after = never }");
        firn.succeed("run", Firn.NAMESPACE);
        return all;
    }

    /** The one there is. */
    private String chunk() throws SQLException {
        try (Statement statement = chunks.owner().createStatement();
                ResultSet row = statement.executeQuery("SELECT tableoid::regclass FROM events.messages LIMIT 1")) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void addKeepsTheRowsOfBoth() throws SQLException {
        divergentChunk();
        Digest both = firn.ledger(chunks.events().table());

        decide("add");

        chunks.requireAllArchivedOnce(both);
        assertThat(firn.live(chunks.events().table())).hasSize(2);
    }

    @Test
    void aRebuiltCatalogueKnowsEveryCopyAgain() throws SQLException {
        chunks.addWeek();
        Digest all = chunks.addWeek();
        firn.succeed("run", Firn.NAMESPACE);
        List<String> archived = archived();
        assertThat(archived).hasSize(2);
        loseCatalogue();
        assertThat(archived()).isEmpty();

        Firn.Ran ran = firn.succeed("catalog", "rebuild", Firn.NAMESPACE);

        assertThat(ran.out()).contains("2 copies recorded; 2 of them were not known");
        assertThat(archived()).isEqualTo(archived);
        chunks.runUntilDone();
        chunks.requireAllArchivedOnce(all);
    }

    /** A copy of the test database, with the same location in its configuration. */
    private Firn configure(TestDatabase copied) throws Exception {
        Path beside = Files.createDirectories(home.resolve("copy"));
        Firn copy = Firn.configure(copied, beside, WeeklyChunks.TABLES);
        copy.write("url = \"file:%s\"".formatted(firn.archive().toAbsolutePath()), WeeklyChunks.TABLES, "");
        return copy;
    }

    private void decide(String divergent) {
        firn.succeed(decision(divergent));
    }

    private static String[] decision(String divergent) {
        return new String[] {
            "run",
            Firn.NAMESPACE,
            "--table",
            "events.messages",
            "--chunk",
            "2024-01-04",
            "--divergent",
            divergent,
            "--retry-failed"
        };
    }

    /** Archived and dropped, forgotten by the catalogue, and back with other rows. */
    private void divergentChunk() throws SQLException {
        chunks.addWeek();
        keep();
        firn.succeed("run", Firn.NAMESPACE);
        loseCatalogue();
        execute("DELETE FROM " + KEPT + " WHERE stream_name = 'account-3'");
        putBack();
    }

    private void keep() throws SQLException {
        execute("CREATE TABLE " + KEPT + " AS SELECT * FROM "
                + chunks.events().table().quoted());
    }

    /** Writes the rows that were kept, as somebody does who restores an old dump. */
    private void putBack() throws SQLException {
        if (!chunks.events().hypertable()) {
            chunks.events().addPartition(chunks.owner(), EventStore.FIRST_WEEK);
        }
        execute("INSERT INTO %s SELECT * FROM %s"
                .formatted(chunks.events().table().quoted(), KEPT));
        chunks.events().compressAll(chunks.owner());
    }

    private void loseCatalogue() {
        chunks.database().execute("DELETE FROM firn.copy", "DELETE FROM firn.chunk");
    }

    private List<String> archived() throws SQLException {
        try (Connection connection = chunks.database().admin();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT concat_ws(' ', range_text, generation, manifest_key, rows,"
                                + " bytes_archived, digest) FROM firn.archived ORDER BY range_start, generation")) {
            List<String> archived = new ArrayList<>();
            while (rows.next()) {
                archived.add(rows.getString(1));
            }
            return archived;
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = chunks.owner().createStatement()) {
            statement.execute(sql);
        }
    }
}
