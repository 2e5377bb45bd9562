package dev.firn.soak;

import dev.firn.testing.Eventodb;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** All writers, and what else works on the tables: compression, new partitions, people who ask for ranges. */
final class Applications implements AutoCloseable {

    private static final int WRITERS_OF_A_TABLE = 2;
    private static final Duration BETWEEN_TRANSACTIONS = Duration.ofMillis(60);
    private static final Duration BETWEEN_POLICIES = Duration.ofSeconds(2);
    private static final Duration LONGEST_LAST_TRANSACTION = Duration.ofSeconds(20);
    private static final Duration BETWEEN_REQUESTS = Duration.ofSeconds(7);

    /** Beginnings of SQLSTATE that locks, restarts, dropped partitions and chunks dropped under a statement explain. */
    private static final List<String> EXPLAINED = List.of("08", "57", "40", "55", "23514", "P0003");

    private final List<SoakTable> tables;
    private final long seed;
    private final ReentrantReadWriteLock atWork = new ReentrantReadWriteLock(true);
    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, AtomicLong> heldOff = new ConcurrentHashMap<>();
    private final Queue<String> unexpected = new ConcurrentLinkedQueue<>();
    private final AtomicLong transactions = new AtomicLong();
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong asked = new AtomicLong();
    private volatile boolean ended;

    Applications(List<SoakTable> tables, long seed) {
        this.tables = tables;
        this.seed = seed;
    }

    void begin() {
        int number = 0;
        for (SoakTable table : tables) {
            for (int i = 0; i < WRITERS_OF_A_TABLE; i++) {
                Random random = new Random(seed + ++number);
                start("writer of " + table, () -> write(new Writer(table, random)));
            }
            start("policies of " + table, () -> policies(table));
        }
        Random random = new Random(seed - 1);
        start("people", () -> ask(random));
    }

    private void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void write(Writer writer) {
        while (!ended) {
            atWork.readLock().lock();
            try {
                rows.addAndGet(writer.act());
                transactions.incrementAndGet();
            } catch (SQLException e) {
                note("writing", e);
            } catch (IllegalStateException e) {
                note("connecting", e.getCause());
            } finally {
                atWork.readLock().unlock();
            }
            LockSupport.parkNanos(BETWEEN_TRANSACTIONS.toNanos());
        }
        writer.close();
    }

    /** Compression goes on in quiet times; partitions are for rows that come. */
    private void policies(SoakTable table) {
        while (!ended) {
            try (Connection owner = table.database().owner()) {
                Eventodb.execute(owner, "SET lock_timeout = '500ms'");
                if (table.isHypertable()) {
                    table.compress(owner);
                } else if (atWork.readLock().tryLock()) {
                    try {
                        table.makePartitions(owner, Instant.now(), Instant.now().plusSeconds(15));
                    } finally {
                        atWork.readLock().unlock();
                    }
                }
            } catch (SQLException e) {
                count("a policy, " + e.getSQLState());
            } catch (IllegalStateException e) {
                count("a policy, no connection");
            }
            LockSupport.parkNanos(BETWEEN_POLICIES.toNanos());
        }
    }

    private void ask(Random random) {
        while (!ended) {
            LockSupport.parkNanos(BETWEEN_REQUESTS.toNanos());
            SoakTable table = tables.get(random.nextInt(tables.size()));
            Instant from = Instant.now().minusSeconds(60 + random.nextInt(240));
            atWork.readLock().lock();
            try (Connection person = table.database().admin()) {
                Eventodb.execute(
                        person,
                        "SELECT firn.rehydrate('%s', timestamptz '%s', timestamptz '%s', keep => '8 seconds')"
                                .formatted(table.name(), from, from.plusSeconds(1 + random.nextInt(40))));
                asked.incrementAndGet();
            } catch (SQLException e) {
                count("a request, " + e.getSQLState());
            } catch (IllegalStateException e) {
                count("a request, no connection");
            } finally {
                atWork.readLock().unlock();
            }
        }
    }

    private void note(String doing, Throwable failure) {
        String state = failure instanceof SQLException sql && sql.getSQLState() != null ? sql.getSQLState() : "none";
        count(doing + ", " + state);
        if (EXPLAINED.stream().noneMatch(state::startsWith)) {
            unexpected.add("%s %s: %s".formatted(doing, state, failure));
        }
    }

    private void count(String what) {
        heldOff.computeIfAbsent(what, unused -> new AtomicLong()).incrementAndGet();
    }

    /** Nobody is in a transaction any more, nor begins one, until {@link #resume}. */
    void pause() {
        atWork.writeLock().lock();
    }

    void resume() {
        atWork.writeLock().unlock();
    }

    /** Failures of applications that no fault explains. */
    List<String> unexpected() {
        return List.copyOf(unexpected);
    }

    List<String> lines() {
        return List.of(
                "applications: %,d transactions with %,d rows; %,d ranges asked for"
                        .formatted(transactions.get(), rows.get(), asked.get()),
                "applications held off: " + new TreeMap<>(heldOff));
    }

    @Override
    public void close() {
        ended = true;
        if (atWork.isWriteLockedByCurrentThread()) {
            resume();
        }
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
        }
        for (Thread thread : threads) {
            try {
                thread.join(LONGEST_LAST_TRANSACTION.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
