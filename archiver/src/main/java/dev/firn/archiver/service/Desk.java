package dev.firn.archiver.service;

import dev.firn.FirnException;
import dev.firn.LogContext;
import dev.firn.TableName;
import dev.firn.lifecycle.Enumeration;
import dev.firn.lifecycle.OpenNamespace;
import dev.firn.lifecycle.Surroundings;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.quartz.Job;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.spi.JobFactory;
import org.quartz.spi.TriggerFiredBundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What jobs do once they are called. Jobs say what, by name; all they need to do it is here. */
final class Desk implements JobFactory {

    private static final Logger LOG = LoggerFactory.getLogger(Desk.class);

    private final Namespaces namespaces;
    private final Scheduler scheduler;
    private final Line line;
    private final ChunkDesk chunks;
    private final Hands hands;
    private final Arrears arrears;
    private final Statuses statuses;
    private final Clock clock;
    private final RandomGenerator random;

    Desk(
            Namespaces namespaces,
            Scheduler scheduler,
            Line line,
            Permits permits,
            Hands hands,
            Arrears arrears,
            Statuses statuses,
            Surroundings surroundings) {
        this.namespaces = namespaces;
        this.scheduler = scheduler;
        this.line = line;
        this.hands = hands;
        this.arrears = arrears;
        this.statuses = statuses;
        this.clock = surroundings.clock();
        this.random = surroundings.random();
        this.chunks = new ChunkDesk(namespaces, line, permits, clock, hands::isStopping);
    }

    @Override
    public Job newJob(TriggerFiredBundle bundle, Scheduler unused) throws SchedulerException {
        Class<? extends Job> kind = bundle.getJobDetail().getJobClass();
        if (kind == EnumerateJob.class) {
            return new EnumerateJob(this);
        }
        if (kind == ChunkJob.class) {
            return new ChunkJob(this);
        }
        if (kind == RequestsJob.class) {
            return new RequestsJob(this);
        }
        if (kind == MaintenanceJob.class) {
            return new MaintenanceJob(this);
        }
        throw new SchedulerException("no such job: " + kind);
    }

    void enumerate(TableId table) {
        hands.on(() -> LogContext.on(table.namespace(), table.table(), () -> {
            Optional<ServedNamespace> namespace = namespaces.with(table);
            if (namespace.isEmpty()) {
                forget(table);
            } else if (namespace.get().isInWindow() && !hands.isStopping()) {
                look(namespace.get(), table);
            }
        }));
    }

    /** Few at once: each takes connections, and a namespace that does not answer is not to take all threads. */
    private void look(ServedNamespace namespace, TableId table) {
        if (!namespace.looks().tryAcquire()) {
            int tables =
                    namespace.config().map(config -> config.tables().size()).orElse(0);
            lookLater(table, Duration.ofMillis(500 + random.nextInt(1000 + 100 * tables)));
            return;
        }
        try {
            work(namespace, Optional.of(table.table()), open -> enumerate(namespace, open, table));
            // Whatever became of it: a table that cannot be looked at is just what is to be seen.
            statuses.outdated(namespace);
        } finally {
            namespace.looks().release();
        }
    }

    private void lookLater(TableId table, Duration pause) {
        try {
            scheduler.scheduleJob(TriggerBuilder.newTrigger()
                    .withIdentity(TriggerKey.createUniqueName("look"), "looks")
                    .forJob(table.key())
                    .startAt(Date.from(clock.instant().plus(pause)))
                    .build());
        } catch (SchedulerException e) {
            LOG.debug("{}: looked at again only in time: {}", table, e.getMessage());
        }
    }

    private void enumerate(ServedNamespace namespace, OpenNamespace open, TableId table) {
        if (!namespace.isPaused(open, table.table())) {
            Enumeration found = open.enumerate(table.table(), namespace.watcher());
            try {
                line.put(table, found.due(), clock.instant());
            } catch (SchedulerException e) {
                throw Schedulers.failure("putting chunks of %s into the line".formatted(table), e);
            }
        }
    }

    void work(ChunkDesk.Turn turn) {
        boolean[] more = {false};
        hands.on(() -> LogContext.on(
                turn.chunk().namespace(),
                turn.chunk().name(),
                turn.chunk().range(),
                () -> more[0] = chunks.work(turn)));
        if (more[0]) {
            lookAgain(turn.chunk().table());
        }
    }

    void restoreRequested(String name) {
        hands.on(() -> LogContext.on(name, () -> namespaces
                .find(name)
                .ifPresentOrElse(
                        namespace -> work(namespace, Optional.empty(), open -> restoreRequested(namespace, open)),
                        () -> delete(name))));
    }

    private void restoreRequested(ServedNamespace namespace, OpenNamespace open) {
        if (namespace.pauses(open).isEmpty()) {
            open.restoreRequested(Optional.empty(), false, namespace.watcher());
            return;
        }
        for (TableName table : namespace.config().orElseThrow().tables().keySet()) {
            if (!namespace.isPaused(open, table)) {
                open.restoreRequested(Optional.of(table), false, namespace.watcher());
            }
        }
    }

    void maintain(String name, String task) {
        hands.on(() -> LogContext.on(name, () -> namespaces.find(name).ifPresent(namespace -> Maintenance.ALL.stream()
                .filter(known -> known.name().equals(task))
                .forEach(known -> maintain(namespace, known)))));
    }

    private void maintain(ServedNamespace namespace, Maintenance task) {
        boolean[] begun = {false};
        work(namespace, Optional.empty(), open -> {
            begun[0] = true;
            if (namespace.pauses(open).stream().noneMatch(pause -> pause.table().isEmpty())) {
                task.task().run(open, table -> !namespace.isPaused(open, table), namespace.watcher());
            }
        });
        if (!begun[0] && !hands.isStopping()) {
            arrears.owe(namespace, task);
        }
    }

    /** Something of a namespace that is open and still ours; what fails is told, and hinders nobody else. */
    private void work(
            ServedNamespace namespace, Optional<TableName> table, java.util.function.Consumer<OpenNamespace> work) {
        try {
            namespace.use(open -> {
                try {
                    open.keepFence();
                } catch (FirnException e) {
                    if (!hands.isStopping()) {
                        namespace.failed(e);
                    }
                    return null;
                }
                work.accept(open);
                return null;
            });
        } catch (RuntimeException e) {
            if (!hands.isStopping()) {
                namespace.couldNot(table, Optional.empty(), e);
            }
        }
    }

    private void lookAgain(TableId table) {
        try {
            if (scheduler.checkExists(table.key())) {
                scheduler.triggerJob(table.key());
            }
        } catch (SchedulerException e) {
            LOG.debug("{}: looked at again only in time: {}", table, e.getMessage());
        }
    }

    private void forget(TableId table) {
        try {
            line.forget(table);
        } catch (SchedulerException e) {
            LOG.debug("{}: its jobs stay for now: {}", table, e.getMessage());
        }
    }

    private void delete(String namespace) {
        try {
            scheduler.deleteJob(RequestsJob.key(namespace));
        } catch (SchedulerException e) {
            LOG.debug("{}: its jobs stay for now: {}", namespace, e.getMessage());
        }
    }
}
