package dev.firn.archiver.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.firn.FaultPoints;
import dev.firn.TableName;
import dev.firn.archiver.http.ServiceView.Activity;
import dev.firn.lifecycle.ChunkResult.Outcome;
import dev.firn.lifecycle.Surroundings;
import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import dev.firn.testing.TestStandby;
import dev.firn.testing.VirtualPauses;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.quartz.SchedulerException;
import org.quartz.impl.matchers.GroupMatcher;

/** A service beside a real standby: it waits while that is behind, and reads there when it is told to. */
@RequiresTimescale
class StandbyServiceIT {

    private static final TableName MESSAGES = new TableName("events", "messages");
    private static final String TABLES = "events.messages { archive-after = 1d }";

    private static TestStandby standby;

    private final VirtualPauses time = new VirtualPauses();
    private Site site;
    private TestDatabase database;

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
    void open(@TempDir Path home) throws Exception {
        site = new Site(home);
        database = site.database();
        site.events(database, "events", 2);
    }

    @AfterEach
    void close() {
        standby.text("postgres", "SELECT pg_wal_replay_resume()");
        site.close();
    }

    @Test
    void waitsWhileAStandbyIsTooFarBehindSaysSoAndGoesOnByItself() throws Exception {
        database.execute("GRANT pg_read_all_stats TO " + TestDatabase.ARCHIVER);
        site.namespace("one", database, TABLES, "database.max-standby-lag = 30s");
        site.init("one", database);
        standby.text("postgres", "SELECT pg_wal_replay_pause()");
        time.passAtEachLook(Duration.ofSeconds(31));

        try (Service service = site.start(surroundings())) {
            ServedNamespace one = service.namespaces().find("one").orElseThrow();
            site.await(() -> activity(service).kind() == Activity.Kind.STANDBY_LAGS);
            assertThat(activity(service).detail())
                    .contains("beginning a chunk: standby walreceiver (127.0.0.1, process ")
                    .contains("database.max-standby-lag is 30 s; nothing was changed");
            site.runNow(service, new TableId("one", MESSAGES).key());
            site.await(() -> one.lastStatus().read().isPresent());
            assertThat(site.live("one", MESSAGES)).as("begun meanwhile").hasSizeLessThan(2);
            assertThat(service.view().namespaces().get(0).failures()).isEmpty();

            standby.text("postgres", "SELECT pg_wal_replay_resume()");
            time.passAtEachLook(Duration.ZERO);
            site.await("one", Outcome.DROPPED, 2);
            site.await(() -> activity(service).kind() == Activity.Kind.ACTIVE);
        } finally {
            database.execute("REVOKE pg_read_all_stats FROM " + TestDatabase.ARCHIVER);
        }
        assertThat(site.live("one", MESSAGES)).hasSize(2);
    }

    @Test
    void readsOnTheStandbyAndDropsOnThePrimary() throws Exception {
        site.namespace("one", database, TABLES, "database.read-url = \"%s\"".formatted(standby.url(database.name())));
        site.init("one", database);

        try (Service service = site.start(surroundings())) {
            site.await("one", Outcome.DROPPED, 2);
            assertThat(service.view().namespaces().get(0).failures()).isEmpty();
        }
        assertThat(site.live("one", MESSAGES))
                .hasSize(2)
                .allMatch(manifest -> manifest.source().server().endsWith(", read on a standby"));
        assertThat(Site.ask(database, "SELECT count(*) FROM events.messages")).isEqualTo("0");
    }

    @Test
    void oneChunkWaitsForAStandbyThatDoesNotCatchUpAndTheOthersAreLeftAloneForAWhile() throws Exception {
        site.service("service.threads = 1");
        site.namespace("one", database, TABLES, "database.read-url = \"%s\"".formatted(standby.url(database.name())));
        site.init("one", database);
        standby.await("pg_last_wal_replay_lsn() >= '%s'".formatted(written()), 10_000);
        standby.text("postgres", "SELECT pg_wal_replay_pause()");
        // What is put into the line comes at once also once this clock has gone on: the scheduler goes by the real
        // time.
        SettableClock clock = new SettableClock();
        clock.advance(Duration.ofHours(-1));

        try (Service service = site.start(new Surroundings(clock, new SecureRandom(), FaultPoints.NONE, time))) {
            site.awaitFailure("one", "it did not replay what the primary had written");
            site.await(() -> nothingIsInLine(service));
            site.runNow(service, new TableId("one", MESSAGES).key());
            site.await(() -> nothingIsInLine(service));
            assertThat(site.heard().stream().filter(told -> told.result().isPresent()))
                    .as("chunks that waited")
                    .hasSize(1);
            assertThat(activity(service).kind()).isEqualTo(Activity.Kind.STANDBY_LAGS);
            assertThat(activity(service).detail()).contains("database.read-wait = 300 s");
            assertThat(Site.ask(database, "SELECT coalesce(sum(failures), 0) FROM firn.chunk"))
                    .isEqualTo("0");

            standby.text("postgres", "SELECT pg_wal_replay_resume()");
            standby.await("pg_last_wal_replay_lsn() >= '%s'".formatted(written()), 10_000);
            clock.advance(Duration.ofMinutes(6));
            site.await("one", Outcome.DROPPED, 2);
            assertThat(activity(service)).isEqualTo(Activity.ACTIVE);
        }
    }

    private String written() {
        return Site.ask(database, "SELECT pg_current_wal_lsn()");
    }

    private static boolean nothingIsInLine(Service service) {
        try {
            return service.hands().busy() == 0
                    && service.scheduler()
                            .getJobKeys(GroupMatcher.jobGroupEquals(new TableId("one", MESSAGES).chunksGroup()))
                            .isEmpty();
        } catch (SchedulerException e) {
            throw new AssertionError(e);
        }
    }

    private static Activity activity(Service service) {
        return service.view().namespaces().get(0).activity();
    }

    private Surroundings surroundings() {
        return new Surroundings(Clock.systemUTC(), new SecureRandom(), FaultPoints.NONE, time);
    }
}
