package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.copy.Digest;
import dev.firn.testing.ArchiverProcess;
import dev.firn.testing.Firn;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** A worker that sleeps at any instruction and wakes after another one has done its work changes nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StalledWorkerIT {

    static final List<String> POINTS = Steps.ALL;

    private Path home;

    private WeeklyChunks chunks;

    @BeforeAll
    void start(@TempDir Path directory) throws SQLException {
        home = directory;
        chunks = new WeeklyChunks(home);
    }

    @AfterAll
    void stop() throws SQLException {
        chunks.close();
    }

    @ParameterizedTest
    @FieldSource("POINTS")
    void wokenAfterItsSuccessorItChangesNothing(String point) throws SQLException {
        Digest all = chunks.addWeek();
        try (ArchiverProcess stalled = ArchiverProcess.start(
                home, "STOP", point, 1, "--conf", chunks.firn().conf().toString(), "run", Firn.NAMESPACE)) {
            assertThat(stalled.awaitStop()).as(stalled.output()).isTrue();
            // What the server does by itself to a session that is silent in a transaction.
            chunks.database().terminateBackends();
            chunks.runUntilDone();
            chunks.requireAllArchivedOnce(all);
            List<String> files = chunks.firn().files();

            stalled.wake();
            stalled.exitCode();

            assertThat(chunks.firn().files()).isEqualTo(files);
            chunks.requireAllArchivedOnce(all);
            assertThat(chunks.firn().succeed("scrub", Firn.NAMESPACE).out()).contains(" 0 not; 0 stray");
        }
    }
}
