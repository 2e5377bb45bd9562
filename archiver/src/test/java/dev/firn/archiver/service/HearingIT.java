package dev.firn.archiver.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FaultPoints;
import dev.firn.TableName;
import dev.firn.archiver.http.ServiceMetrics;
import dev.firn.archiver.http.StatusServer;
import dev.firn.lifecycle.ChunkResult.Outcome;
import dev.firn.lifecycle.Surroundings;
import dev.firn.testing.FaultyHttp;
import dev.firn.testing.GlueServer;
import dev.firn.testing.RequestClass;
import dev.firn.testing.S3Server;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that looks at nothing for an hour by itself: what it hears, and what it tells others. */
class HearingIT {

    private static final TableName MESSAGES = new TableName("events", "messages");
    private static final String TABLES = "events.messages { archive-after = 1d }";
    private static final int CHUNKS_AT_ONCE = 3;

    /** An export with its guest, the catalogue and a drop: what one chunk may take. */
    private static final int OF_A_CHUNK = 4;

    /** Two looks at tables, a look at the whole, and the ear. */
    private static final int BESIDE = 2 * 2 + 2 + 1;

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
            site.runNow(service, RequestsJob.key("one"));
            assertThat(requestState()).as("while its table is paused").isNotEqualTo("done");

            one.use(open -> open.pause(Optional.empty()));
            site.runNow(service, RequestsJob.key("one"));
            site.runNow(service, MaintenanceJob.key("one", scrub()));
            assertThat(requestState()).as("while all is paused").isNotEqualTo("done");
            assertThat(Site.ask(database, "SELECT count(*) FROM firn.scrub")).isEqualTo("0");

            one.use(open -> open.resume(Optional.empty()));
            one.use(open -> open.resume(Optional.of(MESSAGES)));
            site.runNow(service, MaintenanceJob.key("one", scrub()));
            assertThat(Site.ask(database, "SELECT count(*) FROM firn.scrub")).isEqualTo("1");
            site.runNow(service, RequestsJob.key("one"));
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
        SettableClock clock = new SettableClock();
        try (S3Server s3 = S3Server.start();
                FaultyHttp way = FaultyHttp.before(s3);
                ServiceMetrics metrics = new ServiceMetrics(clock);
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
                                    way.endpoint(),
                                    s3.region(),
                                    s3.accessKey().id(),
                                    s3.accessKey().secret(),
                                    glue.endpoint(),
                                    glue.accessKeyId(),
                                    glue.secretAccessKey(),
                                    TABLES));
            site.init("lake", database);
            glue.fail("CreateTable", GlueServer.Fault.DENIED);

            way.failNth(RequestClass.PUT_OBJECT, 1, FaultyHttp.Fault.ERROR_500);
            way.failNth(RequestClass.GET_OBJECT, 3, FaultyHttp.Fault.SLOW_DOWN);

            Surroundings surroundings = new Surroundings(clock, new SecureRandom(), FaultPoints.NONE);
            try (Service service = Service.start(site.conf(), surroundings, metrics, site::watcher);
                    StatusServer pages =
                            StatusServer.start(service.settings().http(), service.view(), metrics, clock)) {
                site.await("lake", Outcome.DROPPED, 3);
                // What failed once is caught up on by the next look.
                service.timetable().lookNow(service.namespaces().find("lake").orElseThrow());
                site.await(() -> glue.table("firn_lake", "events_messages").isPresent()
                        && glue.partitions("firn_lake", "events_messages").size() == 3);
                site.await(() -> service.hands().busy() == 0);
                assertThat(service.view().namespaces().get(0).failures().toString())
                        .doesNotContain(glue.secretAccessKey());
                // By these very names the dashboard and the alerts ask for them.
                assertThat(Site.get(pages, "metrics"))
                        .contains("firn_s3_errors_total{kind=\"server_error\",namespace=\"lake\"} 1.0")
                        .contains("firn_s3_errors_total{kind=\"throttled\",namespace=\"lake\"} 1.0")
                        .containsPattern("firn_s3_requests_total\\{namespace=\"lake\",operation=\"PutObject\"} [1-9]")
                        .containsPattern("firn_s3_request_seconds_sum\\{namespace=\"lake\",operation=\"PutObject\"} "
                                + "(?!0\\.0\\s)[0-9]")
                        .containsPattern(
                                "firn_s3_request_seconds_count\\{namespace=\"lake\",operation=\"GetObject\"} [1-9]");
            }
        }
    }

    private static Surroundings surroundings(FaultPoints faults) {
        return new Surroundings(new SettableClock(), new SecureRandom(), faults);
    }
}
