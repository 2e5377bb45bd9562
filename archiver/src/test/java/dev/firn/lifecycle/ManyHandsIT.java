package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FaultPoints;
import dev.firn.FirnException.Category;
import dev.firn.TimeRange;
import dev.firn.config.Configuration;
import dev.firn.copy.Digest;
import dev.firn.testing.Eventodb;
import dev.firn.testing.Firn;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One open namespace in many hands, as a service has it: one finds what is due, others take a chunk each. */
class ManyHandsIT {

    private WeeklyChunks chunks;

    @BeforeEach
    void fill(@TempDir Path home) throws SQLException {
        chunks = new WeeklyChunks(home);
    }

    @AfterEach
    void close() throws SQLException {
        chunks.close();
    }

    @Test
    void chunksAreTakenAllTheWayByManyHandsWhileOthersRaiseTheFence() throws Exception {
        Digest all = null;
        for (int i = 0; i < 4; i++) {
            all = chunks.addWeek();
        }
        AtomicInteger dropping = new AtomicInteger();
        AtomicInteger mostDropping = new AtomicInteger();
        FaultPoints raising = point -> {
            if (point.equals(Steps.HEADS)) {
                mostDropping.accumulateAndGet(dropping.incrementAndGet(), Math::max);
            } else if (point.equals(Steps.COMMITTED)) {
                dropping.decrementAndGet();
            } else if (point.equals(Steps.COPIED)) {
                // A pass of another program: it moves the epoch on.
                try (OpenNamespace other = open(Clock.systemUTC(), FaultPoints.NONE)) {
                    other.enumerate(chunks.events().table(), Progress.NONE);
                }
            }
        };
        ExecutorService hands = Executors.newFixedThreadPool(3);
        try (OpenNamespace namespace = open(Clock.systemUTC(), raising)) {
            List<Future<ChunkResult>> results = new ArrayList<>();
            List<TimeRange> due =
                    namespace.enumerate(chunks.events().table(), Progress.NONE).due();
            assertThat(due).hasSize(4).isSorted();
            for (TimeRange range : due) {
                results.add(hands.submit(() -> namespace.work(chunks.events().table(), range, Progress.NONE)));
            }
            for (Future<ChunkResult> result : results) {
                assertThat(result.get().outcome()).as(result.get().toString()).isEqualTo(ChunkResult.Outcome.DROPPED);
            }
            assertThat(namespace
                            .enumerate(chunks.events().table(), Progress.NONE)
                            .due())
                    .isEmpty();
            assertThat(namespace
                            .work(chunks.events().table(), due.get(0), Progress.NONE)
                            .outcome())
                    .isEqualTo(ChunkResult.Outcome.LEFT);
        } finally {
            hands.shutdownNow();
        }
        assertThat(mostDropping).as("drops of one table at once").hasValue(1);
        chunks.requireAllArchivedOnce(all);
    }

