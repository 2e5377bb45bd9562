package dev.firn.archiver.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FaultPoints;
import dev.firn.TableName;
import dev.firn.lifecycle.ChunkResult.Outcome;
import dev.firn.lifecycle.Surroundings;
import dev.firn.testing.GlueServer;
import dev.firn.testing.S3Server;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.JobKey;
import org.quartz.SchedulerException;
import org.quartz.impl.matchers.KeyMatcher;
import org.quartz.listeners.JobListenerSupport;

/** A service that looks at nothing for an hour by itself: what it hears, and what it tells others. */
class HearingIT {

    private static final TableName MESSAGES = new TableName("events", "messages");
    private static final String TABLES = "events.messages { archive-after = 1d }";
    private static final int CHUNKS_AT_ONCE = 3;

    /** An export with its guest, the catalogue and a drop: what one chunk may take. */
    private static final int OF_A_CHUNK = 4;

    /** Two looks at tables, and the ear. */
    private static final int BESIDE = 2 * 2 + 1;

    private Site site;
    private TestDatabase database;

    @BeforeEach
    void open(@TempDir Path home) throws Exception {
        site = new Site(home);
        database = site.database();
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void aRequestIsBegunWhenItIsMadeAndWhatCameBackGoesAtTheNextLookAfterItsHold() throws Exception {
        site.events(database, "events", 2);
        site.service("service.requests-every = 1h");
        site.namespace("one", database, TABLES);
        site.init("one", database);

        try (Service service = site.start(surroundings(FaultPoints.NONE))) {
            site.await("one", Outcome.DROPPED, 2);
            site.await(() -> heard().equals("1"));

            Site.ask(database, "SELECT firn.rehydrate('events.messages', '2024-01-04', '2024-01-05')::text");

            site.await(
                    () -> Site.ask(database, "SELECT state FROM firn.requests").equals("done"));
            assertThat(Site.ask(database, "SELECT (count(*) > 0)::text FROM events.messages"))
                    .isEqualTo("true");
            ServedNamespace one = service.namespaces().find("one").orElseThrow();
            service.timetable().lookNow(one);
            site.await(() -> service.permits().taken() == 0 && service.hands().busy() == 0);
            assertThat(Site.ask(database, "SELECT count(*) FROM firn.hold")).isEqualTo("1");

            database.execute("UPDATE firn.hold SET hold_until = clock_timestamp()");
            service.timetable().lookNow(one);
            site.await("one", Outcome.DROPPED, 3);
            assertThat(Site.ask(database, "SELECT count(*) FROM events.messages"))
                    .isEqualTo("0");
        }
        assertThat(site.live("one", MESSAGES)).hasSize(2);
    }

    @Test
    void whatIsPausedBringsNothingBackAndIsNotLookedAfterUntilItMay() throws Exception {
        site.events(database, "events", 1);
        site.service("service.requests-every = 1h, scrub.share = 100%");
        site.namespace("one", database, TABLES);
        site.init("one", database);

        try (Service service = site.start(surroundings(FaultPoints.NONE))) {
            site.await("one", Outcome.DROPPED, 1);
            ServedNamespace one = service.namespaces().find("one").orElseThrow();
            one.use(open -> open.pause(Optional.of(MESSAGES)));
            Site.ask(database, "SELECT firn.rehydrate('events.messages', '2024-01-04', '2024-01-05')::text");
            runNow(service, RequestsJob.key("one"));
            assertThat(requestState()).as("while its table is paused").isNotEqualTo("done");

            one.use(open -> open.pause(Optional.empty()));
            runNow(service, RequestsJob.key("one"));
            runNow(service, MaintenanceJob.key("one", scrub()));
            assertThat(requestState()).as("while all is paused").isNotEqualTo("done");
            assertThat(Site.ask(database, "SELECT count(*) FROM firn.scrub")).isEqualTo("0");

            one.use(open -> open.resume(Optional.empty()));
            one.use(open -> open.resume(Optional.of(MESSAGES)));
            runNow(service, MaintenanceJob.key("one", scrub()));
            assertThat(Site.ask(database, "SELECT count(*) FROM firn.scrub")).isEqualTo("1");
            runNow(service, RequestsJob.key("one"));
            assertThat(requestState()).isEqualTo("done");
        }
    }

    private String requestState() {
        return Site.ask(database, "SELECT state FROM firn.requests");
    }

    private static Maintenance scrub() {
        return Maintenance.ALL.stream()
                .filter(task -> task.name().equals("scrub"))
                .findFirst()
                .orElseThrow();
    }

    /** And everything that is at work, to its end. */
    private void runNow(Service service, JobKey job) throws SchedulerException {
        CountDownLatch ended = new CountDownLatch(1);
        JobListenerSupport listener = new JobListenerSupport() {
            @Override
            public String getName() {
                return "end of " + job;
            }

            @Override
            public void jobWasExecuted(JobExecutionContext context, JobExecutionException failure) {
                ended.countDown();
            }
        };
        service.scheduler().getListenerManager().addJobListener(listener, KeyMatcher.keyEquals(job));
        service.scheduler().triggerJob(job);
        site.await(() -> ended.getCount() == 0 && service.hands().busy() == 0);
        service.scheduler().getListenerManager().removeJobListener(listener.getName());
    }

    private String heard() {
        return Site.ask(
                database,
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'firn one requests' AND query LIKE 'LISTEN%'");
    }

    @Test
    void manyChunksAtOnceTakeNoMoreConnectionsThanTheirShare() throws Exception {
        site.events(database, "events", 9);
        site.service("service { threads = %1$d, chunks-per-database = %1$d }".formatted(CHUNKS_AT_ONCE));
        site.namespace("one", database, TABLES);
        site.init("one", database);
        AtomicInteger most = new AtomicInteger();
        AtomicInteger mostChunks = new AtomicInteger();
        FaultPoints counting = point -> {
            most.accumulateAndGet(
                    Integer.parseInt(Site.ask(
                            database,
                            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = '"
                                    + TestDatabase.ARCHIVER + "' AND state <> 'idle'")),
                    Math::max);
            mostChunks.accumulateAndGet(
                    Integer.parseInt(Site.ask(database, "SELECT count(*) FROM firn.claim")), Math::max);
        };

        try (Service service = site.start(surroundings(counting))) {
            site.await("one", Outcome.DROPPED, 9);
            site.await(() -> service.permits().taken() == 0);
        }
        assertThat(mostChunks.get()).as("chunks at once").isBetween(2, CHUNKS_AT_ONCE);
        assertThat(most).hasValueGreaterThan(1);
        assertThat(most.get()).isLessThanOrEqualTo(OF_A_CHUNK * CHUNKS_AT_ONCE + BESIDE);
    }

    @Test
    void whatItArchivesIsToldToTheGlueDataCatalog(@TempDir Path archive) throws Exception {
        site.events(database, "events", 3);
        try (S3Server s3 = S3Server.start();
                GlueServer glue = new GlueServer()) {
            site.write(
                    "namespaces/lake.conf",
                    """
                    database { url = "%s", user = %s, password = %s, lock-pause = 100ms }
                    location {
                      url = "s3://%s/firn", endpoint = "%s", region = %s, path-style = true
                      access-key-id = %s, secret-access-key = %s
                    }
                    athena {
                      sync = on, region = eu-central-1, endpoint = "%s", access-key-id = %s, secret-access-key = %s
                    }
                    tables { %s }
                    """
                            .formatted(
                                    database.jdbcUrl(),
                                    TestDatabase.ARCHIVER,
                                    TestDatabase.PASSWORD,
                                    s3.bucket(),
                                    s3.endpoint(),
                                    s3.region(),
                                    s3.accessKey().id(),
                                    s3.accessKey().secret(),
                                    glue.endpoint(),
                                    glue.accessKeyId(),
                                    glue.secretAccessKey(),
                                    TABLES));
            site.init("lake", database);
            glue.fail("CreateTable", GlueServer.Fault.DENIED);

            try (Service service = site.start(surroundings(FaultPoints.NONE))) {
                site.await("lake", Outcome.DROPPED, 3);
                // What failed once is caught up on by the next look.
                service.timetable().lookNow(service.namespaces().find("lake").orElseThrow());
                site.await(() -> glue.table("firn_lake", "events_messages").isPresent()
                        && glue.partitions("firn_lake", "events_messages").size() == 3);
                site.await(() -> service.hands().busy() == 0);
                assertThat(service.view().namespaces().get(0).failures().toString())
                        .doesNotContain(glue.secretAccessKey());
            }
        }
    }

    private static Surroundings surroundings(FaultPoints faults) {
        return new Surroundings(new SettableClock(), new SecureRandom(), faults);
    }
}
