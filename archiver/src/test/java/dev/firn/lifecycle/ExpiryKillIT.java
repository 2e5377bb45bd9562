package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.archive.Archive;
import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.testing.ArchiverProcess;
import dev.firn.testing.Firn;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Killed or stopped at every named instruction of an expiry: the next run finishes, and nothing else is lost. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExpiryKillIT {

    static final List<String> POINTS = ExpirySteps.ALL;

    private Path home;
    private ExpiringWeeks weeks;
    private int added;

    @BeforeAll
    void start(@TempDir Path directory) throws SQLException {
        home = directory;
        weeks = new ExpiringWeeks(home);
        addWeek();
    }

    @AfterAll
    void stop() throws SQLException {
        weeks.close();
    }

    /** The one that was the newest may expire from now on. */
    private void addWeek() throws SQLException {
        weeks.chunks().addWeek();
        weeks.due(added++).succeed("run", Firn.NAMESPACE);
    }

    private Manifest newest() {
        List<Manifest> live = weeks.live();
        return live.get(live.size() - 1);
    }

    private void requireNewestAlone(Manifest newest) throws SQLException {
        assertThat(weeks.live()).containsExactly(newest);
        assertThat(weeks.firn().ledger(weeks.chunks().events().table())).isEqualTo(newest.digest());
        weeks.requireClean();
        assertThat(weeks.firn().succeed("status", Firn.NAMESPACE).out()).doesNotContain("alarm");
    }

    @ParameterizedTest
    @FieldSource("POINTS")
    void killedAnywhereTheNextRunFinishes(String point) throws SQLException {
        addWeek();
        Manifest newest = newest();

        try (ArchiverProcess process = start("KILL", point)) {
            assertThat(process.exitCode()).as(process.output()).isEqualTo(137);
        }

        Digest newestAlone = newest.digest();
        assertThat(weeks.firn().ledger(weeks.chunks().events().table()).rows())
                .isGreaterThanOrEqualTo(newestAlone.rows());
        weeks.chunks().runUntilDone();
        weeks.expireUntilDone();
        requireNewestAlone(newest);
    }

    @ParameterizedTest
    @ValueSource(strings = {ExpirySteps.INTENDED, Archive.EXPIRE, ExpirySteps.EXPIRED, Archive.REMOVE})
    void wokenAfterItsSuccessorItChangesNothing(String point) throws SQLException {
        addWeek();
        Manifest newest = newest();
        try (ArchiverProcess stalled = start("STOP", point)) {
            assertThat(stalled.awaitStop()).as(stalled.output()).isTrue();
            weeks.expireUntilDone();
            requireNewestAlone(newest);
            List<String> files = weeks.firn().files();

            stalled.wake();
            stalled.exitCode();

            assertThat(weeks.firn().files().stream()
                            .filter(file -> !file.contains("/_probe/"))
                            .toList())
                    .isEqualTo(files);
            requireNewestAlone(newest);
        }
    }

    @Test
    void wokenAfterNewRowsWereArchivedItRemovesNothing() throws SQLException {
        addWeek();
        try (ArchiverProcess stalled = start("STOP", Archive.EXPIRE)) {
            assertThat(stalled.awaitStop()).as(stalled.output()).isTrue();
            weeks.chunks().endLeases();
            weeks.write(added - 2, "late");
            weeks.chunks().events().compressAll(weeks.chunks().owner());
            weeks.chunks().runUntilDone();
            Digest all = weeks.firn().ledger(weeks.chunks().events().table());
            List<String> files = weeks.firn().files();

            stalled.wake();

            assertThat(stalled.exitCode()).as(stalled.output()).isZero();
            assertThat(weeks.firn().files()).isEqualTo(files);
            weeks.chunks().requireAllArchivedOnce(all);
        }
        weeks.expireUntilDone();
    }

    private ArchiverProcess start(String signal, String point) {
        return ArchiverProcess.start(
                home, signal, point, 1, "--conf", weeks.firn().conf().toString(), "expire", Firn.NAMESPACE);
    }
}
