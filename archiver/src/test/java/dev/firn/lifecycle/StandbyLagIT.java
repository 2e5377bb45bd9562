package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.firn.FaultPoints;
import dev.firn.config.Configuration;
import dev.firn.copy.Digest;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import dev.firn.testing.TestStandby;
import dev.firn.testing.VirtualPauses;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real standby whose replay stands still, and what is not done meanwhile. */
class StandbyLagIT {

    private static final String PAUSE = "SELECT pg_wal_replay_pause()";
    private static final String RESUME = "SELECT pg_wal_replay_resume()";

    private static TestStandby standby;

    @TempDir
    private Path home;

    private final VirtualPauses time = new VirtualPauses();
    private WeeklyChunks chunks;
    private Firn firn;

    @BeforeAll
    static void startStandby() {
        assumeTrue(TestDatabase.canRestart(), "this server can be given no standby by a test");
        standby = TestDatabase.startStandby();
    }

    @AfterAll
    static void stopStandby() {
        if (standby != null) {
            standby.close();
        }
    }

    @BeforeEach
    void open() throws SQLException {
        chunks = new WeeklyChunks(home);
        firn = chunks.firn().alsoOfDatabase("max-standby-lag = 30s");
        chunks.database().execute("GRANT pg_read_all_stats TO " + TestDatabase.ARCHIVER);
    }

    @AfterEach
    void close() throws SQLException {
        standby.text("postgres", RESUME);
        chunks.database().execute("REVOKE pg_read_all_stats FROM " + TestDatabase.ARCHIVER);
        chunks.close();
    }

    @Test
    void beginsNoOtherChunkWhileAStandbyIsTooFarBehind() throws SQLException {
        chunks.addWeek();
        Digest all = chunks.addWeek();
        standby.text("postgres", PAUSE);
        time.passAtEachLook(Duration.ofSeconds(31));

        Firn.Ran ran = firn.run(surroundings(), "run", Firn.NAMESPACE);

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(4);
        assertThat(ran.out()).contains("1 dropped, 0 failed");
        assertThat(ran.all())
                .contains("beginning a chunk: standby walreceiver (127.0.0.1, process ")
                .contains(" s behind (")
                .contains("database.max-standby-lag is 30 s; nothing was changed");
        standby.text("postgres", RESUME);
        time.passAtEachLook(Duration.ZERO);
        chunks.runUntilDone();
        chunks.requireAllArchivedOnce(all);
    }

    @Test
    void saysSoWhenItIsNotShownHowFarTheyAre() throws SQLException {
        chunks.addWeek();
        chunks.database().execute("REVOKE pg_read_all_stats FROM " + TestDatabase.ARCHIVER);

        Firn.Ran ran = firn.run("run", Firn.NAMESPACE);

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
        assertThat(ran.all())
                .contains("as database.max-standby-lag asks for: firn_archiver is not shown it; nothing was changed")
                .contains("GRANT pg_read_all_stats TO firn_archiver");
        assertThat(firn.run("doctor", Firn.NAMESPACE).out())
                .contains("firn_archiver is not shown how far standbys are behind: nothing is begun");
    }

    @Test
    void whatIsLoadedWaitsForAStandbyAndGoesOn() throws SQLException {
        Digest all = chunks.addWeek();
        firn.succeed("run", Firn.NAMESPACE);
        standby.text("postgres", PAUSE);
        time.passAtEachLook(Duration.ofSeconds(20));
        AtomicInteger waits = new AtomicInteger();
        time.atNextPause(() -> {
            waits.incrementAndGet();
            time.passAtEachLook(Duration.ZERO);
            standby.text("postgres", RESUME);
        });

        RestoreSummary summary = restore();

        assertThat(summary.ranges()).singleElement().satisfies(result -> assertThat(result.outcome())
                .as(String.valueOf(result.failure()))
                .isEqualTo(RestoreSummary.Outcome.RESTORED));
        assertThat(waits).hasValue(1);
        assertThat(firn.inDatabase(chunks.events().table())).isEqualTo(all);
    }

    @Test
    void whatIsLoadedIsGivenUpWhenThatTakesTooLong() throws SQLException {
        Digest all = chunks.addWeek();
        firn.succeed("run", Firn.NAMESPACE);
        standby.text("postgres", PAUSE);
        time.passAtEachLook(Duration.ofSeconds(20));

        RestoreSummary summary = restore();

        assertThat(summary.ranges()).singleElement().satisfies(result -> assertThat(result.failure())
                .hasValueSatisfying(failure -> assertThat(failure)
                        .hasMessageContaining("loading it: given up after waiting for 10 minutes, because standby ")
                        .hasMessageContaining("nothing of it is in the table")));
        assertThat(chunks.events().rows(chunks.owner())).isZero();
        assertThat(firn.ledger(chunks.events().table())).isEqualTo(all);
    }

    private RestoreSummary restore() {
        try (OpenNamespace open = OpenNamespace.open(
                Configuration.namespace(firn.conf(), Firn.NAMESPACE), Firn.NAMESPACE, surroundings())) {
            return open.restore(
                    new RestoreOptions(
                            List.of(chunks.events().table()),
                            PositionSpan.ALL,
                            Optional.empty(),
                            true,
                            RestoreOptions.Conflict.REFUSE),
                    Progress.NONE);
        }
    }

    private Surroundings surroundings() {
        return new Surroundings(Clock.systemUTC(), new SecureRandom(), FaultPoints.NONE, time);
    }
}
