package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.archive.Archive;
import dev.firn.copy.Digest;
import dev.firn.testing.ArchiverProcess;
import dev.firn.testing.Firn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
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
            chunks.endSessions();
            chunks.runUntilDone();
            chunks.requireAllArchivedOnce(all);
            List<String> files = chunks.firn().files();

            stalled.wake();
            stalled.exitCode();

            assertThat(chunks.firn().files()).isEqualTo(files);
            chunks.requireAllArchivedOnce(all);
            assertThat(chunks.firn().succeed("scrub", Firn.NAMESPACE).out())
                    .contains(" 0 not; 0 stray and 0 superseded");
        }
    }

    @Test
    void aJanitorThatTakesItsFilesAwayTakesAwayThatItPublishesThem() throws Exception {
        Digest all = chunks.addWeek();
        try (ArchiverProcess stalled = ArchiverProcess.start(
                home, "STOP", Archive.PUBLISH, 1, "--conf", chunks.firn().conf().toString(), "run", Firn.NAMESPACE)) {
            assertThat(stalled.awaitStop()).as(stalled.output()).isTrue();
            chunks.endSessions();
            chunks.endLeases();
            for (String file : chunks.firn().files()) {
                if (file.contains("/incoming/")) {
                    Files.setLastModifiedTime(
                            chunks.firn().archive().resolve(file),
                            FileTime.from(Instant.now().minus(Duration.ofDays(2))));
                }
            }
            assertThat(chunks.firn().succeed("janitor", Firn.NAMESPACE).out()).contains("1 removed");

            stalled.wake();
            assertThat(stalled.exitCode()).as(stalled.output()).isNotZero();

            assertThat(stalled.output()).contains("its generation was taken on");
            assertThat(chunks.firn().inDatabase(chunks.events().table()).rows()).isPositive();
            chunks.runUntilDone();
            chunks.requireAllArchivedOnce(all);
        }
    }

    /** It has no file that could tell of it, and would replace all that there is. */
    @Test
    void norDoesItPublishACopyOfNoRowsThatAJanitorForgot() throws Exception {
        String week = chunks.nextWeek().toString().substring(0, 10);
        Digest all = chunks.addWeek();
        chunks.firn().tables("events.messages { archive-after = 1d, drop-after = never }");
        chunks.firn().succeed("run", Firn.NAMESPACE);
        execute("CREATE TABLE events.kept AS SELECT * FROM events.messages", "DELETE FROM events.messages");
        chunks.firn().tables(WeeklyChunks.TABLES);
        try (ArchiverProcess stalled = ArchiverProcess.start(
                home,
                "STOP",
                Archive.PUBLISH,
                1,
                "--conf",
                chunks.firn().conf().toString(),
                "run",
                Firn.NAMESPACE,
                "--table",
                "events.messages",
                "--chunk",
                week,
                "--divergent",
                "replace")) {
            assertThat(stalled.awaitStop()).as(stalled.output()).isTrue();
            chunks.endSessions();
            chunks.endLeases();
            execute("INSERT INTO events.messages SELECT * FROM events.kept");
            chunks.events().compressAll(chunks.owner());
            chunks.database().execute("UPDATE firn.attempt SET begun_at = begun_at - interval '2 days'");
            assertThat(chunks.firn().succeed("janitor", Firn.NAMESPACE).out()).contains("record of an attempt");
            chunks.runUntilDone();

            stalled.wake();
            assertThat(stalled.exitCode()).as(stalled.output()).isNotZero();

            chunks.requireAllArchivedOnce(all);
        }
    }

    private void execute(String... statements) throws SQLException {
        try (Statement statement = chunks.owner().createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }
}
