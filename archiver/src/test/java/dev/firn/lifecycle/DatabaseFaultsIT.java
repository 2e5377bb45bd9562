package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.firn.FaultPoints;
import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The database hangs up, or goes away and comes back, at every step: the next run finishes, and nothing is lost. */
class DatabaseFaultsIT {

    static final List<String> POINTS = Steps.ALL;

    private static final String NO_DROP =
            "events.messages { archive-after = 1d, drop-after = never, parquet { zstd-level = 1 } }";

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

    @ParameterizedTest
    @FieldSource("POINTS")
    void sessionsEndedAtAnyFaultPointCostARunAtMost(String point) throws SQLException {
        Digest all = chunks.addWeek();
        AtomicInteger reached = new AtomicInteger();

        Firn.Ran ran = firn.run(once(point, reached, chunks::endSessions), "run", Firn.NAMESPACE);

        assertThat(reached).as("times it came to " + point).hasPositiveValue();
        requireSuccessOrClearFailure(ran);
        assertThat(firn.ledger(chunks.events().table()).rows())
                .as("rows in either place, or in both")
                .isIn(all.rows(), 2 * all.rows());
        chunks.runUntilDone();
        chunks.requireAllArchivedOnce(all);
    }

    @ParameterizedTest
    @ValueSource(strings = {Steps.COPIED, Steps.PUBLISHED, Steps.LOCKED})
    void aRestartOfTheServerInTheMiddleCostsARunAtMost(String point) throws SQLException {
        assumeThat(TestDatabase.canRestart()).isTrue();
        Digest all = chunks.addWeek();
        AtomicInteger reached = new AtomicInteger();

        Firn.Ran ran = firn.run(once(point, reached, this::restart), "run", Firn.NAMESPACE);

        assertThat(reached).as("times it came to " + point).hasPositiveValue();
        requireSuccessOrClearFailure(ran);
        chunks.runUntilDone();
        chunks.requireAllArchivedOnce(all);
    }

    @Test
    void aChunkArchivedBeforeARestartIsReadAndComparedBeforeItIsDropped() throws SQLException {
        assumeThat(TestDatabase.canRestart()).isTrue();
        Digest all = chunks.addWeek();
        firn.tables(NO_DROP).succeed("run", Firn.NAMESPACE);
        restart();

        firn.tables(WeeklyChunks.TABLES);
        List<String> passed = new ArrayList<>();
        Firn.Ran ran = firn.run(passed::add, "run", Firn.NAMESPACE);

        assertThat(ran.exitCode()).as(ran.all()).isZero();
        assertThat(ran.out()).contains("1 dropped");
        // Read through once, and not into a new copy.
        assertThat(passed).containsOnlyOnce(Steps.COPY).doesNotContain(Steps.SNAPSHOT);
        assertThat(firn.live(chunks.events().table()))
                .extracting(Manifest::generation)
                .containsExactly(1);
        chunks.requireAllArchivedOnce(all);
    }

    @Test
    void aChunkThatGotARowAroundARestartIsCopiedAgain() throws SQLException {
        assumeThat(TestDatabase.canRestart()).isTrue();
        chunks.addWeek();
        firn.tables(NO_DROP).succeed("run", Firn.NAMESPACE);
        chunks.events().write(chunks.owner(), EventStore.FIRST_WEEK.plusSeconds(60), "late-1", 0);
        restart();
        Digest all = firn.inDatabase(chunks.events().table());

        firn.tables(WeeklyChunks.TABLES).succeed("run", Firn.NAMESPACE);

        List<Manifest> live = firn.live(chunks.events().table());
        assertThat(live).extracting(Manifest::role).containsExactly(Manifest.Role.REPLACEMENT);
        chunks.requireAllArchivedOnce(all);
    }

    /** The server's own restart ends the test's sessions, too. */
    private void restart() {
        chunks.database().restart();
        chunks.reconnect();
    }

    private static FaultPoints once(String point, AtomicInteger reached, Runnable action) {
        return here -> {
            if (here.equals(point) && reached.getAndIncrement() == 0) {
                action.run();
            }
        };
    }

    private static void requireSuccessOrClearFailure(Firn.Ran ran) {
        if (ran.exitCode() != 0) {
            assertThat(ran.exitCode()).as(ran.all()).isEqualTo(4);
            assertThat(ran.all()).contains("HINT: ").doesNotContain("error of Firn itself");
        }
    }
}
