package dev.firn.soak;

import dev.firn.testing.Eventodb;
import dev.firn.testing.FaultyHttp;
import dev.firn.testing.FaultyHttp.Fault;
import dev.firn.testing.RequestClass;
import dev.firn.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Lets things fail at random, one after the other, by a seed: requests, sessions, connections, the server, a node. */
final class Faults {

    private static final int LONGEST_PAUSE_MILLIS = 1_200;

    /** Longer than a lease. */
    private static final Duration SLEEP = Duration.ofSeconds(9);

    /** S3 may take minutes for these, and Firn waits as long where no answer comes. */
    private static final Set<RequestClass> WAITED_FOR =
            EnumSet.of(RequestClass.COPY_OBJECT, RequestClass.COMPLETE_MULTIPART);

    private final FaultyHttp s3;
    private final List<TestDatabase> databases;
    private final Node lasting;
    private final Node doomed;
    private final Random random;
    private final Map<String, AtomicInteger> done = new TreeMap<>();

    /**
     * @param lasting loses connections alone
     * @param doomed is killed, stopped, put to sleep
     */
    Faults(FaultyHttp s3, List<TestDatabase> databases, Node lasting, Node doomed, Random random) {
        this.s3 = s3;
        this.databases = databases;
        this.lasting = lasting;
        this.doomed = doomed;
        this.random = random;
    }

    /** One fault after the other for so long; then everything works again. */
    void during(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            one();
            supervise();
            LockSupport.parkNanos(
                    Duration.ofMillis(50 + random.nextInt(LONGEST_PAUSE_MILLIS)).toNanos());
        }
        s3.heal();
        doomed.rise();
    }

    private void one() {
        int choice = random.nextInt(100);
        if (choice < 60) {
            request();
        } else if (choice < 63) {
            outage();
        } else if (choice < 70) {
            sessions("ended a session", "pg_terminate_backend", "LIMIT 1");
        } else if (choice < 72) {
            sessions("ended all sessions", "pg_terminate_backend", "");
        } else if (choice < 80) {
            sessions("cancelled a statement", "pg_cancel_backend", "LIMIT 1");
        } else if (choice < 88) {
            cut();
        } else if (choice < 90) {
            server();
        } else if (choice < 93) {
            count("killed a node");
            doomed.kill();
            doomed.start();
        } else if (choice < 95) {
            count("stopped a node");
            requireOrderlyEnd(doomed.terminate());
            doomed.start();
        } else if (choice < 96) {
            count("put a node to sleep");
            doomed.sleep();
            LockSupport.parkNanos(SLEEP.toNanos());
            doomed.wake();
        }
    }

    /** As systemd does: a node that finds its cluster's database away when it starts ends at once. */
    private void supervise() {
        if (!doomed.isAlive()) {
            count("started a node again that had ended by itself");
            doomed.start();
        }
    }

    private void requireOrderlyEnd(int exitCode) {
        // Before it listens to signals, and where its cluster's database is away at its start, it cannot be orderly.
        if (exitCode != 0) {
            count("a node stopped with exit code " + exitCode);
        }
    }

    private void request() {
        if (random.nextInt(6) == 0) {
            s3.heal();
        }
        RequestClass requests = pick(RequestClass.values());
        Fault fault = pick(Fault.values());
        if (fault == Fault.NO_ANSWER && WAITED_FOR.contains(requests)) {
            return;
        }
        s3.failNth(requests, 1 + random.nextInt(3), fault);
    }

    private void outage() {
        count("all of S3 away for a while");
        for (RequestClass requests : RequestClass.values()) {
            s3.failAll(requests, random.nextBoolean() ? Fault.SLOW_DOWN : Fault.ERROR_500);
        }
        LockSupport.parkNanos(Duration.ofMillis(500 + random.nextInt(3_000)).toNanos());
        s3.heal();
    }

    private void sessions(String what, String function, String limit) {
        count(what);
        String sql = "SELECT %s(pid) FROM pg_stat_activity WHERE application_name LIKE 'firn%%' ORDER BY random() %s"
                .formatted(function, limit);
        try (Connection admin = databases.get(0).admin()) {
            Eventodb.execute(admin, sql);
        } catch (SQLException | IllegalStateException e) {
            count("the server was just away");
        }
    }

    private void cut() {
        Node node = random.nextBoolean() ? lasting : doomed;
        if (random.nextInt(5) == 0) {
            count("cut all connections of a node");
            node.postgres().cutAll();
        } else if (node.postgres().cutOne(random)) {
            count("cut a connection");
        }
    }

    private void server() {
        if (random.nextBoolean()) {
            count("restarted PostgreSQL");
            databases.get(0).restart();
        } else {
            count("crashed PostgreSQL");
            databases.get(0).crash();
        }
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }

    private synchronized void count(String what) {
        done.computeIfAbsent(what, unused -> new AtomicInteger()).incrementAndGet();
    }

    synchronized List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("faults of requests to S3: " + new TreeMap<>(s3.faultsDone()));
        lines.add("other faults: " + done);
        return lines;
    }
}
