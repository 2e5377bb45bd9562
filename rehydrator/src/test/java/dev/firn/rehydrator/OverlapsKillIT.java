package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FaultPoints;
import dev.firn.copy.Digest;
import dev.firn.lifecycle.RestoreSteps;
import dev.firn.lifecycle.TakeOutSteps;
import dev.firn.testing.ArchiverProcess;
import dev.firn.testing.Firn;
import dev.firn.testing.RequiresTimescale;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * A range on its way into chunks of other bounds and out of them, ended at every named instruction: it is in the table once
 * and whole, or not at all, and the late rows are there all the time.
 */
@RequiresTimescale
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OverlapsKillIT {

    /** Those before are passed by a range that comes back whole, too. */
    static final List<String> WAY_IN =
            List.of(RestoreSteps.READY, RestoreSteps.ATTACHED, RestoreSteps.COMMIT, RestoreSteps.COMMITTED);

    static final List<String> WAY_OUT = TakeOutSteps.ALL;
    static final List<String> KILLS = List.of(TakeOutSteps.COMMITTED);
    static final List<String> STALLS = List.of(TakeOutSteps.TAKEN);

    private Path home;
    private CutAnew cutAnew;
    private Digest late;

    @BeforeAll
    void archiveAndCutAnew(@TempDir Path directory) throws SQLException {
        home = directory;
        cutAnew = new CutAnew(home);
        late = cutAnew.lateRowsThatStay(1);
    }

    @AfterAll
    void close() throws SQLException {
        cutAnew.close();
    }

    @ParameterizedTest
    @FieldSource("WAY_IN")
    void failingOnTheWayInLeavesAllOrNothing(String point) throws SQLException {
        cutAnew.rehydrate.run(
                failingAt(point), Firn.NAMESPACE, CutAnew.TABLE, "--from", "2024-01-11", "--to", "2024-01-18");

        requireAllOrNothing();
        cutAnew.endLeases();
        cutAnew.restore("2024-01-11", "2024-01-18");
        assertThat(cutAnew.inDatabase()).isEqualTo(late.plus(cutAnew.week(1)));
        requireGoneAfterRelease();
    }

    @ParameterizedTest
    @FieldSource("WAY_OUT")
    void failingOnTheWayOutLeavesAllOrNothing(String point) throws SQLException {
        cutAnew.restore("2024-01-11", "2024-01-18");
        cutAnew.release();

        cutAnew.firn.run(failingAt(point), "run", Firn.NAMESPACE);

        requireAllOrNothing();
        requireGoneAfterRelease();
    }

    @ParameterizedTest
    @FieldSource("KILLS")
    void killedOnTheWayOutTheNextOneFinishes(String point) throws SQLException {
        cutAnew.restore("2024-01-11", "2024-01-18");
        cutAnew.release();

        try (ArchiverProcess process = archiver("KILL", point)) {
            assertThat(process.exitCode()).as(process.output()).isEqualTo(137);
        }

        requireAllOrNothing();
        requireGoneAfterRelease();
    }

    @ParameterizedTest
    @FieldSource("STALLS")
    void oneThatSleepsOnTheWayOutTakesNothingOfWhatCameBackSince(String point) throws SQLException {
        cutAnew.restore("2024-01-11", "2024-01-18");
        cutAnew.release();
        try (ArchiverProcess sleeper = archiver("STOP", point)) {
            assertThat(sleeper.awaitStop()).as(sleeper.output()).isTrue();
            // What the server does by itself to sessions that are silent in a transaction.
            cutAnew.database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE datname = current_database() AND state LIKE 'idle in transaction%'");
            requireGoneAfterRelease();
            cutAnew.restore("2024-01-11", "2024-01-18");

            sleeper.wake();
            sleeper.exitCode();
        }
        assertThat(cutAnew.inDatabase()).isEqualTo(late.plus(cutAnew.week(1)));
        requireGoneAfterRelease();
    }

    private ArchiverProcess archiver(String signal, String point) {
        return ArchiverProcess.start(
                home, signal, point, 1, "--conf", cutAnew.firn.conf().toString(), "run", Firn.NAMESPACE);
    }

    private static FaultPoints failingAt(String point) {
        return reached -> {
            if (reached.equals(point)) {
                throw new IllegalStateException("failing at " + point);
            }
        };
    }

    private void requireAllOrNothing() throws SQLException {
        assertThat(cutAnew.inDatabase()).isIn(late, late.plus(cutAnew.week(1)));
    }

    private void requireGoneAfterRelease() throws SQLException {
        cutAnew.endLeases();
        cutAnew.release();
        cutAnew.firn.succeed("run", Firn.NAMESPACE, "--retry-failed");
        assertThat(cutAnew.inDatabase()).isEqualTo(late);
        assertThat(cutAnew.archived()).isEqualTo(cutAnew.all);
        assertThat(cutAnew.number("SELECT count(*) FROM pg_class WHERE relname LIKE 'firn_staging%' AND relkind = 'r'"))
                .as("staging tables left")
                .isZero();
    }
}
