package dev.firn.archiver.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FaultPoints;
import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import dev.firn.archive.ArchiveLayout;
import dev.firn.archive.Attempt;
import dev.firn.archiver.http.ServiceMetrics;
import dev.firn.archiver.http.ServiceView;
import dev.firn.archiver.http.StatusServer;
import dev.firn.lifecycle.ChunkResult.Outcome;
import dev.firn.lifecycle.Surroundings;
import dev.firn.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.quartz.JobKey;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerKey;

/** What a service does for whole namespaces, and what it leaves alone. */
class UpkeepIT {

    private static final TableName MESSAGES = new TableName("events", "messages");
    private static final TableName MORE = new TableName("more", "messages");

    private final SettableClock clock = new SettableClock();
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
    void sweepsAtItsStartAndProvesAndExpiresByItself() throws Exception {
        site.events(database, "events", 2);
        site.service("scrub.share = 100%, service { sweep = 1d, scrub = \"0 0 0 1 1 ?\", expire = \"0 0 0 1 1 ?\" }");
        site.namespace("one", database, "events.messages { archive-after = 1d, expire-after = 10d }");
        site.init("one", database);
        Path left = leftBehind(MESSAGES);

        try (ServiceMetrics metrics = new ServiceMetrics(clock);
                Service service = Service.start(site.conf(), surroundings(), metrics, site::watcher);
                StatusServer pages = StatusServer.start(service.settings().http(), service.view(), metrics, clock)) {
            site.await(() -> !Files.exists(left));
            site.await("one", Outcome.DROPPED, 2);
            Path expired = site.archive("one")
                    .resolve(site.live("one", MESSAGES).get(0).files().get(0).key());
            byte[] content = Files.readAllBytes(expired);
            assertThat(service.view().namespaces().get(0).next())
                    .extracting(ServiceView.NextRun::what)
                    .contains(
                            "clears away what was left behind",
                            "proves a share of the archive again",
                            "removes copies that expire");
            service.scheduler().triggerJob(job("scrub"));
            site.await(() -> scrubbed().equals("2"));

            service.scheduler().triggerJob(job("expire"));
            site.await(() -> site.live("one", MESSAGES).isEmpty());
            site.await(() -> service.hands().busy() == 0);
            assertThat(site.run("status", "one").lines().filter(line -> line.contains(" expired ")))
                    .hasSize(2);
            site.await(() -> service.namespaces()
                    .find("one")
                    .orElseThrow()
                    .lastStatus()
                    .read()
                    .isPresent());
            clock.advance(Duration.ofMinutes(10));
            site.await(() -> Site.get(pages, "")
                    .contains("<g class=\"cell expired\" role=\"listitem\" aria-label=\"2024-01-11"));
            assertThat(Site.get(pages, ""))
                    .contains("removed from S3 because of its age")
                    .contains("2 expired");

            // As a worker leaves it that died over the removal: nobody's fault, and gone after the next look.
            Files.createDirectories(expired.getParent());
            Files.write(expired, content);
            site.runNow(service, job("scrub"));
            assertThat(site.heard()).noneMatch(each -> each.failure().isPresent());
            assertThat(expired).exists();
            site.runNow(service, new TableId("one", MESSAGES).key());
            assertThat(expired).doesNotExist();
        }
    }

    @Test
    void whatCameWhileItWasNotOpenIsDoneOnceItIs() throws Exception {
        site.events(database, "events", 0);
        site.service("service.sweep = 1d");
        String tables = "events.messages { archive-after = 1d }";
        site.namespace("one", database, tables);
        site.init("one", database);
        Path left = leftBehind(MESSAGES);
        String reachable = site.read("namespaces/one.conf");
        site.write(
                "namespaces/one.conf", reachable.replace(database.jdbcUrl(), "jdbc:postgresql://127.0.0.1:1/nowhere"));

        try (Service service = site.start(surroundings())) {
            site.await(() -> hasCome(service, job("sweep")) && service.hands().busy() == 0);
            assertThat(service.namespaces().find("one").orElseThrow().isOpen()).isFalse();
            assertThat(left).exists();

            site.write("namespaces/one.conf", reachable);

            site.await(() -> !Files.exists(left));
        }
    }

