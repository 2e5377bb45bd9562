package dev.firn.lifecycle;

import dev.firn.testing.Eventodb;
import dev.firn.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Applications that write to streams which nobody has written to for long, and remember every position that they were
 * given in a transaction that was committed. Only a stream's first event depends on what a drop takes away.
 */
final class StreamWriters implements AutoCloseable {

    private final List<Connection> connections = new ArrayList<>();
    private final List<Random> randoms = new ArrayList<>();
    private final ExecutorService threads;
    private final Map<String, List<Long>> given = new TreeMap<>();
    private final AtomicInteger next = new AtomicInteger();
    private CountDownLatch gate;

    StreamWriters(TestDatabase database, int writers, long seed) {
        for (int i = 0; i < writers; i++) {
            connections.add(database.owner());
            randoms.add(new Random(seed + i));
        }
        threads = Executors.newFixedThreadPool(writers);
    }

    /** Does the work, and writes to all of these streams, from {@link #begin} on or else when the work is done. */
    void during(List<String> streams, Runnable work) throws InterruptedException {
        gate = new CountDownLatch(1);
        next.set(0);
        List<Future<Void>> running = new ArrayList<>();
        for (int i = 0; i < connections.size(); i++) {
            Connection connection = connections.get(i);
            Random random = randoms.get(i);
            running.add(threads.submit(() -> writeAll(connection, streams, random)));
        }
        try {
            work.run();
        } finally {
            begin();
        }
        for (Future<Void> each : running) {
            try {
                each.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a writer failed", e.getCause());
            }
        }
    }

    /** Lets the writers go. */
    void begin() {
        gate.countDown();
    }

    /** Streams that a writer has come to. */
    int begun() {
        return next.get();
    }

    private Void writeAll(Connection connection, List<String> streams, Random random)
            throws SQLException, InterruptedException {
        gate.await();
        for (int i = next.getAndIncrement(); i < streams.size(); i = next.getAndIncrement()) {
            // Sometimes to one that another writer has just come to as well.
            write(connection, streams.get(random.nextInt(5) == 0 ? Math.max(0, i - 1) : i), random);
            write(connection, streams.get(i), random);
        }
        return null;
    }

    /** Some know where the stream ends, some do not ask; some write twice, and some take it back. */
    private void write(Connection connection, String stream, Random random) throws SQLException {
        List<Long> positions = new ArrayList<>();
        connection.setAutoCommit(false);
        positions.add(Eventodb.write(connection, stream));
        if (random.nextInt(4) == 0) {
            positions.add(Eventodb.write(connection, stream, positions.get(0)));
        }
        if (random.nextInt(8) == 0) {
            connection.rollback();
            return;
        }
        connection.commit();
        synchronized (given) {
            given.computeIfAbsent(stream, key -> new ArrayList<>()).addAll(positions);
        }
    }

    /** What each stream was given, in the order of positions. */
    Map<String, List<Long>> given() {
        Map<String, List<Long>> sorted = new TreeMap<>();
        synchronized (given) {
            given.forEach((stream, positions) ->
                    sorted.put(stream, positions.stream().sorted().toList()));
        }
        return sorted;
    }

    @Override
    public void close() throws SQLException {
        threads.shutdownNow();
        for (Connection connection : connections) {
            connection.close();
        }
    }
}
