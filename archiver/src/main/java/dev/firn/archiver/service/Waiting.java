package dev.firn.archiver.service;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.quartz.JobKey;
import org.quartz.TriggerKey;

/**
 * Chunks that found no room, in the order in which they are to have it: databases take turns, and of each the chunk that has
 * waited longest comes first, however often it asked in vain meanwhile. So a backlog of one database costs the others no more
 * than a turn.
 */
final class Waiting {

    /** Entries that are remembered of one database; the others come by themselves. */
    static final int MOST_OF_A_DATABASE = 1000;

    private static final class Database {
        private final Map<JobKey, TriggerKey> chunks = new LinkedHashMap<>();
        private long lastTurn;
    }

    private final Map<String, Database> databases = new LinkedHashMap<>();
    private long turns;

    /** @param trigger that has the chunk come by itself, if nobody calls it before */
    synchronized void add(String database, JobKey chunk, TriggerKey trigger) {
        Map<JobKey, TriggerKey> chunks = of(database).chunks;
        if (chunks.containsKey(chunk) || chunks.size() < MOST_OF_A_DATABASE) {
            chunks.put(chunk, trigger);
        }
    }

    private Database of(String name) {
        return databases.computeIfAbsent(name, unseen -> new Database());
    }

    /** The chunk has what it waited for, and its database has had its turn. */
    synchronized void begun(String database, JobKey chunk) {
        left(chunk);
        turns++;
        of(database).lastTurn = turns;
    }

    synchronized void left(JobKey chunk) {
        databases.values().forEach(database -> database.chunks.remove(chunk));
    }

    /** Whose turn it is among databases with room; it waits no more. */
    synchronized Optional<TriggerKey> next(Predicate<String> room) {
        return databases.entrySet().stream()
                .filter(each -> !each.getValue().chunks.isEmpty() && room.test(each.getKey()))
                .map(Map.Entry::getValue)
                .min(Comparator.comparingLong(database -> database.lastTurn))
                .map(database -> {
                    JobKey first = database.chunks.keySet().iterator().next();
                    return database.chunks.remove(first);
                });
    }
}
