package dev.firn.archiver.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import dev.firn.config.LiveConfiguration;
import dev.firn.config.NamespaceRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.quartz.JobDetail;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.impl.matchers.GroupMatcher;

/** Who waits, and how many; nobody is called meanwhile. */
class LineTest {

    private static final TableId TABLE = new TableId("one", new TableName("events", "messages"));
    private static final TableId OTHER = new TableId("one", new TableName("events", "more"));
    private static final int MANY = 40;

    private final Instant now = Instant.now();
    private Scheduler scheduler;
    private Line line;

    @BeforeEach
    void open(@TempDir Path home) throws Exception {
        Site site = new Site(home);
        site.write("namespaces/none.conf", "broken");
        scheduler = Schedulers.make(
                        LiveConfiguration.read(site.conf(), NamespaceRegistry.UNASKED)
                                .service()
                                .serve(),
                        Optional.empty(),
                        "line-" + System.nanoTime(),
                        1)
                .scheduler();
        line = new Line(scheduler);
    }

    @AfterEach
    void close() throws SchedulerException {
        scheduler.shutdown();
    }

    @Test
    void aTableWithYearsToCatchUpOnTakesNoMoreThanItsPlaces() throws SchedulerException {
        line.put(TABLE, due(MANY), now);
        line.put(TABLE, due(MANY), now);
        line.put(OTHER, due(3), now);

        assertThat(waiting(TABLE)).hasSize(Line.MOST_OF_A_TABLE);
        assertThat(waiting(OTHER)).hasSize(3);
        assertThat(waiting(TABLE)).as("the first are the oldest").contains(chunk(TABLE, 0), chunk(TABLE, 1));

        line.leave(new ChunkId(TABLE, due(1).get(0)));
        line.put(TABLE, due(MANY).subList(1, MANY), now);
        assertThat(waiting(TABLE)).hasSize(Line.MOST_OF_A_TABLE).contains(chunk(TABLE, Line.MOST_OF_A_TABLE));
    }

    @Test
    void onlyTheLastOfAFullLineAsksForAnotherLookAtItsTable() throws SchedulerException {
        line.put(TABLE, due(MANY), now);
        line.put(OTHER, due(3), now);

        assertThat(waiting(TABLE).stream().filter(this::isLast)).hasSize(1);
        assertThat(waiting(OTHER)).noneMatch(this::isLast);
    }

    @Test
    void whatIsNotDueAnyMoreLeavesAndWhatLostItsTurnGetsAnotherOne() throws SchedulerException {
        line.put(TABLE, due(2), now);
        JobKey first = chunk(TABLE, 0);
        scheduler.unscheduleJob(scheduler.getTriggersOfJob(first).get(0).getKey());
        scheduler.unscheduleJob(
                scheduler.getTriggersOfJob(chunk(TABLE, 1)).get(0).getKey());

        line.put(TABLE, due(1), now);

        assertThat(waiting(TABLE)).containsExactly(first);
        assertThat(scheduler.getTriggersOfJob(first)).hasSize(1);
    }

    @Test
    void aChunkThatAnotherNodeIsDoneWithMeanwhileIsNoFailure() throws SchedulerException {
        line.put(TABLE, due(2), now);
        for (JobKey key : waiting(TABLE)) {
            scheduler.unscheduleJob(scheduler.getTriggersOfJob(key).get(0).getKey());
        }

        new Line(doneWithByAnother(chunk(TABLE, 0))).put(TABLE, due(3), now);

        assertThat(waiting(TABLE)).containsExactlyInAnyOrder(chunk(TABLE, 1), chunk(TABLE, 2));
        assertThat(scheduler.getTriggersOfJob(chunk(TABLE, 1))).hasSize(1);
        line.postpone(new ChunkDesk.Turn(new ChunkId(TABLE, due(1).get(0)), 0, false), now);
        assertThat(waiting(TABLE)).doesNotContain(chunk(TABLE, 0));
    }

    @Test
    void whatAnotherWorkerHasIsNotCalledEarlierBecauseThereIsRoom() throws SchedulerException {
        line.put(TABLE, due(1), now);
        ChunkId chunk = new ChunkId(TABLE, due(1).get(0));
        scheduler.unscheduleJob(scheduler.getTriggersOfJob(chunk.key()).get(0).getKey());
        Instant endOfLease = now.plusSeconds(120);
        line.postpone(new ChunkDesk.Turn(chunk, 0, false), endOfLease);

        line.wake(database -> true, now);

        assertThat(scheduler.getTriggersOfJob(chunk.key()))
                .singleElement()
                .satisfies(trigger -> assertThat(trigger.getStartTime()).isEqualTo(Date.from(endOfLease)));
    }

    /** The same scheduler, where another node deletes a job just before anybody asks for its triggers. */
    private Scheduler doneWithByAnother(JobKey job) {
        return (Scheduler) Proxy.newProxyInstance(
                Scheduler.class.getClassLoader(), new Class<?>[] {Scheduler.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getTriggersOfJob") && job.equals(arguments[0])) {
                        scheduler.deleteJob(job);
                    }
                    try {
                        return method.invoke(scheduler, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private boolean isLast(JobKey key) {
        try {
            JobDetail job = scheduler.getJobDetail(key);
            Trigger trigger = scheduler.getTriggersOfJob(job.getKey()).get(0);
            return Boolean.parseBoolean(trigger.getJobDataMap().getString(ChunkJob.LAST));
        } catch (SchedulerException e) {
            throw new AssertionError(e);
        }
    }

    private List<JobKey> waiting(TableId table) throws SchedulerException {
        return List.copyOf(scheduler.getJobKeys(GroupMatcher.jobGroupEquals(table.chunksGroup())));
    }

    private static JobKey chunk(TableId table, int index) {
        return new ChunkId(table, due(index + 1).get(index)).key();
    }

    private static List<TimeRange> due(int count) {
        return LongStream.range(0, count)
                .mapToObj(
                        day -> new TimeRange(TimeKind.TIMESTAMPTZ, day * 86_400_000_000L, (day + 1) * 86_400_000_000L))
                .toList();
    }
}
