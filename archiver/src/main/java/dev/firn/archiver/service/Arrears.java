package dev.firn.archiver.service;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Maintenance that came while its namespace was not open, and is done once it is; both is said. */
final class Arrears {

    private static final Logger LOG = LoggerFactory.getLogger(Arrears.class);

    private final Scheduler scheduler;
    private final Map<String, Set<Maintenance>> owed = new HashMap<>();

    Arrears(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    void owe(ServedNamespace namespace, Maintenance task) {
        boolean added;
        synchronized (this) {
            added = owed.computeIfAbsent(namespace.name(), none -> new LinkedHashSet<>())
                    .add(task);
        }
        if (added) {
            LOG.info(
                    "{}: {} is due, and done once the namespace is open: {}",
                    namespace.name(),
                    task.name(),
                    namespace.failure().map(Throwable::getMessage).orElse("it is just being opened"));
        }
        if (namespace.isOpen()) {
            // Opened meanwhile by somebody who found nothing here.
            settle(namespace);
        }
    }

    /** To be called once it is open. */
    void settle(ServedNamespace namespace) {
        for (Maintenance task : take(namespace.name())) {
            JobKey key = MaintenanceJob.key(namespace.name(), task);
            try {
                if (scheduler.checkExists(key)) {
                    LOG.info(
                            "{}: {} came due while the namespace was not open, and is done now",
                            namespace.name(),
                            task.name());
                    scheduler.triggerJob(key);
                }
            } catch (SchedulerException e) {
                LOG.warn(
                        "{}: {} came due while the namespace was not open; it is done at its next time: {}",
                        namespace.name(),
                        task.name(),
                        e.getMessage());
            }
        }
    }

    private synchronized Set<Maintenance> take(String namespace) {
        return Optional.ofNullable(owed.remove(namespace)).orElse(Set.of());
    }
}
