package dev.firn.archiver.service;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.archiver.http.Watcher;
import dev.firn.config.Hours;
import dev.firn.config.Schedule;
import dev.firn.config.ServeConfig.Upkeep;
import dev.firn.lifecycle.ExpirySummary;
import dev.firn.lifecycle.OpenNamespace;
import dev.firn.lifecycle.ScrubSummary;
import dev.firn.lifecycle.SweepSummary;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Something that is done for a whole namespace now and then, by one node at a time. {@link #ALL} is the one place where such
 * a task is registered.
 *
 * @param name in keys of jobs, which other nodes read too
 * @param what it does, for people
 * @param own when a namespace has it done, if it says so
 * @param usual when it is done for all others
 */
record Maintenance(
        String name,
        String what,
        Function<Hours, Optional<Schedule>> own,
        Function<Upkeep, Schedule> usual,
        Task task) {

    /** Done whatever the window says, but not where a person paused the namespace, and not to tables that are. */
    static final List<Maintenance> ALL = List.of(
            new Maintenance(
                    "sweep", "clears away what was left behind", Hours::sweep, Upkeep::sweep, Maintenance::sweep),
            new Maintenance(
                    "scrub", "proves a share of the archive again", Hours::scrub, Upkeep::scrub, Maintenance::scrub),
            new Maintenance(
                    "expire", "removes copies that expire", Hours::expire, Upkeep::expire, Maintenance::expire));

    /** Does it to the tables that it may be done to, and tells what went wrong. */
    @FunctionalInterface
    interface Task {
        void run(OpenNamespace namespace, Predicate<TableName> may, Watcher watcher);
    }

    private static void sweep(OpenNamespace namespace, Predicate<TableName> may, Watcher watcher) {
        SweepSummary swept = namespace.sweep(may);
        swept.refused().forEach((table, why) -> watcher.failed(Optional.of(table), Optional.empty(), why));
        for (SweepSummary.Item item : swept.items()) {
            item.failure().ifPresent(why -> watcher.failed(item.table(), Optional.empty(), why));
            if (item.kind() == SweepSummary.Kind.STRAY && item.outcome() != SweepSummary.Outcome.REMOVED) {
                watcher.failed(item.table(), Optional.empty(), stray(item.what()));
            }
        }
    }

    private static void scrub(OpenNamespace namespace, Predicate<TableName> may, Watcher watcher) {
        ScrubSummary scrubbed = namespace.scrub(may, watcher);
        scrubbed.copies().forEach(copy -> copy.failure()
                .ifPresent(why -> watcher.failed(Optional.of(copy.table()), Optional.of(copy.range()), why)));
        scrubbed.strays().forEach(key -> watcher.failed(Optional.empty(), Optional.empty(), stray(key)));
    }

    private static void expire(OpenNamespace namespace, Predicate<TableName> may, Watcher watcher) {
        ExpirySummary expired = namespace.expire(may);
        expired.refused().forEach((table, why) -> watcher.failed(Optional.of(table), Optional.empty(), why));
        expired.ranges().forEach(each -> each.failure()
                .ifPresent(why -> watcher.failed(Optional.of(each.table()), Optional.of(each.range()), why)));
    }

    private static FirnException stray(String key) {
        return new FirnException(
                Category.DATA,
                key,
                "looking at where readers look: no manifest names this object, whose rows they count all the same; it"
                        + " was left there",
                "see who put it there, and remove it");
    }
}
