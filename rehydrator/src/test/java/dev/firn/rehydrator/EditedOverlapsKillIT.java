package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.archive.Archive;
import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.lifecycle.Steps;
import dev.firn.lifecycle.TakeOutSteps;
import dev.firn.testing.ArchiverProcess;
import dev.firn.testing.Firn;
import dev.firn.testing.RequiresTimescale;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * A range in chunks of other bounds, edited, that is archived in place of what had come back: ended at every named
 * instruction, what is there is in the table or in the archive, whole, and once in the end.
 */
@RequiresTimescale
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EditedOverlapsKillIT {

    static final List<String> POINTS = List.of(
            TakeOutSteps.CLAIMED,
            TakeOutSteps.LOOKED,
            Steps.SNAPSHOT,
            Steps.COPY,
            Steps.COPIED,
            Steps.PROVEN,
            Archive.PUBLISH,
            Steps.PUBLISHED,
            Steps.RECORDED,
            Archive.PROMOTE,
            Steps.PROMOTED,
            Archive.REMOVE,
            Steps.CLEARED,
            TakeOutSteps.COMMIT,
            TakeOutSteps.COMMITTED);

    /** From then on whoever writes waits for the end of it. */
    static final List<String> WRITES = POINTS.subList(0, POINTS.indexOf(TakeOutSteps.COMMIT));

    static final List<String> KILLS = List.of(Steps.PUBLISHED, Archive.PROMOTE);
    static final List<String> STALLS = List.of(Archive.PUBLISH, Steps.PUBLISHED, Archive.PROMOTE);

    private Path home;
    private CutAnew cutAnew;
    private Digest late;
    private Digest edited;
    private int edits;

    @BeforeAll
    void archiveAndCutAnew(@TempDir Path directory) throws SQLException {
        home = directory;
        cutAnew = CutAnew.prepared(home, "on-edit = replace", "");
        cutAnew.lateRowsThatStay(5);
        // Those of the range itself would go with it: one stays, in a chunk that begins before.
        cutAnew.execute("DELETE FROM events.messages WHERE stream_name = 'late-2'");
        cutAnew.execute("UPDATE events.messages SET time = '2024-01-09 03:00Z' WHERE stream_name = 'late-1'");
        late = cutAnew.inDatabase();
    }

    @BeforeEach
    void bringBackAndEdit() throws SQLException {
        cutAnew.restore("2024-01-11", "2024-01-18");
        edits++;
        cutAnew.execute("DROP TABLE IF EXISTS events.unedited");
        cutAnew.execute("CREATE TABLE events.unedited AS SELECT id, type FROM events.messages");
        cutAnew.execute("UPDATE events.messages SET type = 'Edit%d' WHERE position = 39 AND time < '2024-01-18'"
                .formatted(edits));
        edited = cutAnew.inDatabase();
        cutAnew.release();
    }

    @AfterAll
    void close() throws SQLException {
        cutAnew.close();
    }

    @ParameterizedTest
    @FieldSource("POINTS")
    void failingAtAnyPointTheNextOneFinishes(String point) throws SQLException {
        boolean[] reached = new boolean[1];
        cutAnew.firn.run(
                at -> {
                    if (at.equals(point)) {
                        reached[0] = true;
                        throw new IllegalStateException("failing at " + point);
                    }
                },
                "run",
                Firn.NAMESPACE);

        assertThat(reached[0]).as("reached " + point).isTrue();
        requireNothingLost();
        requireFinished();
    }

    /** It is in the new copy, or it is one more edit. */
    @ParameterizedTest
    @FieldSource("WRITES")
    void whatIsWrittenAtAnyPointIsNotLost(String point) throws SQLException {
        cutAnew.firn.run(
                Meanwhile.once(point, () -> {
                    cutAnew.execute(
                            "UPDATE events.messages SET type = 'Meanwhile%d' WHERE position = 38 AND time < '2024-01-18'"
                                    .formatted(edits));
                    edited = cutAnew.inDatabase();
                }),
                "run",
                Firn.NAMESPACE);

        requireFinished();
    }

    /** The catalogue knows the copy then, and does not know that it is of what came back. */
    @Test
    void afterACrashARebuiltCatalogueAndAnotherEditAreNoObstacle() throws SQLException {
        cutAnew.firn.run(
                Meanwhile.once(Steps.PUBLISHED, () -> {
                    throw new IllegalStateException("failing");
                }),
                "run",
                Firn.NAMESPACE);
        cutAnew.endLeases();
        cutAnew.firn.succeed("catalog", "rebuild", Firn.NAMESPACE);
        cutAnew.execute("UPDATE events.messages SET type = 'Again%d' WHERE position = 39 AND time < '2024-01-18'"
                .formatted(edits));
        edited = cutAnew.inDatabase();

        requireFinished();
    }

    @ParameterizedTest
    @FieldSource("KILLS")
    void killedTheNextOneFinishes(String point) throws SQLException {
        try (ArchiverProcess process = archiver("KILL", point)) {
            assertThat(process.exitCode()).as(process.output()).isEqualTo(137);
        }

        requireNothingLost();
        requireFinished();
    }

    /** The copy that it sleeps over is of an edit that was undone meanwhile, or of one that is archived and gone. */
    @ParameterizedTest
    @FieldSource("STALLS")
    void oneThatSleepsReplacesNothingOfWhatCameAfter(String point) throws SQLException {
        requireFinishedWhileOneSleeps(
                point,
                () -> cutAnew.execute(
                        "UPDATE events.messages SET type = 'After%d' WHERE position = 39 AND time < '2024-01-18'"
                                .formatted(edits)));
    }

    /** Nothing is edited any more, and all the same the copy that somebody sleeps over must not become the latest one. */
    @Test
    void oneThatSleepsOverAnEditThatWasUndoneReplacesNothing() throws SQLException {
        requireFinishedWhileOneSleeps(
                Archive.PUBLISH,
                () -> cutAnew.execute(
                        "UPDATE events.messages m SET type = e.type FROM events.unedited e WHERE e.id = m.id"));
    }

    private void requireFinishedWhileOneSleeps(String point, Meanwhile.Step meanwhile) throws SQLException {
        try (ArchiverProcess sleeper = archiver("STOP", point)) {
            assertThat(sleeper.awaitStop()).as(sleeper.output()).isTrue();
            meanwhile.run();
            edited = cutAnew.inDatabase();
            requireFinished();

            sleeper.wake();
            sleeper.exitCode();
        }
        requireFinished();
    }

    private ArchiverProcess archiver(String signal, String point) {
        return ArchiverProcess.start(
                home, signal, point, 1, "--conf", cutAnew.firn.conf().toString(), "run", Firn.NAMESPACE);
    }

    private void requireNothingLost() throws SQLException {
        Digest inDatabase = cutAnew.inDatabase();
        if (inDatabase.equals(late)) {
            assertThat(archivedWith(late)).isEqualTo(edited);
        } else {
            assertThat(inDatabase).isEqualTo(edited);
        }
    }

    private void requireFinished() throws SQLException {
        cutAnew.endLeases();
        cutAnew.firn.succeed("run", Firn.NAMESPACE, "--retry-failed");
        assertThat(cutAnew.inDatabase()).isEqualTo(late);
        assertThat(archivedWith(late)).isEqualTo(edited);
        Manifest copy = cutAnew.latest("2024-01-11");
        assertThat(cutAnew.filesOfWeek("20240111")).isEqualTo(copy.files().size());
        assertThat(cutAnew.firn.files()).noneMatch(file -> file.contains("/incoming/"));
        cutAnew.requireEachRowOnce(3 * CutAnew.PER_WEEK + late.rows());
    }

    /** The archived week, and these rows. */
    private Digest archivedWith(Digest rows) {
        return cutAnew.latest("2024-01-11").digest().plus(rows);
    }
}