    @Test
    void ofOneTableOneIsDroppedAtATimeThoughItsNamespaceWasOpenedAnewMeanwhile() throws Exception {
        chunks.addWeek();
        Digest all = chunks.addWeek();
        List<Thread> hands = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch readyToDrop = new CountDownLatch(2);
        AtomicInteger dropping = new AtomicInteger();
        AtomicInteger mostDropping = new AtomicInteger();
        FaultPoints watching = point -> {
            if (point.equals(Steps.PROMOTED)) {
                hands.add(Thread.currentThread());
                readyToDrop.countDown();
            } else if (point.equals(Steps.HEADS)) {
                mostDropping.accumulateAndGet(dropping.incrementAndGet(), Math::max);
                awaitTheOther(readyToDrop, hands, dropping);
            } else if (point.equals(Steps.COMMITTED)) {
                dropping.decrementAndGet();
            }
        };
        Surroundings shared = new Surroundings(Clock.systemUTC(), new SecureRandom(), watching);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (OpenNamespace old = open(shared);
                OpenNamespace anew = open(shared)) {
            List<TimeRange> due =
                    old.enumerate(chunks.events().table(), Progress.NONE).due();
            List<Future<ChunkResult>> results = List.of(
                    threads.submit(() -> old.work(chunks.events().table(), due.get(0), Progress.NONE)),
                    threads.submit(() -> anew.work(chunks.events().table(), due.get(1), Progress.NONE)));
            for (Future<ChunkResult> result : results) {
                assertThat(result.get().outcome()).as(result.get().toString()).isEqualTo(ChunkResult.Outcome.DROPPED);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(mostDropping).as("drops of one table at once").hasValue(1);
        chunks.requireAllArchivedOnce(all);
    }

    /** Until the other thread drops too, or waits for its turn. */
    private static void awaitTheOther(CountDownLatch ready, List<Thread> hands, AtomicInteger dropping) {
        try {
            ready.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Thread other = hands.get(0) == Thread.currentThread() ? hands.get(1) : hands.get(0);
        while (dropping.get() < 2 && other.isAlive() && !isAtRest(other)) {
            Thread.onSpinWait();
        }
    }

    private static boolean isAtRest(Thread thread) {
        return Stream.of(thread.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("inTurn"))
                ? thread.getState() == Thread.State.WAITING
                : thread.getStackTrace().length > 0
                        && Stream.of(thread.getStackTrace())
                                .noneMatch(frame -> frame.getMethodName().equals("work"));
    }

    @Test
    void anInterruptedChunkIsNotHeldAgainstItAndIsLetGoOf() throws Exception {
        Digest all = chunks.addWeek();
        for (String point : List.of(Steps.CLAIMED, Steps.SNAPSHOT, Steps.PROVEN, Steps.PUBLISHED, Steps.LOCK)) {
            FaultPoints interrupting = reached -> {
                if (reached.equals(point)) {
                    Thread.currentThread().interrupt();
                }
            };
            try (OpenNamespace namespace = open(Clock.systemUTC(), interrupting)) {
                TimeRange range = namespace
                        .enumerate(chunks.events().table(), Progress.NONE)
                        .due()
                        .get(0);
                ChunkResult result = namespace.work(chunks.events().table(), range, Progress.NONE);
                assertThat(Thread.interrupted())
                        .as("still told to stop, at " + point)
                        .isTrue();
                if (result.outcome() != ChunkResult.Outcome.DROPPED) {
                    assertThat(result.failure().orElseThrow().category()).isEqualTo(Category.PASSING);
                    assertThat(result.failure().orElseThrow())
                            .as(point)
                            .hasMessageContaining("interrupted; it was not dropped");
                    assertThat(namespace.claimedUntil(chunks.events().table(), range))
                            .as("claim left behind at " + point)
                            .isEmpty();
                    assertThat(failures()).as("failures recorded at " + point).isZero();
                } else {
                    break;
                }
            }
        }
        chunks.runUntilDone();
        chunks.requireAllArchivedOnce(all);
    }

    @Test
    void whatAPersonHasToMendWaitsForAnHourOrForOtherSettings() throws Exception {
        chunks.addWeek();
        Path conf = chunks.firn().conf();
        chunks.firn().tables("events.messages { archive-after = 1d, max-value-size = 1KiB }");
        chunks.database()
                .execute("INSERT INTO events.messages (time, position, stream_name, type, data) VALUES"
                        + " ('2024-01-05', 1, 'large', 'Large', jsonb_build_object('text', repeat('x', 5000)))");
        chunks.events().compressAll(chunks.owner());
        try (OpenNamespace namespace = open(Clock.systemUTC(), FaultPoints.NONE)) {
            TimeRange range = namespace
                    .enumerate(chunks.events().table(), Progress.NONE)
                    .due()
                    .get(0);

            ChunkResult result = namespace.work(chunks.events().table(), range, Progress.NONE);

            assertThat(result.failure().orElseThrow().category()).isEqualTo(Category.REFUSED);
            assertThat(minutesUntilRetry()).isBetween(58L, 60L);
            assertThat(namespace
                            .enumerate(chunks.events().table(), Progress.NONE)
                            .due())
                    .isEmpty();
            assertThat(namespace
                            .work(chunks.events().table(), range, Progress.NONE)
                            .outcome())
                    .isEqualTo(ChunkResult.Outcome.LEFT);
            chunks.database().execute("UPDATE firn.chunk SET retry_after = clock_timestamp()");
            assertThat(namespace
                            .work(chunks.events().table(), range, Progress.NONE)
                            .outcome())
                    .isEqualTo(ChunkResult.Outcome.FAILED);
            assertThat(minutesUntilRetry()).isBetween(118L, 120L);
        }

        chunks.firn().tables("events.messages { archive-after = 1d, max-value-size = 1MiB }");

        try (OpenNamespace namespace = open(Clock.systemUTC(), FaultPoints.NONE)) {
            assertThat(namespace
                            .enumerate(chunks.events().table(), Progress.NONE)
                            .due())
                    .as("due under other settings, those of " + conf)
                    .hasSize(1);
        }
    }

    @Test
    void theFenceIsRaisedOncePerQuarterOfAnHourAndLookedAtInBetween() throws Exception {
        chunks.addWeek();
        Hands clock = new Hands(Instant.parse("2026-01-01T00:00:00Z"));
        try (OpenNamespace namespace = open(clock, FaultPoints.NONE)) {
            namespace.enumerate(chunks.events().table(), Progress.NONE);
            String first = epoch();
            namespace.enumerate(chunks.events().table(), Progress.NONE);
            assertThat(epoch()).isEqualTo(first);
            clock.now = clock.now.plusSeconds(15 * 60);
            namespace.enumerate(chunks.events().table(), Progress.NONE);
            assertThat(epoch()).isNotEqualTo(first);
        }
    }

    private OpenNamespace open(Clock clock, FaultPoints faults) {
        return open(new Surroundings(clock, new SecureRandom(), faults));
    }

    private OpenNamespace open(Surroundings surroundings) {
        return OpenNamespace.open(
                Configuration.namespace(chunks.firn().conf(), Firn.NAMESPACE), Firn.NAMESPACE, surroundings);
    }

    private long failures() throws SQLException {
        return Long.parseLong(admin("SELECT coalesce(sum(failures), 0) FROM firn.chunk"));
    }

    private long minutesUntilRetry() throws SQLException {
        return Long.parseLong(admin(
                "SELECT floor(extract(epoch FROM max(retry_after) - clock_timestamp()) / 60)::bigint FROM firn.chunk"));
    }

    private String epoch() throws SQLException {
        return admin("SELECT epoch FROM firn.namespace");
    }

    private String admin(String sql) throws SQLException {
        try (var connection = chunks.database().admin()) {
            return Eventodb.texts(connection, sql).get(0);
        }
    }

    /** A clock that somebody sets. */
    private static final class Hands extends Clock {
        private Instant now;

        Hands(Instant now) {
            this.now = now;
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public java.time.ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }
    }
}
