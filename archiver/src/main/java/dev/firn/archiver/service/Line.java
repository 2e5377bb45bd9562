package dev.firn.archiver.service;

import dev.firn.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.quartz.JobBuilder;
import org.quartz.JobDataMap;
import org.quartz.JobDetail;
import org.quartz.JobKey;
import org.quartz.ObjectAlreadyExistsException;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.matchers.GroupMatcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The line in which chunks wait: first come, first served, and no more than a few of each table at once, so that a table
 * with years to catch up on stands in nobody's way. What is not in line is found by the next look at its table.
 */
final class Line {

    /** Waiting or in work, of one table. */
    static final int MOST_OF_A_TABLE = 12;

    private static final Logger LOG = LoggerFactory.getLogger(Line.class);

    private final Scheduler scheduler;
    private final Waiting waiting = new Waiting();

    Line(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Puts into the line what is due and not in it, as far as there is room. */
    void put(TableId table, List<TimeRange> due, Instant now) throws SchedulerException {
        Set<JobKey> known = new HashSet<>(scheduler.getJobKeys(GroupMatcher.jobGroupEquals(table.chunksGroup())));
        int room = Math.max(0, MOST_OF_A_TABLE - known.size());
        int rank = 0;
        for (Iterator<TimeRange> ranges = due.iterator(); ranges.hasNext(); rank++) {
            ChunkId chunk = new ChunkId(table, ranges.next());
            if (known.remove(chunk.key())) {
                if (scheduler.getTriggersOfJob(chunk.key()).isEmpty()) {
                    // Its worker died between the last two steps, or the job was written by halves.
                    add(chunk, now.plusMillis(rank), 0, false);
                }
            } else if (room > 0) {
                room--;
                make(chunk, now.plusMillis(rank), room == 0 && ranges.hasNext());
            }
        }
        for (JobKey notDue : known) {
            if (scheduler.getTriggersOfJob(notDue).isEmpty()) {
                scheduler.deleteJob(notDue);
            }
        }
    }

    private void make(ChunkId chunk, Instant at, boolean last) throws SchedulerException {
        JobDetail job = JobBuilder.newJob(ChunkJob.class)
                .withIdentity(chunk.key())
                .usingJobData(chunk.data())
                .storeDurably()
                .requestRecovery()
                .build();
        try {
            scheduler.scheduleJob(job, trigger(chunk, at, 0, last));
        } catch (ObjectAlreadyExistsException e) {
            // Another node was faster.
        }
    }

    /** Lets a chunk come again when its database has room, and in any case a little later. */
    void await(ChunkDesk.Turn turn, Instant now, String database) {
        again(turn, now.plus(pause(turn.tries())), turn.tries() + 1)
                .ifPresent(trigger -> waiting.add(database, turn.chunk().key(), trigger));
    }

    /** Lets a chunk come again at that time, which no room elsewhere brings nearer. */
    void postpone(ChunkDesk.Turn turn, Instant at) {
        again(turn, at, turn.tries());
    }

    private Optional<TriggerKey> again(ChunkDesk.Turn turn, Instant at, int tries) {
        try {
            return add(turn.chunk(), at, tries, turn.last());
        } catch (SchedulerException e) {
            throw Schedulers.failure("putting %s back into the line".formatted(turn.chunk()), e);
        }
    }

    /** Nothing where another node is done with it since this one saw it in line. */
    private Optional<TriggerKey> add(ChunkId chunk, Instant at, int tries, boolean last) throws SchedulerException {
        Trigger trigger = trigger(chunk, at, tries, last);
        try {
            scheduler.scheduleJob(trigger);
            return Optional.of(trigger.getKey());
        } catch (SchedulerException e) {
            if (scheduler.checkExists(chunk.key())) {
                throw e;
            }
            LOG.debug("{}: another node took it out of the line meanwhile ({})", chunk, e.getMessage());
            return Optional.empty();
        }
    }

    /** It keeps its place however late it comes: what is in line has no time of its own to miss. */
    private static Trigger trigger(ChunkId chunk, Instant at, int tries, boolean last) {
        JobDataMap data = new JobDataMap();
        data.put(ChunkJob.TRIES, Integer.toString(tries));
        data.put(ChunkJob.LAST, Boolean.toString(last));
        return TriggerBuilder.newTrigger()
                .withIdentity(TriggerKey.createUniqueName("chunk"), "chunks")
                .forJob(chunk.key())
                .usingJobData(data)
                .startAt(Date.from(at))
                .withSchedule(SimpleScheduleBuilder.simpleSchedule().withMisfireHandlingInstructionIgnoreMisfires())
                .build();
    }

    /** A chunk of this database is taken up. */
    void begun(ChunkId chunk, String database) {
        waiting.begun(database, chunk.key());
    }

    /** Somebody may have made room: whose turn it is comes at once, of whatever database. */
    void wake(Predicate<String> room, Instant now) {
        for (Optional<TriggerKey> next = waiting.next(room); next.isPresent(); next = waiting.next(room)) {
            try {
                Trigger trigger = scheduler.getTrigger(next.get());
                if (trigger != null
                        && scheduler.rescheduleJob(
                                        next.get(),
                                        trigger.getTriggerBuilder()
                                                .startAt(Date.from(now))
                                                .build())
                                != null) {
                    return;
                }
            } catch (SchedulerException e) {
                return; // it comes by itself a little later
            }
        }
    }

    /** The chunk is done with, well or not; the next look at its table finds it again if it is due. */
    void leave(ChunkId chunk) {
        waiting.left(chunk.key());
        try {
            scheduler.deleteJob(chunk.key());
        } catch (SchedulerException e) {
            throw Schedulers.failure("taking %s out of the line".formatted(chunk), e);
        }
    }

    /** Nothing of the table is to wait any more. */
    void forget(TableId table) throws SchedulerException {
        scheduler.deleteJob(table.key());
        for (JobKey key : scheduler.getJobKeys(GroupMatcher.jobGroupEquals(table.chunksGroup()))) {
            scheduler.deleteJob(key);
        }
    }

    /** How long to wait where there is no room, when nobody wakes us. */
    private static Duration pause(int tries) {
        return Duration.ofSeconds(1L << Math.min(tries, 5));
    }
}
