package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FaultPoints;
import dev.firn.testing.EventStore;
import dev.firn.testing.Eventodb;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writers race the drop of what they go on from: no stream ever takes a position twice, or leaves one out. */
class WriteRacesIT {

    private static final int RACES = Integer.getInteger("firn.writeRaces", 3_000);
    private static final int WRITERS = 6;
    private static final int STREAMS = 150;
    private static final int WAITERS = 40;
    private static final int EVENTS = 3;

    private static final long A_WHILE = TimeUnit.SECONDS.toNanos(10);

    /** For forty sessions to begin, on a busy machine; less than a drop keeps its locks for. */
    private static final long LONG_ENOUGH = TimeUnit.SECONDS.toNanos(50);

    @TempDir
    private Path home;

    private TestDatabase database;
    private Connection owner;
    private Eventodb store;
    private Firn firn;
    private int weeks;

    @BeforeEach
    void open() throws SQLException {
        database = TestDatabase.create();
        owner = database.owner();
        store = Eventodb.create(owner);
        firn = Firn.configure(
                        database,
                        home,
                        "tsdb_default.messages { archive-after = 30d, parquet.zstd-level = 1, " + Eventodb.WRITE_PATH
                                + " }")
                .init();
        firn.succeed("run", Firn.NAMESPACE);
        store.attach();
    }

    @AfterEach
    void close() throws SQLException {
        owner.close();
        database.close();
    }

    @Test
    void noStreamTakesAPositionTwiceWhoeverWritesDuringTheDrop() throws Exception {
        long seed = Long.getLong("firn.seed", System.nanoTime());
        System.out.printf("races of writers with drops, seed %d (-Dfirn.seed=%d)%n", seed, seed);
        Random random = new Random(seed);
        AtomicInteger waited = new AtomicInteger();
        AtomicInteger before = new AtomicInteger();
        int raced = 0;
        try (StreamWriters writers = new StreamWriters(database, WRITERS, seed)) {
            while (raced < RACES) {
                List<String> streams = addWeek("w" + weeks, STREAMS);
                int early = random.nextInt(STREAMS / 2);
                int late = random.nextInt(WRITERS / 2 + 1);
                FaultPoints pace = point -> {
                    if (point.equals(Steps.HEADS)) {
                        writers.begin();
                        awaitBegun(writers, early);
                    } else if (point.equals(Steps.LOCKED)) {
                        before.addAndGet(writers.begun());
                        waited.addAndGet(awaitWaiting(late, A_WHILE));
                    }
                };
                writers.during(streams, () -> firn.run(pace, "run", Firn.NAMESPACE, "--retry-failed"));
                firn.succeed("run", Firn.NAMESPACE, "--retry-failed");
                assertThat(oldRows()).isZero();
                raced += STREAMS;
            }
            System.out.printf(
                    "%d streams were written to while %d chunks were dropped, %d before the lock; %d writers waited for it;"
                            + " seed %d%n",
                    raced, weeks, before.get(), waited.get(), seed);
            assertThat(waited).hasPositiveValue();
            writers.given().forEach((stream, positions) -> assertThat(positions)
                    .as(stream)
                    .isEqualTo(LongStream.range(EVENTS, EVENTS + positions.size())
                            .boxed()
                            .toList()));
        }
    }

    @Test
    void aWriterWhoWaitedForTheLockInsideStreamVersionGoesOnWhereTheStreamEnded() throws Exception {
        List<Attempt> attempts = writeWhileLocked(addWeek("late", WAITERS));

        assertThat(attempts).hasSize(WAITERS).allMatch(attempt -> attempt.position() == EVENTS);
    }

    /** Such a function finds no head yet, waits, and finds no rows any more. */
    @Test
    void whereHeadsAreReadBeforeTheRowsAWriterWhoWaitedIsRefusedAndWritesNothing() throws Exception {
        List<String> streams = addWeek("late", WAITERS);
        Eventodb.execute(
                owner,
                """
                CREATE OR REPLACE FUNCTION tsdb_default.stream_version(_stream_name text) RETURNS bigint LANGUAGE plpgsql
                AS 'DECLARE /* firn: write path 1 */ h bigint; BEGIN
                  SELECT position INTO h FROM firn.stream_heads WHERE stream = $1;
                  RETURN coalesce(greatest(h, (SELECT max(position) FROM tsdb_default.messages WHERE stream_name = $1)), -1);
                END'""");

        List<Attempt> attempts = writeWhileLocked(streams);

        assertThat(attempts).hasSize(WAITERS).allMatch(attempt -> attempt.state()
                .equals("FIRN4"));
        assertThat(Eventodb.numbers(owner, "SELECT count(*) FROM tsdb_default.messages"))
                .containsExactly(0L);
        assertThat(Eventodb.write(owner, streams.get(0))).isEqualTo(EVENTS);
    }

