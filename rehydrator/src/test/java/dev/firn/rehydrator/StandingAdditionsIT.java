package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FaultPoints;
import dev.firn.archive.Archive;
import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.lifecycle.RestoreSteps;
import dev.firn.lifecycle.Steps;
import dev.firn.testing.Firn;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Late rows of a dropped range that are archived as an addition, and stand in the table still, when the range comes back. */
class StandingAdditionsIT {

    /** The first of them before anything of the addition is known but its manifest. */
    static final List<String> PUBLISHED = List.of(Steps.PUBLISHED, Steps.RECORDED, Steps.LOCK);

    static final List<String> WAY_IN =
            List.of(RestoreSteps.READY, RestoreSteps.ATTACHED, RestoreSteps.COMMIT, RestoreSteps.COMMITTED);

    @TempDir
    private Path home;

    private CutAnew cutAnew;
    private Digest late;

    @BeforeEach
    void archive() throws SQLException {
        cutAnew = new CutAnew(home);
    }

    @AfterEach
    void close() throws SQLException {
        cutAnew.close();
    }

    /** Archives late rows in a chunk of the second week's own bounds, as far as that point. */
    private void archiveLateRows(String point) throws SQLException {
        late = cutAnew.lateRows(7);
        cutAnew.firn.run(failingAt(point), "run", Firn.NAMESPACE);
        cutAnew.endLeases();
        assertThat(cutAnew.inDatabase()).isEqualTo(late);
        assertThat(additions()).isEqualTo(1);
    }

    @ParameterizedTest
    @FieldSource("PUBLISHED")
    void theRangeComesBackBesideThemAndGoesWithThem(String point) throws SQLException {
        archiveLateRows(point);
        assertThat(cutAnew.restore("2024-01-11", "2024-01-18", "--dry-run").out())
                .contains("1 to load");

        assertThat(cutAnew.restore("2024-01-11", "2024-01-18").out()).contains("1 brought back, 0 were there");

        assertThat(cutAnew.inDatabase()).isEqualTo(late.plus(cutAnew.week(1)));
        assertThat(cutAnew.restore("2024-01-11", "2024-01-18").out()).contains("0 brought back, 1 were there");
        cutAnew.firn.succeed("run", Firn.NAMESPACE, "--retry-failed");
        assertThat(cutAnew.inDatabase()).isEqualTo(late.plus(cutAnew.week(1)));
        cutAnew.release();
        cutAnew.firn.succeed("run", Firn.NAMESPACE, "--retry-failed");
        assertThat(cutAnew.inDatabase().rows()).isZero();
        assertThat(additions()).isEqualTo(1);
        cutAnew.requireEachRowOnce(cutAnew.all.plus(late));
        cutAnew.restore("2024-01-11", "2024-01-18");
        assertThat(cutAnew.inDatabase()).isEqualTo(late.plus(cutAnew.week(1)));
    }

    /** Nothing tells them from rows that the archive has besides but that they are the addition's. */
    @ParameterizedTest
    @ValueSource(strings = {Steps.PUBLISHED, Steps.LOCK})
    void withoutAUniqueKeyTooTheyAreThereOnce(String point) throws SQLException {
        cutAnew.execute(
                """
                DO $$ DECLARE name text; BEGIN
                  FOR name IN SELECT indexrelid::regclass FROM pg_index
                              WHERE indrelid = 'events.messages'::regclass AND indisunique LOOP
                    EXECUTE 'DROP INDEX ' || name;
                  END LOOP;
                END $$""");
        archiveLateRows(point);

        cutAnew.restore("2024-01-11", "2024-01-18");

        assertThat(cutAnew.inDatabase()).isEqualTo(late.plus(cutAnew.week(1)));
        cutAnew.release();
        cutAnew.runUntilEmpty();
        cutAnew.requireEachRowOnce(cutAnew.all.plus(late));
    }

    @Test
    void aRowThatWasSentAgainIsThereOnceAndInBothCopiesStill() throws SQLException {
        cutAnew.restore("2024-01-11", "2024-01-18");
        cutAnew.execute("CREATE TABLE events.again AS SELECT * FROM events.messages WHERE global_position = 701");
        cutAnew.release();
        cutAnew.runUntilEmpty();
        late = cutAnew.lateRows(7);
        cutAnew.execute("INSERT INTO events.messages SELECT * FROM events.again");
        Digest standing = cutAnew.inDatabase();
        cutAnew.events.compressAll(cutAnew.owner);
        cutAnew.firn.run(failingAt(Steps.LOCK), "run", Firn.NAMESPACE);
        cutAnew.endLeases();

        cutAnew.restore("2024-01-11", "2024-01-18");

        assertThat(cutAnew.inDatabase()).isEqualTo(late.plus(cutAnew.week(1)));
        cutAnew.release();
        cutAnew.runUntilEmpty();
        assertThat(cutAnew.archived()).isEqualTo(cutAnew.all.plus(standing));
    }

