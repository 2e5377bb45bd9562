package dev.firn.archiver.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import dev.firn.archiver.http.ServiceMetrics;
import dev.firn.archiver.http.Watcher;
import dev.firn.config.LiveConfiguration;
import dev.firn.config.NamespaceRegistry;
import dev.firn.lifecycle.Surroundings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;

/** Who has the room that a chunk leaves, where there is room for one; no database is there, and nobody is called meanwhile. */
class ChunkDeskTest {

    private static final TableName MESSAGES = new TableName("events", "messages");
    private static final TableId A = new TableId("a", MESSAGES);
    private static final TableId B = new TableId("b", MESSAGES);
    private static final TableId NIGHT = new TableId("night", MESSAGES);
    private static final String ANOTHER = "another database";

    private final Clock clock = Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);
    private final Instant now = clock.instant();
    private final ServiceMetrics metrics = new ServiceMetrics(clock);
    private final Namespaces namespaces = new Namespaces(
            new Surroundings(clock, new SecureRandom(), point -> {}), metrics, name -> Watcher.NONE, namespace -> {});
    private final Permits permits = new Permits();
    private Scheduler scheduler;
    private Line line;
    private ChunkDesk desk;

    @BeforeEach
    void open(@TempDir Path home) throws Exception {
        Site site = new Site(home);
        site.service("service { threads = 1, chunks-per-database = 1 }");
        configure(site, "a", "");
        configure(site, "b", "");
        configure(site, "night", "window = \"22:00-05:00\"");
        LiveConfiguration live = LiveConfiguration.read(site.conf(), NamespaceRegistry.UNASKED);
        namespaces.configure(live);
        scheduler = Schedulers.make(live.service().serve(), Optional.empty(), "desk-" + System.nanoTime(), 1)
                .scheduler();
        line = new Line(scheduler);
        desk = new ChunkDesk(namespaces, line, permits, clock, () -> false);
        for (TableId table : List.of(A, B, NIGHT)) {
            line.put(table, due(4), now);
        }
    }

    private static void configure(Site site, String name, String more) {
        site.write(
                "namespaces/" + name + ".conf",
                """
                database { url = "jdbc:postgresql://127.0.0.1:1/%1$s", user = firn, connect-timeout = 1s }
                location { url = "file:/nowhere" }
                tables { events.messages { archive-after = 1d } }
                %2$s
                """
                        .formatted(name, more));
    }

    @AfterEach
    void close() throws SchedulerException {
        scheduler.shutdown();
        namespaces.close();
        metrics.close();
    }

    @Test
    void aBacklogOfOneDatabaseLetsTheOthersHaveTheirTurn() throws SchedulerException {
        permits.take(ANOTHER, 1, 1);
        work(A, 1);
        work(A, 2);
        work(B, 0);
        permits.giveBack(ANOTHER);

        work(A, 0);

        assertThat(comes(B, 0)).isEqualTo(now);
        assertThat(comes(A, 1)).isAfter(now);
        assertThat(comes(A, 2)).isAfter(now);

        work(B, 0);
        assertThat(comes(A, 1)).as("which is their turn then").isEqualTo(now);
        assertThat(comes(A, 2)).isAfter(now);
    }

    @Test
    void whoAsksInVainAgainKeepsItsPlace() throws SchedulerException {
        permits.take(ANOTHER, 1, 1);
        work(A, 1);
        work(A, 2);
        work(A, 1);
        permits.giveBack(ANOTHER);

        work(A, 0);

        assertThat(comes(A, 1)).isEqualTo(now);
        assertThat(comes(A, 2)).isAfter(now);
    }

    @Test
    void whoIsCalledAndMayNotBeginLetsTheNextOneHaveTheRoom() throws SchedulerException {
        permits.take(ANOTHER, 1, 1);
        work(A, 1);
        permits.giveBack(ANOTHER);

        work(NIGHT, 0);

        assertThat(scheduler.checkExists(chunk(NIGHT, 0).key())).isFalse();
        assertThat(comes(A, 1)).isEqualTo(now);
    }

    /** As if its time had come. */
    private void work(TableId table, int index) throws SchedulerException {
        ChunkId chunk = chunk(table, index);
        for (Trigger trigger : scheduler.getTriggersOfJob(chunk.key())) {
            scheduler.unscheduleJob(trigger.getKey());
        }
        desk.work(new ChunkDesk.Turn(chunk, 0, false));
    }

    private Instant comes(TableId table, int index) throws SchedulerException {
        List<? extends Trigger> triggers =
                scheduler.getTriggersOfJob(chunk(table, index).key());
        assertThat(triggers).hasSize(1);
        Date start = triggers.get(0).getStartTime();
        return start.toInstant();
    }

    private static ChunkId chunk(TableId table, int index) {
        return new ChunkId(table, due(index + 1).get(index));
    }

    private static List<TimeRange> due(int count) {
        long day = Duration.ofDays(1).toNanos() / 1000;
        return LongStream.range(0, count)
                .mapToObj(each -> new TimeRange(TimeKind.TIMESTAMPTZ, each * day, (each + 1) * day))
                .toList();
    }
}