    @Test
    void aPausedTableIsLeftAloneAndHoldsUpNoOther() throws Exception {
        site.events(database, "events", 1);
        site.events(database, "more", 1);
        String table = "{ archive-after = 1d, expire-after = 10d, schedule = \"0 0 12 1 1 ?\" }";
        site.service("scrub.share = 100%, service { scrub = \"0 0 0 1 1 ?\", expire = \"0 0 0 1 1 ?\" }");
        site.namespace(
                "one",
                database,
                "events.messages %1$s, more.messages %1$s".formatted(table),
                "window = \"22:00-05:00\"");
        site.init("one", database);
        clock.set(Instant.parse("2026-03-01T20:30:00Z"));

        try (Service service = site.start(surroundings())) {
            ServedNamespace one = service.namespaces().find("one").orElseThrow();
            site.await(one::isOpen);
            one.use(open -> open.pause(Optional.of(MESSAGES)));
            site.await(() -> one.pauses().size() == 1);
            one.use(open -> open.pause(Optional.of(MORE)));
            site.await(() -> one.pauses().size() == 2);
            one.use(open -> open.resume(Optional.of(MORE)));
            site.await(() -> one.pauses().size() == 1);

            // Nobody looks at a table before next year, but for the beginning of the window.
            clock.set(Instant.parse("2026-03-01T22:30:00Z"));
            site.await("one", Outcome.DROPPED, 1);
            assertThat(site.live("one", MORE)).hasSize(1);
            site.await(() -> service.hands().busy() == 0);
            assertThat(site.live("one", MESSAGES)).isEmpty();

            // Nor of the other one, but for the end of its pause.
            one.use(open -> open.resume(Optional.of(MESSAGES)));
            site.await("one", Outcome.DROPPED, 2);
            assertThat(site.live("one", MESSAGES)).hasSize(1);

            one.use(open -> open.pause(Optional.of(MESSAGES)));
            service.scheduler().triggerJob(job("scrub"));
            site.await(() -> !scrubbed().equals("0") && service.hands().busy() == 0);
            assertThat(scrubbed()).isEqualTo("1");

            Path paused = leftBehind(MESSAGES);
            Path swept = leftBehind(MORE);
            service.scheduler().triggerJob(job("sweep"));
            site.await(() -> !Files.exists(swept) && service.hands().busy() == 0);
            assertThat(paused).exists();

            service.scheduler().triggerJob(job("expire"));
            site.await(() -> site.live("one", MORE).isEmpty() && service.hands().busy() == 0);
            assertThat(site.live("one", MESSAGES)).hasSize(1);
        }
    }

    private String scrubbed() {
        return Site.ask(database, "SELECT count(*) FROM firn.scrub");
    }

    /** A part of a copy that came to nothing long ago. */
    private Path leftBehind(TableName table) throws IOException {
        TimeRange week =
                new TimeRange(TimeKind.TIMESTAMPTZ, 0, Duration.ofDays(7).toNanos() / 1000);
        Path file = site.archive("one")
                .resolve(new ArchiveLayout("one", table).incomingKey(Attempt.of(week, 1, "aaaaaaaaaa"), 0));
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[] {1, 2, 3});
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
    }

    private static JobKey job(String task) {
        return Maintenance.ALL.stream()
                .filter(known -> known.name().equals(task))
                .map(known -> MaintenanceJob.key("one", known))
                .findFirst()
                .orElseThrow();
    }

    private static boolean hasCome(Service service, JobKey job) {
        try {
            Trigger trigger = service.scheduler().getTrigger(new TriggerKey(job.getName(), job.getGroup()));
            return trigger != null && trigger.getPreviousFireTime() != null;
        } catch (SchedulerException e) {
            throw new AssertionError(e);
        }
    }

    private Surroundings surroundings() {
        return new Surroundings(clock, new SecureRandom(), FaultPoints.NONE);
    }
}