    @Test
    void whatCameSinceOrWasChangedSinceIsArchivedFirst() throws SQLException {
        archiveLateRows(Steps.LOCK);
        cutAnew.write(1, 90, "late-3");
        Digest changed = cutAnew.inDatabase();

        Firn.Ran ran = cutAnew.tryRestore("2024-01-11", "2024-01-18");

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(4);
        assertThat(ran.all())
                .contains(
                        "the chunk in its place holds other rows than those that were archived last; nothing was loaded")
                .contains("HINT: run `archiver run");
        assertThat(cutAnew.inDatabase()).isEqualTo(changed);
        cutAnew.runUntilEmpty();
        cutAnew.restore("2024-01-11", "2024-01-18");
        assertThat(cutAnew.inDatabase()).isEqualTo(changed.plus(cutAnew.week(1)));
        cutAnew.release();
        cutAnew.runUntilEmpty();
        cutAnew.requireEachRowOnce(cutAnew.all.rows() + late.rows() + 1);
    }

    @ParameterizedTest
    @FieldSource("WAY_IN")
    void failingOnTheWayInLeavesAllOrNothing(String point) throws SQLException {
        archiveLateRows(Steps.LOCK);

        cutAnew.rehydrate.run(
                failingAt(point), Firn.NAMESPACE, CutAnew.TABLE, "--from", "2024-01-11", "--to", "2024-01-18");

        assertThat(cutAnew.inDatabase()).isIn(late, late.plus(cutAnew.week(1)));
        cutAnew.endLeases();
        cutAnew.restore("2024-01-11", "2024-01-18");
        assertThat(cutAnew.inDatabase()).isEqualTo(late.plus(cutAnew.week(1)));
        cutAnew.release();
        cutAnew.runUntilEmpty();
        cutAnew.requireEachRowOnce(cutAnew.all.plus(late));
    }

    /** The chunk in its place is the very one that the addition was copied from, and holds all of the range now. */
    @ParameterizedTest
    @ValueSource(strings = {"keep", "replace"})
    void anEditIsArchivedInPlaceOfBothCopiesOrOfNone(String onEdit) throws SQLException {
        archiveLateRows(Steps.LOCK);
        cutAnew.configure("on-edit = " + onEdit);
        cutAnew.restore("2024-01-11", "2024-01-18");
        cutAnew.execute(
                "UPDATE events.messages SET type = 'Edited' || type WHERE position = 39 OR stream_name = 'late-1'");
        Digest edited = cutAnew.inDatabase();
        cutAnew.release();

        cutAnew.firn.succeed("run", Firn.NAMESPACE, "--retry-failed");

        if (onEdit.equals("keep")) {
            assertThat(cutAnew.inDatabase()).isEqualTo(edited);
            assertThat(cutAnew.archived()).isEqualTo(cutAnew.all.plus(late));
            cutAnew.configure("on-edit = replace");
            cutAnew.firn.succeed("run", Firn.NAMESPACE, "--retry-failed");
        }
        assertThat(cutAnew.inDatabase().rows()).isZero();
        assertThat(cutAnew.archived()).isEqualTo(edited.plus(cutAnew.week(0)).plus(cutAnew.week(2)));
        cutAnew.requireEachRowOnce(cutAnew.all.rows() + late.rows());
    }

