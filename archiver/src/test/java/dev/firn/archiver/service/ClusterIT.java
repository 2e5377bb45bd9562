package dev.firn.archiver.service;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.firn.FaultPoints;
import dev.firn.TableName;
import dev.firn.archive.Manifest;
import dev.firn.archiver.http.ServiceMetrics;
import dev.firn.archiver.http.StatusServer;
import dev.firn.lifecycle.ChunkResult;
import dev.firn.lifecycle.Surroundings;
import dev.firn.testing.ArchiverProcess;
import dev.firn.testing.CuttableTcp;
import dev.firn.testing.EventStore;
import dev.firn.testing.TcpTimers;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.LoggerFactory;

/** Two services that share their jobs by way of a database, each a process of its own. */
class ClusterIT {

    private static final TableName MESSAGES = new TableName("events", "messages");
    private static final int WEEKS = 8;

    private Site site;
    private TestDatabase database;

    @BeforeEach
    void open(@TempDir Path home) throws Exception {
        site = new Site(home);
        database = site.database();
        configure(database.jdbcUrl());
        site.namespace("one", database, "events.messages { archive-after = 1d }");
        site.init("one", database);
    }

    private void configure(String jobs) {
        site.service(
                """
                service {
                  threads = 2, chunks-per-database = 1, cluster = true
                  cluster-database { url = "%s", user = %s, password = %s }
                }"""
                        .formatted(jobs, TestDatabase.OWNER, TestDatabase.PASSWORD));
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void twoShareTheWorkAndWhatADeadOneHadInWorkIsFinishedByTheOther() throws SQLException {
        site.events(database, "events", WEEKS);
        try (ArchiverProcess doomed = start("KILL", "lifecycle.published", 2)) {
            site.await(() -> !Site.ask(database, "SELECT count(*) FROM firn.audit WHERE action = 'archived'")
                    .equals("0"));
            try (ArchiverProcess other = start("KILL", "never", 1)) {
                assertThat(doomed.exitCode()).as(doomed.output()).isEqualTo(137);

                site.await(() -> Site.ask(
                                database,
                                "SELECT count(*) FROM firn.audit WHERE action = 'dropped' AND table_name = 'messages'")
                        .equals(Integer.toString(WEEKS)));
                assertThat(Site.ask(database, "SELECT count(DISTINCT actor) FROM firn.audit WHERE action = 'archived'"))
                        .as("programs that archived")
                        .isEqualTo("2");
                site.await(() -> Site.ask(
                                database,
                                "SELECT count(*) FROM firn_quartz.qrtz_job_details"
                                        + " WHERE job_group LIKE 'chunks %'")
                        .equals("0"));
                other.terminate();
                assertThat(other.exitCode()).as(other.output()).isZero();
            }
        }
        assertThat(site.live("one", MESSAGES))
                .hasSize(WEEKS)
                .allMatch(manifest -> manifest.generation() == 1 && manifest.role() == Manifest.Role.ORIGINAL);
        assertThat(Site.ask(database, "SELECT count(*) FROM events.messages")).isEqualTo("0");
        assertThat(Site.ask(
                        database,
                        "SELECT count(*) FROM (SELECT FROM firn.audit WHERE action = 'dropped'"
                                + " GROUP BY range_start HAVING count(*) > 1) twice"))
                .as("chunks dropped twice")
                .isEqualTo("0");
        // Names and numbers are all that a job carries.
        assertThat(Site.ask(
                        database,
                        "SELECT string_agg(convert_from(job_data, 'UTF8'), ' ') FROM firn_quartz.qrtz_job_details"))
                .contains("namespace", "one")
                .doesNotContain(TestDatabase.PASSWORD + "\n", "password", "jdbc:");
    }

    @Test
    void losingTheTablesOfQuartzLosesNothingAndNodesAreTold() throws Exception {
        site.events(database, "events", 2);
        SettableClock clock = new SettableClock();
        Surroundings surroundings = new Surroundings(clock, new SecureRandom(), FaultPoints.NONE);
        ServiceMetrics metrics = new ServiceMetrics(clock);
        try (Service service = Service.start(site.conf(), surroundings, metrics, site::watcher);
                StatusServer pages = StatusServer.start(service.settings().http(), service.view(), metrics, clock)) {
            site.await("one", ChunkResult.Outcome.DROPPED, 2);
            site.await(() -> !service.nodes().isEmpty());
            assertThat(service.nodes())
                    .singleElement()
                    .satisfies(node -> assertThat(node.name()).isEqualTo(service.node()))
                    .satisfies(node -> assertThat(node.lastSeen()).isAfter(service.startedAt()));
            assertThat(Site.get(pages, "status")).contains("\"lastSeen\"").contains("\"thisNode\" : true");
            assertThat(Site.get(pages, "")).contains(service.node() + " (this one), seen ");

            try (Connection owner = database.owner()) {
                EventStore events = new EventStore(MESSAGES, EventStore.WEEK, true);
                events.fillWeeks(owner, 3, 4, 60);
                events.compressAll(owner);
            }

            // Nobody looks at the table for an hour, unless its jobs are made anew.
            database.execute("ALTER SCHEMA firn_quartz RENAME TO lost");
            site.await("one", ChunkResult.Outcome.DROPPED, 6);
        }
        assertThat(site.live("one", MESSAGES)).hasSizeGreaterThanOrEqualTo(4);
        assertThat(Site.ask(database, "SELECT count(*) FROM events.messages")).isEqualTo("0");
    }

    @Test
    void aNodeWaitsForTheDatabaseOfItsClusterAndSaysSo() throws Exception {
        site.events(database, "events", 2);
        Matcher address = Pattern.compile("//([^:/]+):(\\d+)/").matcher(database.jdbcUrl());
        assertThat(address.find()).isTrue();
        SettableClock clock = new SettableClock();
        Surroundings surroundings = new Surroundings(clock, new SecureRandom(), FaultPoints.NONE);
        try (CuttableTcp proxy = CuttableTcp.before(address.group(1), Integer.parseInt(address.group(2)));
                ServiceMetrics metrics = new ServiceMetrics(clock)) {
            proxy.away(true);
            configure(database.jdbcUrl()
                    .replace("//" + address.group(1) + ":" + address.group(2), "//127.0.0.1:" + proxy.port()));
            try (Service service = Service.start(site.conf(), surroundings, metrics, site::watcher);
                    StatusServer pages =
                            StatusServer.start(service.settings().http(), service.view(), metrics, clock)) {
                site.await(() -> service.namespaces().find("one").orElseThrow().isOpen());
                assertThat(Site.get(pages, "health/ready"))
                        .contains("\"ready\" : false")
                        .contains("opening jdbc:postgresql://127.0.0.1:" + proxy.port())
                        .doesNotContain("\"ready\" : true");
                assertThat(Site.get(pages, "status")).contains("no job was started");
                assertThat(site.live("one", MESSAGES)).isEmpty();

                proxy.away(false);

                site.await("one", ChunkResult.Outcome.DROPPED, 2);
                assertThat(Site.get(pages, "health/ready")).contains("\"ready\" : true");
                if (TcpTimers.canBeSeen()) {
                    // A cluster's database that went away without a word is noticed.
                    site.await(() -> areAskedWithinAMinute(TcpTimers.untilAsked(proxy.port())));
                }
            }
        }
    }

    private static boolean areAskedWithinAMinute(List<Optional<Duration>> connections) {
        return !connections.isEmpty()
                && connections.stream().allMatch(asked -> asked.filter(in -> in.toSeconds() <= 60)
                        .isPresent());
    }

    @Test
    void tablesOfQuartzThatCannotBeMadeAreToldOnceUntilTheyCan() throws Exception {
        Logger log = (Logger) LoggerFactory.getLogger(Service.class);
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        log.addAppender(said);
        Level usual = log.getLevel();
        log.setLevel(Level.INFO);
        try (Service service = site.start(Surroundings.real())) {
            database.execute("ALTER SCHEMA firn_quartz RENAME TO away; CREATE SCHEMA firn_quartz");
            for (int look = 0; look < 3; look++) {
                service.reload();
            }
            assertThat(lines(said, Level.WARN)).singleElement().asString().contains("bringing jobs into line");

            database.execute("ALTER SCHEMA firn_quartz OWNER TO " + TestDatabase.OWNER);
            service.reload();
            assertThat(lines(said, Level.INFO)).anyMatch(line -> line.contains("jobs are in line again"));
        } finally {
            log.setLevel(usual);
            log.detachAppender(said);
        }
    }

    private static List<String> lines(ListAppender<ILoggingEvent> said, Level level) {
        return List.copyOf(said.list).stream()
                .filter(event -> event.getLevel().equals(level))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Test
    void theTablesOfQuartzAreMadeOnceByHoweverManyStartTogether() throws Exception {
        PGSimpleDataSource owner = new PGSimpleDataSource();
        owner.setUrl(database.jdbcUrl());
        owner.setUser(TestDatabase.OWNER);
        owner.setPassword(TestDatabase.PASSWORD);
        ExecutorService starts = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = IntStream.range(0, 4)
                    .<Future<?>>mapToObj(i -> starts.submit(() -> {
                        QuartzTables.make(owner, "jobs_of_firn");
                        return null;
                    }))
                    .toList();
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            starts.shutdownNow();
        }
        assertThat(Site.ask(database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'jobs_of_firn'"))
                .isEqualTo("11");
        assertThat(Site.ask(database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
                .isEqualTo("0");
    }

    private ArchiverProcess start(String signal, String point, int nth) {
        return ArchiverProcess.start(
                site.home(), signal, point, nth, "--conf", site.conf().toString(), "serve");
    }
}
