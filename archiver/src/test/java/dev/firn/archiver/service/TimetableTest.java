package dev.firn.archiver.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import dev.firn.archiver.http.ServiceMetrics;
import dev.firn.archiver.http.Watcher;
import dev.firn.config.LiveConfiguration;
import dev.firn.config.NamespaceRegistry;
import dev.firn.lifecycle.Surroundings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.quartz.Job;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerKey;

/** When what comes again and again comes; Quartz itself goes by the real time. */
class TimetableTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final TableId TABLE = new TableId("one", new TableName("events", "messages"));

    private final LinkedBlockingQueue<JobKey> begun = new LinkedBlockingQueue<>();
    private final ServiceMetrics metrics = new ServiceMetrics(Clock.systemUTC());
    private final Namespaces namespaces =
            new Namespaces(Surroundings.real(), metrics, name -> Watcher.NONE, namespace -> {});
    private final Misfires misfires = new Misfires();
    private Path home;
    private Scheduler scheduler;
    private Timetable timetable;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        home = directory;
        configure("0 0 3 * * ?");
        scheduler = Schedulers.make(
                        LiveConfiguration.read(directory.resolve("conf"), NamespaceRegistry.UNASKED)
                                .service()
                                .serve(),
                        Optional.empty(),
                        "test-" + System.nanoTime(),
                        4)
                .scheduler();
        scheduler.setJobFactory(
                (bundle, of) -> (Job) context -> begun.add(bundle.getJobDetail().getKey()));
        scheduler.getListenerManager().addTriggerListener(misfires);
        timetable = new Timetable(scheduler, new Line(scheduler));
    }

    @AfterEach
    void close() throws SchedulerException {
        scheduler.shutdown(true);
        namespaces.close();
        metrics.close();
    }

    @Test
    void ofTheTimesThatWereMissedOneIsMadeUpForAtOnceAndTheNextComesInTime() throws Exception {
        Instant now = Instant.now();
        timetable.settle(namespaces, now.minus(Duration.ofDays(5)));
        assertThat(trigger(TABLE.key()).getNextFireTime()).isBefore(Date.from(now.minus(Duration.ofDays(3))));

        scheduler.start();

        // Table, requests, and three tasks, each of which missed many times.
        for (int i = 0; i < 2 + Maintenance.ALL.size(); i++) {
            assertThat(begun.poll(30, TimeUnit.SECONDS)).isNotNull();
        }
        assertThat(begun).isEmpty();
        assertThat(misfires.count()).isEqualTo(2 + Maintenance.ALL.size());
        Instant next = trigger(TABLE.key()).getNextFireTime().toInstant();
        assertThat(next).isBetween(now, now.plus(Duration.ofDays(1).plusHours(1)));
        assertThat(next.atZone(BERLIN).toLocalTime()).isEqualTo(LocalTime.of(3, 0));
        Instant requests = trigger(RequestsJob.key("one")).getNextFireTime().toInstant();
        assertThat(requests).isBetween(now.plus(Duration.ofMinutes(59)), now.plus(Duration.ofMinutes(62)));
    }

    @Test
    void whatStandsIsLeftAloneUntilItsScheduleOrItsTimeZoneChanges() throws Exception {
        Instant first = Instant.now().truncatedTo(ChronoUnit.SECONDS).minusSeconds(30);
        timetable.settle(namespaces, first);
        timetable.settle(namespaces, first.plusSeconds(10));
        assertThat(trigger(TABLE.key()).getStartTime()).isEqualTo(Date.from(first));

        configure("0 0 4 * * ?");
        timetable.settle(namespaces, first.plusSeconds(20));

        assertThat(trigger(TABLE.key()).getStartTime()).isEqualTo(Date.from(first.plusSeconds(20)));
        assertThat(trigger(TABLE.key())
                        .getNextFireTime()
                        .toInstant()
                        .atZone(BERLIN)
                        .getHour())
                .isEqualTo(4);
        assertThat(trigger(RequestsJob.key("one")).getStartTime())
                .as("of another job, whose schedule is as it was")
                .isEqualTo(Date.from(first));
    }

    @Test
    void aNamespaceIsLookedAfterWhenItSaysOrElseWhenAllAre() throws Exception {
        timetable.settle(namespaces, Instant.now());

        assertThat(time("sweep")).isEqualTo(LocalTime.of(1, 15));
        assertThat(time("scrub")).isEqualTo(LocalTime.of(2, 0));
        assertThat(time("expire")).isEqualTo(LocalTime.of(5, 0));
    }

    @Test
    void whatIsAskedForWhileALookIsAtWorkIsLookedAtAfterIt() throws Exception {
        Semaphore goOn = new Semaphore(0);
        BlockingQueue<JobKey> looks = new LinkedBlockingQueue<>();
        scheduler.setJobFactory((bundle, of) -> (Job) context -> {
            if (bundle.getJobDetail().getKey().equals(TABLE.key())) {
                looks.add(TABLE.key());
                goOn.acquireUninterruptibly();
            }
        });
        timetable.settle(namespaces, Instant.now());
        scheduler.start();
        ServedNamespace one = namespaces.find("one").orElseThrow();

        long waiting;
        try {
            timetable.lookNow(one);
            assertThat(looks.poll(30, TimeUnit.SECONDS)).isNotNull();
            for (int asked = 0; asked < 3; asked++) {
                timetable.lookNow(one);
            }
            waiting = scheduler.getTriggersOfJob(TABLE.key()).stream()
                    .filter(trigger -> trigger.getNextFireTime() != null)
                    .count();
        } finally {
            goOn.release(1000);
        }

        assertThat(waiting).as("the usual time, and one look for all who asked").isEqualTo(2);
        assertThat(looks.poll(30, TimeUnit.SECONDS)).isNotNull();
    }

    private LocalTime time(String task) throws SchedulerException {
        return trigger(new JobKey(task, MaintenanceJob.group("one")))
                .getNextFireTime()
                .toInstant()
                .atZone(BERLIN)
                .toLocalTime();
    }

    private Trigger trigger(JobKey key) throws SchedulerException {
        return scheduler.getTrigger(new TriggerKey(key.getName(), key.getGroup()));
    }

    private void configure(String schedule) throws Exception {
        Site site = new Site(home);
        site.service("service { requests-every = 1h, scrub = \"0 0 2 * * ?\" }");
        site.write(
                "namespaces/one.conf",
                """
                database { url = "jdbc:postgresql://127.0.0.1:1/none", user = firn }
                location { url = "file:/nowhere" }
                time-zone = "Europe/Berlin"
                sweep = "0 15 1 * * ?"
                tables { events.messages { archive-after = 1d, schedule = "%s" } }
                """
                        .formatted(schedule));
        namespaces.configure(LiveConfiguration.read(site.conf(), NamespaceRegistry.UNASKED));
    }
}
