package dev.firn.archiver.service;

import dev.firn.TableName;
import dev.firn.archiver.http.ServiceView.NextRun;
import dev.firn.config.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import org.quartz.CronScheduleBuilder;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDataMap;
import org.quartz.JobDetail;
import org.quartz.JobKey;
import org.quartz.ObjectAlreadyExistsException;
import org.quartz.ScheduleBuilder;
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
 * The jobs that come again and again: a look at each table, requests and maintenance of each namespace. Made where they are
 * missing, made anew where their schedule changed, and removed with what they were for. A time that was missed is made up
 * for once, at once.
 */
final class Timetable {

    private static final Logger LOG = LoggerFactory.getLogger(Timetable.class);

    /** Of a trigger: its schedule as text, by which a changed one is told from one that stands. */
    private static final String SCHEDULE = "schedule";

    private static final int BEFORE_CHUNKS = Trigger.DEFAULT_PRIORITY + 5;

    private final Scheduler scheduler;
    private final Line line;
    private Set<TableId> tables = new HashSet<>();
    private Set<String> names = new HashSet<>();
    private volatile Map<String, List<NextRun>> next = Map.of();
    private volatile int known;

    Timetable(Scheduler scheduler, Line line) {
        this.scheduler = scheduler;
        this.line = line;
    }

    /** Brings all jobs into line with what is configured. Also mends what somebody took away. */
    void settle(Namespaces namespaces, Instant now) throws SchedulerException {
        Set<TableId> wanted = new HashSet<>();
        Set<String> wantedNames = new HashSet<>();
        for (ServedNamespace namespace : namespaces.all()) {
            if (namespace.config().isEmpty()) {
                continue;
            }
            wantedNames.add(namespace.name());
            for (TableName name : namespace.config().orElseThrow().tables().keySet()) {
                TableId table = new TableId(namespace.name(), name);
                wanted.add(table);
                ensure(
                        EnumerateJob.class,
                        table.key(),
                        table.data(),
                        namespace.schedule(name),
                        namespace.timeZone(),
                        now);
            }
            Duration requests = namespace.serve().orElseThrow().requestsEvery();
            ensure(
                    RequestsJob.class,
                    RequestsJob.key(namespace.name()),
                    new JobDataMap(),
                    new Schedule.Every(requests),
                    namespace.timeZone(),
                    now);
            for (Maintenance task : Maintenance.ALL) {
                ensure(
                        MaintenanceJob.class,
                        MaintenanceJob.key(namespace.name(), task),
                        new JobDataMap(),
                        namespace.schedule(task),
                        namespace.timeZone(),
                        now);
            }
        }
        remove(wanted, wantedNames);
        note();
    }

    /** What comes next, as it was when this was last settled: to ask for it costs a look into the cluster's database. */
    private void note() throws SchedulerException {
        Map<String, List<NextRun>> found = new HashMap<>();
        for (String name : names) {
            List<NextRun> runs = new ArrayList<>();
            for (TableId table : tables) {
                if (table.namespace().equals(name)) {
                    add(runs, table.key(), Optional.of(table.table()), "looks for due chunks");
                }
            }
            add(runs, RequestsJob.key(name), Optional.empty(), "looks for requests");
            for (Maintenance task : Maintenance.ALL) {
                add(runs, MaintenanceJob.key(name, task), Optional.empty(), task.what());
            }
            runs.sort(Comparator.comparing(NextRun::at));
            found.put(name, List.copyOf(runs));
        }
        next = Map.copyOf(found);
        known = scheduler.getJobKeys(GroupMatcher.anyJobGroup()).size();
    }

    private void add(List<NextRun> runs, JobKey key, Optional<TableName> table, String what) throws SchedulerException {
        Trigger trigger = scheduler.getTrigger(new TriggerKey(key.getName(), key.getGroup()));
        if (trigger != null && trigger.getNextFireTime() != null) {
            runs.add(new NextRun(table, what, trigger.getNextFireTime().toInstant()));
        }
    }

