package dev.firn.archiver.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FaultPoints;
import dev.firn.TableName;
import dev.firn.archiver.http.ServiceView;
import dev.firn.lifecycle.ChunkResult.Outcome;
import dev.firn.lifecycle.Surroundings;
import dev.firn.testing.EventStore;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.quartz.impl.matchers.GroupMatcher;

/** A service of several namespaces in this JVM. */
class ServiceIT {

    private static final String TABLES = "events.messages { archive-after = 1d }";
    private static final TableName MESSAGES = new TableName("events", "messages");

    private final SettableClock clock = new SettableClock();
    private final CountDownLatch copyingAgain = new CountDownLatch(1);
    private Site site;

    @BeforeEach
    void open(@TempDir Path home) throws Exception {
        site = new Site(home);
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void archivesWhatIsDueOfAllNamespacesAndReportsTheBrokenOnes() throws Exception {
        TestDatabase chunks = site.database();
        TestDatabase partitions = site.plain();
        site.events(chunks, "events", 3);
        site.events(partitions, "events", 1);
        site.namespace("chunks", chunks, TABLES);
        site.namespace("partitions", partitions, TABLES);
        site.namespace("uninitialised", partitions, TABLES);
        site.write("namespaces/broken.conf", "databse { }");
        site.init("chunks", chunks);
        site.init("partitions", partitions);

        try (Service service = site.start(surroundings(FaultPoints.NONE))) {
            site.await("chunks", Outcome.DROPPED, 3);
            site.await("partitions", Outcome.DROPPED, 1);
            site.awaitFailure("uninitialised", "its database has no catalogue of this namespace");
            site.awaitFailure("broken", "databse: is no setting");
            site.await(() -> service.permits().taken() == 0);
            Map<String, ServiceView.NamespaceView> views = new TreeMap<>();
            service.view().namespaces().forEach(view -> views.put(view.name(), view));
            assertThat(views).containsOnlyKeys("broken", "chunks", "partitions", "uninitialised");
            assertThat(views.get("chunks").readiness()).isInstanceOf(ServiceView.Readiness.Ready.class);
            assertThat(views.get("chunks").work()).isEmpty();
            assertThat(views.get("chunks").failures()).isEmpty();
            assertThat(views.get("chunks").next())
                    .extracting(ServiceView.NextRun::what)
                    .contains("looks for due chunks", "looks for requests");
            for (String broken : List.of("broken", "uninitialised")) {
                assertThat(views.get(broken).readiness()).isInstanceOf(ServiceView.Readiness.NotReady.class);
                assertThat(views.get(broken).failures()).isNotEmpty();
            }
            assertThat(views.get("broken").configuration()).isPresent();
            assertThat(service.view().database("chunks", Duration.ofSeconds(5)).connected())
                    .isTrue();

            // Mended, it is worked on without a restart.
            site.namespace("broken", chunks, "events.messages { archive-after = 1d }");
            site.init("broken", chunks);
            site.await(() -> service.namespaces().find("broken").orElseThrow().isOpen());
            assertThat(service.namespaces().find("broken").orElseThrow().misconfigured())
                    .isEmpty();
        }

        assertThat(site.live("chunks", MESSAGES)).hasSize(3);
        assertThat(site.live("partitions", MESSAGES)).hasSize(1);
        site.await(() -> Site.ask(
                        chunks,
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = '"
                                + TestDatabase.ARCHIVER + "'")
                .equals("0"));
    }

    @Test
    void takesUpNothingOutsideItsWindowNorWhatIsPausedUntilItMay() throws Exception {
        TestDatabase database = site.database();
        site.events(database, "events", 1);
        site.namespace("night", database, TABLES, "window = \"22:00-05:00\", time-zone = \"Europe/Berlin\"");
        site.init("night", database);
        clock.set(Instant.parse("2026-03-01T20:30:00Z"));

        try (Service service = site.start(surroundings(FaultPoints.NONE))) {
            ServedNamespace night = service.namespaces().find("night").orElseThrow();
            site.await(night::isOpen);
            assertThat(night.isInWindow()).isFalse();
            assertThat(service.view().namespaces().get(0).activity())
                    .isEqualTo(new ServiceView.Activity(
                            ServiceView.Activity.Kind.OUTSIDE_WINDOW, "22:00-05:00, Europe/Berlin"));
            site.await(() -> night.lastStatus().read().isPresent());
            assertThat(service.view().namespaces().get(0).status())
                    .as("what is shown while nothing is done")
                    .hasValueSatisfying(read ->
                            assertThat(read.status().tables().get(0).ranges()).hasSize(1));
            night.use(open -> open.pause(java.util.Optional.of(MESSAGES)));
            clock.set(Instant.parse("2026-03-01T21:00:00Z"));
            assertThat(night.isInWindow()).isTrue();
            site.runNow(service, new TableId("night", MESSAGES).key());
            assertThat(night.pauses()).isNotEmpty();
            assertThat(service.scheduler()
                            .getJobKeys(GroupMatcher.jobGroupEquals(new TableId("night", MESSAGES).chunksGroup())))
                    .isEmpty();
            assertThat(site.heard()).isEmpty();
            assertThat(service.view().namespaces().get(0).activity().kind())
                    .isEqualTo(ServiceView.Activity.Kind.PAUSED);

            assertThat(site.run("status", "night"))
                    .contains("events.messages paused since ")
                    .contains(" by ");

            night.use(open -> open.resume(java.util.Optional.of(MESSAGES)));
            site.await("night", Outcome.DROPPED, 1);
        }
        assertThat(
                        Site.ask(
                                database,
                                "SELECT string_agg(action, ', ' ORDER BY id) FROM firn.audit WHERE action IN ('paused', 'resumed')"))
                .isEqualTo("paused, resumed");
    }

    @Test
    void aFileThatBreaksKeepsWhatItSaidAndTakenAwayItsJobsGo() throws Exception {
        TestDatabase database = site.database();
        site.events(database, "events", 1);
        site.events(database, "more", 1);
        site.namespace("one", database, TABLES);
        site.init("one", database);

        try (Service service = site.start(surroundings(FaultPoints.NONE))) {
            site.await("one", Outcome.DROPPED, 1);
            ServedNamespace one = service.namespaces().find("one").orElseThrow();

            site.write("namespaces/one.conf", "tables {");
            site.awaitFailure("one", "what it said before holds on");
            assertThat(one.config().orElseThrow().tables()).containsOnlyKeys(MESSAGES);
            assertThat(one.isOpen()).isTrue();

            site.namespace("one", database, TABLES + "\n more.messages { archive-after = 1d }");
            site.await("one", Outcome.DROPPED, 2);
            assertThat(service.jobs()).contains("one/events.messages", "one/more.messages");

            site.namespace("one", database, "more.messages { archive-after = 1d }");
            site.await(() -> !service.jobs().contains("one/events.messages"));
            assertThat(service.jobs()).contains("one/more.messages");
        }
    }

    @Test
    void oneNamespaceWhoseChunksAlwaysFailHoldsUpNoOther() throws Exception {
        TestDatabase database = site.database();
        site.events(database, "events", 2);
        site.events(database, "bad", 30);
        site.service("service.threads = 1");
        site.namespace("a-failing", database, "bad.messages { archive-after = 1d, max-value-size = 1KiB }");
        database.execute(
                "UPDATE bad.messages SET data = jsonb_build_object('x', repeat('y', 9000)) WHERE position = 0");
        site.namespace("b-good", database, TABLES);
        site.init("a-failing", database);
        site.init("b-good", database);

        AtomicInteger most = new AtomicInteger();
        FaultPoints counting = point -> most.accumulateAndGet(
                Integer.parseInt(Site.ask(database, "SELECT count(*) FROM firn.claim")), Math::max);

        try (Service service = site.start(surroundings(counting))) {
            site.await("b-good", Outcome.DROPPED, 2);
            long before = site.heard().stream()
                    .filter(told -> told.namespace().equals("a-failing"))
                    .count();
            assertThat(before).as("chunks of the other one that came first").isLessThan(2 * Line.MOST_OF_A_TABLE);
            assertThat(service.permits().taken()).isLessThanOrEqualTo(1);
        }
        assertThat(most).as("chunks at once").hasValue(1);
    }

    @Test
    void stoppedWithAChunkInWorkItLetsItEndOrInterruptsItAndTheNextStartGoesOn() throws Exception {
        TestDatabase database = site.database();
        EventStore events = site.events(database, "events", 1);
        site.namespace("one", database, TABLES);
        site.init("one", database);
        CountDownLatch copying = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        FaultPoints hanging = point -> {
            if (point.equals("lifecycle.copied")) {
                copying.countDown();
                try {
                    never.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };

        Service service = site.start(surroundings(hanging));
        copying.await();
        assertThat(service.stop(Duration.ofMillis(200))).as("ended by itself").isFalse();

        assertThat(service.hands().busy()).isZero();
        assertThat(Site.ask(database, "SELECT count(*) FROM firn.claim")).isEqualTo("0");
        assertThat(Site.ask(database, "SELECT coalesce(sum(failures), 0) FROM firn.chunk"))
                .isEqualTo("0");
        AtomicInteger letGoOn = new AtomicInteger();
        CountDownLatch stopping = new CountDownLatch(1);
        Service again = site.start(surroundings(point -> {
            if (point.equals("lifecycle.copied") && letGoOn.getAndIncrement() == 0) {
                copyingAgain.countDown();
                awaitQuietly(stopping);
            }
        }));
        copyingAgain.await();
        Thread stop = new Thread(() -> again.stop(Duration.ofSeconds(30)));
        stop.start();
        site.await(() -> again.hands().isStopping());
        stopping.countDown();
        stop.join();
        assertThat(site.live("one", events.table())).hasSize(1);
        site.await("one", Outcome.DROPPED, 1);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Surroundings surroundings(FaultPoints faults) {
        return new Surroundings(clock, new SecureRandom(), faults);
    }
}