    /** What a writer got: a position, or the state of its failure. */
    private record Attempt(long position, String state) {}

    /** One writer for each stream, all of them waiting for the lock before the chunk is dropped. */
    private List<Attempt> writeWhileLocked(List<String> streams) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(streams.size());
        List<Future<Attempt>> writers = new ArrayList<>();
        AtomicInteger waiting = new AtomicInteger();
        try {
            Firn.Ran ran = firn.run(
                    point -> {
                        if (point.equals(Steps.LOCKED) && writers.isEmpty()) {
                            streams.forEach(stream -> writers.add(threads.submit(() -> attempt(stream))));
                            waiting.set(awaitWaiting(streams.size(), LONG_ENOUGH));
                        }
                    },
                    "run",
                    Firn.NAMESPACE,
                    "--retry-failed");
            assertThat(ran.exitCode()).as(ran.all()).isZero();
            assertThat(waiting).hasValue(streams.size());
            List<Attempt> attempts = new ArrayList<>();
            for (Future<Attempt> writer : writers) {
                attempts.add(writer.get());
            }
            return attempts;
        } finally {
            threads.shutdownNow();
        }
    }

    private Attempt attempt(String stream) throws SQLException {
        try (Connection connection = database.owner()) {
            return new Attempt(Eventodb.write(connection, stream), "");
        } catch (SQLException e) {
            return new Attempt(-1, e.getSQLState());
        }
    }

    @Test
    void twoWorkersKeepEveryHead() throws Exception {
        List<String> streams = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            streams.addAll(addWeek("two" + i, WAITERS));
        }
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (StreamWriters writers = new StreamWriters(database, WRITERS, 1)) {
            writers.during(streams, () -> {
                writers.begin();
                Future<Firn.Ran> one = threads.submit(() -> firn.run("run", Firn.NAMESPACE));
                Future<Firn.Ran> two = threads.submit(() -> firn.run("run", Firn.NAMESPACE));
                assertThat(join(one).exitCode()).as(join(one).all()).isZero();
                assertThat(join(two).exitCode()).as(join(two).all()).isZero();
            });
            assertThat(oldRows()).isZero();
            for (String stream : streams) {
                assertThat(writers.given().getOrDefault(stream, List.of()))
                        .as(stream)
                        .doesNotHaveDuplicates()
                        .allMatch(position -> position >= EVENTS);
                assertThat(Eventodb.version(owner, stream)).isGreaterThanOrEqualTo(EVENTS - 1);
            }
            assertThat(Eventodb.numbers(owner, "SELECT count(*) FROM firn.stream_heads"))
                    .containsExactly((long) streams.size());
        } finally {
            threads.shutdownNow();
        }
    }

    private static Firn.Ran join(Future<Firn.Ran> run) {
        try {
            return run.get();
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Each stream is a category of its own, or the category's lock would let one writer at a time come to the chunk's. */
    private List<String> addWeek(String prefix, int streams) throws SQLException {
        Instant week = EventStore.FIRST_WEEK.plus(EventStore.WEEK.multipliedBy(weeks++));
        store.fillWeek(week, prefix + "x", streams, EVENTS);
        store.compressAll();
        return IntStream.range(0, streams).mapToObj(i -> prefix + "x" + i).toList();
    }

    private long oldRows() throws SQLException {
        return Eventodb.number(
                        owner, "SELECT count(*) FROM tsdb_default.messages WHERE time < now() - interval '30 days'")
                .orElseThrow();
    }

    private static void awaitBegun(StreamWriters writers, int streams) {
        long deadline = System.nanoTime() + A_WHILE;
        while (writers.begun() < streams && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
    }

    /** Until so many sessions of the application wait for a relation's lock; answers how many do. */
    private int awaitWaiting(int atLeast, long nanos) {
        long deadline = System.nanoTime() + nanos;
        try (Connection connection = database.admin()) {
            int waiting = 0;
            while (waiting < atLeast && System.nanoTime() < deadline) {
                waiting = Eventodb.number(
                                connection,
                                "SELECT count(DISTINCT l.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                                        + " WHERE NOT l.granted AND l.locktype = 'relation' AND a.usename = 'app_owner'"
                                        + " AND a.datname = current_database()")
                        .orElseThrow()
                        .intValue();
            }
            return waiting;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