    /** Soonest first. */
    List<NextRun> next(String namespace) {
        return next.getOrDefault(namespace, List.of());
    }

    /** Jobs of any kind that there were when this was last settled. */
    int known() {
        return known;
    }

    /** Only what this node itself once made: another one may know more namespaces than this one does yet. */
    private void remove(Set<TableId> wanted, Set<String> wantedNames) throws SchedulerException {
        for (TableId table : tables) {
            if (!wanted.contains(table)) {
                LOG.info("{}: not configured any more; it is not looked at again", table);
                line.forget(table);
            }
        }
        for (String name : names) {
            if (!wantedNames.contains(name)) {
                scheduler.deleteJob(RequestsJob.key(name));
                for (JobKey key : scheduler.getJobKeys(GroupMatcher.jobGroupEquals(MaintenanceJob.group(name)))) {
                    scheduler.deleteJob(key);
                }
            }
        }
        tables = wanted;
        names = wantedNames;
    }

    private void ensure(
            Class<? extends Job> kind, JobKey key, JobDataMap data, Schedule schedule, ZoneId zone, Instant now)
            throws SchedulerException {
        String text = schedule instanceof Schedule.Cron ? schedule + " " + zone : schedule.toString();
        TriggerKey triggerKey = new TriggerKey(key.getName(), key.getGroup());
        Trigger stands = scheduler.getTrigger(triggerKey);
        if (stands != null && text.equals(stands.getJobDataMap().getString(SCHEDULE))) {
            return;
        }
        Trigger trigger = TriggerBuilder.newTrigger()
                .withIdentity(triggerKey)
                .forJob(key)
                .withPriority(BEFORE_CHUNKS)
                .usingJobData(SCHEDULE, text)
                .startAt(Date.from(now))
                .withSchedule(schedule(schedule, zone))
                .build();
        JobDetail job = JobBuilder.newJob(kind)
                .withIdentity(key)
                .usingJobData(data)
                .storeDurably()
                .build();
        try {
            scheduler.scheduleJob(job, Set.of(trigger), true);
        } catch (ObjectAlreadyExistsException e) {
            // Another node was faster.
        }
    }

    private static ScheduleBuilder<? extends Trigger> schedule(Schedule schedule, ZoneId zone) {
        if (schedule instanceof Schedule.Cron cron) {
            return CronScheduleBuilder.cronSchedule(cron.expression())
                    .inTimeZone(TimeZone.getTimeZone(zone))
                    .withMisfireHandlingInstructionFireAndProceed();
        }
        Duration every = ((Schedule.Every) schedule).interval();
        return SimpleScheduleBuilder.simpleSchedule()
                .withIntervalInMilliseconds(every.toMillis())
                .repeatForever()
                .withMisfireHandlingInstructionNowWithRemainingCount();
    }

    /** Looks at all tables of a namespace, and at its requests, without waiting for their times. */
    void lookNow(ServedNamespace namespace) {
        try {
            for (TableName table :
                    namespace.config().map(config -> config.tables().keySet()).orElse(Set.of())) {
                triggerIfThere(new TableId(namespace.name(), table).key());
            }
            triggerIfThere(RequestsJob.key(namespace.name()));
        } catch (SchedulerException e) {
            LOG.debug("{}: looked at only in time: {}", namespace.name(), e.getMessage());
        }
    }

    /** Somebody may have asked for ranges. */
    void requestsNow(String namespace) {
        try {
            triggerIfThere(RequestsJob.key(namespace));
        } catch (SchedulerException e) {
            LOG.debug("{}: requests are looked for only in time: {}", namespace, e.getMessage());
        }
    }

    /** One that waits to be looked at already is not to be looked at twice; one that is at work may be past what is new. */
    private void triggerIfThere(JobKey key) throws SchedulerException {
        long waiting = scheduler.getTriggersOfJob(key).stream()
                .filter(trigger -> trigger.getNextFireTime() != null)
                .count();
        if (waiting == 1) {
            scheduler.triggerJob(key);
        }
    }
}