    @Test
    void anEditWhileItIsDroppedIsNotTakenForOneOfTheAdditionAlone() throws SQLException {
        archiveLateRows(Steps.LOCK);
        cutAnew.configure("on-edit = replace");
        cutAnew.restore("2024-01-11", "2024-01-18");
        cutAnew.execute("UPDATE events.messages SET type = 'Edited' || type WHERE position = 39");
        cutAnew.release();
        boolean[] done = new boolean[1];
        // The first one takes the edit back while it is compared, the second one edits what was found equal.
        FaultPoints edits = point -> {
            if (point.equals(Steps.LOCK) && !done[0]) {
                done[0] = true;
                executeUnchecked("UPDATE events.messages SET type = 'Again' WHERE stream_name = 'late-1'");
            } else if (point.equals(Steps.CLAIMED) && !done[0]) {
                executeUnchecked("UPDATE events.messages SET type = replace(type, 'Edited', '')");
            }
        };

        cutAnew.firn.run(edits, "run", Firn.NAMESPACE, "--retry-failed");

        assertThat(done[0]).isTrue();
        Digest last = cutAnew.inDatabase();
        assertThat(last.rows()).isEqualTo(late.rows() + CutAnew.PER_WEEK);
        assertThat(cutAnew.archived()).isEqualTo(cutAnew.all.plus(late));
        cutAnew.endLeases();
        cutAnew.firn.succeed("run", Firn.NAMESPACE, "--retry-failed");
        assertThat(cutAnew.archived()).isEqualTo(last.plus(cutAnew.week(0)).plus(cutAnew.week(2)));
        cutAnew.requireEachRowOnce(cutAnew.all.rows() + late.rows());
    }

    /** It was asleep over an addition when the range came back, and says so to the archive before anybody else does. */
    @Test
    void anAdditionThatASleeperPublishesLaterIsNotMistakenForWhatCameBack() throws SQLException {
        late = cutAnew.lateRows(7);
        boolean[] asleep = new boolean[1];

        cutAnew.firn.run(
                point -> {
                    if (point.equals(Archive.PUBLISH) && !asleep[0]) {
                        asleep[0] = true;
                        cutAnew.endLeases();
                        cutAnew.restore("2024-01-11", "2024-01-18");
                    }
                },
                "run",
                Firn.NAMESPACE);

        assertThat(additions()).isEqualTo(1);
        assertThat(cutAnew.inDatabase()).isEqualTo(late.plus(cutAnew.week(1)));
        cutAnew.endLeases();
        cutAnew.release();
        assertThat(cutAnew.firn.succeed("run", Firn.NAMESPACE, "--retry-failed").out())
                .contains("0 failed");
        cutAnew.runUntilEmpty();
        cutAnew.requireEachRowOnce(cutAnew.all.plus(late));
    }

    /** Else what it saw of an edit that was undone would replace the right rows once nobody has them but the archive. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReplacementThatASleeperIsAboutToPublishReplacesNothingOnceTheEditWasUndone(boolean besideLateRows)
            throws SQLException {
        if (besideLateRows) {
            late = cutAnew.lateRowsThatStay(7);
        }
        cutAnew.configure("on-edit = replace");
        cutAnew.restore("2024-01-11", "2024-01-18");
        Digest all = cutAnew.inDatabase().plus(cutAnew.week(0)).plus(cutAnew.week(2));
        cutAnew.execute("UPDATE events.messages SET type = 'Edited' || type WHERE position = 39");
        cutAnew.release();
        boolean[] asleep = new boolean[1];

        cutAnew.firn.run(
                point -> {
                    if (point.equals(Archive.PUBLISH) && !asleep[0]) {
                        asleep[0] = true;
                        executeUnchecked("UPDATE events.messages SET type = replace(type, 'Edited', '')");
                        cutAnew.endLeases();
                        cutAnew.firn.succeed("run", Firn.NAMESPACE);
                        cutAnew.endLeases();
                        cutAnew.firn.succeed("run", Firn.NAMESPACE);
                    }
                },
                "run",
                Firn.NAMESPACE);

        assertThat(asleep[0]).isTrue();
        cutAnew.runUntilEmpty();
        assertThat(cutAnew.archived()).isEqualTo(all);
        cutAnew.requireEachRowOnce(all.rows());
    }

    @Test
    void withoutTheCatalogueItsRowsTellWhatStands() throws SQLException {
        archiveLateRows(Steps.LOCK);
        cutAnew.loseTheCatalogue();

        cutAnew.restore("2024-01-11", "2024-01-18");

        assertThat(cutAnew.inDatabase()).isEqualTo(late.plus(cutAnew.week(1)));
        cutAnew.release();
        cutAnew.runUntilEmpty();
        cutAnew.requireEachRowOnce(cutAnew.all.plus(late));
    }

    private long additions() {
        return cutAnew.firn.live(cutAnew.events.table()).stream()
                .filter(manifest -> manifest.role() == Manifest.Role.ADDITION)
                .count();
    }

    private void executeUnchecked(String sql) {
        try {
            cutAnew.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static FaultPoints failingAt(String point) {
        return reached -> {
            if (reached.equals(point)) {
                throw new IllegalStateException("failing at " + point);
            }
        };
    }
}
