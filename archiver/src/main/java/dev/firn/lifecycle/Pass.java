package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.LogContext;
import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.catalog.Claim;
import dev.firn.source.Chunk;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pass over chunks that are due, oldest first. While one chunk is proven, published and dropped on a second thread,
 * the next one is copied on this one; never more than those two are in work.
 */
final class Pass implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Pass.class);
    private static final Duration FIRST_BACKOFF = Duration.ofMinutes(1);
    private static final Duration LONGEST_BACKOFF = Duration.ofHours(6);

    private final String holder;
    private final Progress progress;
    private final Surroundings surroundings;
    private final Optional<RunOptions.Divergence> divergence;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(daemon("firn-claims"));
    private final ExecutorService finisher = Executors.newSingleThreadExecutor(daemon("firn-finisher"));
    private final Semaphore waiting = new Semaphore(1);
    private final List<ChunkResult> results = Collections.synchronizedList(new ArrayList<>());
    private final Map<TableName, FirnException> refused = new LinkedHashMap<>();
    private final List<Future<?>> finishing = new ArrayList<>();

    Pass(String holder, Progress progress, Surroundings surroundings, Optional<RunOptions.Divergence> divergence) {
        this.holder = holder;
        this.progress = progress;
        this.surroundings = surroundings;
        this.divergence = divergence;
    }

    /** A table that cannot be worked on at all; the others go on. */
    void refuse(TableName table, FirnException why) {
        LOG.warn("{}", why.getMessage());
        refused.put(table, why);
    }

    /** What earlier passes, or others, left behind of ranges whose chunk will not come by. Answers whether the plan is void. */
    boolean settle(TableWork work, TablePlan plan) {
        Instant started = surroundings.clock().instant();
        plan.alarms()
                .forEach(alarm -> LogContext.on(
                        work.namespace(),
                        plan.table(),
                        () -> LOG.warn("{}/{}: {}", work.namespace(), plan.table(), alarm)));
        Set<TimeRange> inDatabase =
                plan.chunks().stream().map(planned -> planned.chunk().range()).collect(Collectors.toSet());
        boolean found = new GoneChunks(work, holder, progress, surroundings)
                .settle(inDatabase, (range, failure) -> failed(work, range, started, failure));
        for (Manifest old : work.archive().cleaner().superseded()) {
            // Brought back by a worker that died over a copy within the store; a reader would count its rows twice.
            work.fence().check();
            work.archive().cleaner().retire(old, Instant.MAX);
        }
        return found;
    }

    /** Ranges that came back among other rows: they go before it is planned what becomes of the chunks they are in. */
    void release(TableWork work, RunOptions options) throws SQLException {
        new PlacedRelease(work, holder, options, timer, progress, surroundings).run(new PlacedRelease.Results() {
            @Override
            public void done(TimeRange range, Instant started, TakeOut.Result.Done done) {
                Manifest latest = done.latest();
                add(new ChunkResult(
                        work.table().name(),
                        range,
                        ChunkResult.Outcome.DROPPED,
                        latest.rows(),
                        latest.bytes(),
                        done.bytesFreed(),
                        between(started),
                        Optional.empty()));
            }

            @Override
            public void left(TimeRange range, Instant started) {
                add(work, range, started, ChunkResult.Outcome.LEFT, Optional.empty());
            }

            @Override
            public void failed(TimeRange range, Instant started, RuntimeException failure) {
                Pass.this.failed(work, range, started, failure);
            }
        });
    }

    void run(TableWork work, List<Chunk> chunks) {
        for (Chunk chunk : chunks) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            LogContext.on(work.namespace(), work.table().name(), chunk.range(), () -> begin(work, chunk));
        }
    }

    /** @param requests what was worked off before */
    PassSummary finish(List<RequestResult> requests) {
        for (Future<?> each : finishing) {
            try {
                each.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new FirnException(
                        Category.PASSING,
                        "this pass",
                        "waiting for its last chunks: interrupted; every chunk is in a state from which the next run goes"
                                + " on",
                        "run it again",
                        e);
            } catch (ExecutionException e) {
                throw new IllegalStateException("a chunk's work failed outside of its own error handling", e);
            }
        }
        return new PassSummary(requests, List.copyOf(results), refused);
    }

    private void begin(TableWork work, Chunk chunk) {
        Instant started = surroundings.clock().instant();
        HeldClaim held = null;
        try {
            Optional<Claim> claim = work.catalog()
                    .claim(
                            work.key(chunk.range()),
                            holder,
                            Claim.Purpose.ARCHIVE,
                            work.settings().claim().lease());
            if (claim.isEmpty()) {
                add(work, chunk.range(), started, ChunkResult.Outcome.LEFT, Optional.empty());
                return;
            }
            held = new HeldClaim(work.catalog(), claim.get(), work.settings().claim(), timer);
            if (!isStillThere(work, chunk) || isOnHold(work, chunk)) {
                LOG.info("{}: gone or put on hold since it was planned: another worker was faster", chunk);
                add(work, chunk.range(), started, ChunkResult.Outcome.LEFT, Optional.empty());
                return;
            }
            surroundings.faults().reached(Steps.CLAIMED);
            ChunkInWork inWork = new ChunkInWork(work, chunk, held, progress, surroundings, divergence);
            inWork.untilCopied();
            waiting.acquire();
            HeldClaim claimed = held;
            finishing.add(finisher.submit(LogContext.carried(() -> end(work, chunk, started, inWork, claimed))));
            held = null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("{}: interrupted before its copy was proven; the next run goes on", chunk);
        } catch (RuntimeException | OutOfMemoryError e) {
            failed(work, chunk.range(), started, e);
        } finally {
            if (held != null) {
                held.close();
            }
        }
    }

    /** The plan is older than the claim: in between another worker may have archived and dropped the chunk. */
    private static boolean isStillThere(TableWork work, Chunk chunk) {
        try (Connection connection = work.connections().getConnection()) {
            return work.source()
                    .chunkAt(connection, work.table(), chunk.range())
                    .filter(now -> now.oid() == chunk.oid())
                    .isPresent();
        } catch (SQLException e) {
            throw work.failure(chunk.range(), "looking it up; nothing was changed", e);
        }
    }

    private static boolean isOnHold(TableWork work, Chunk chunk) {
        return work.catalog().holds(work.namespace(), work.table().name()).stream()
                .anyMatch(hold -> !hold.lapsed() && hold.key().range().overlaps(chunk.range()));
    }

    private void end(TableWork work, Chunk chunk, Instant started, ChunkInWork inWork, HeldClaim claim) {
        try (claim) {
            waiting.release();
            ArchiveStage stage = inWork.untilDone();
            add(ChunkResults.of(work, chunk, stage, between(started)));
        } catch (RuntimeException | OutOfMemoryError e) {
            failed(work, chunk.range(), started, e);
        }
    }

    private void failed(TableWork work, TimeRange range, Instant started, Throwable failure) {
        FirnException known = ChunkFailures.explain(work.where(range), failure);
        LOG.warn("{}", known.getMessage(), failure instanceof FirnException ? null : failure);
        add(work, range, started, ChunkResult.Outcome.FAILED, Optional.of(known));
        try {
            work.catalog()
                    .recordFailure(work.key(range), known.category(), known.what(), known.hint(), backoff(work, range));
        } catch (RuntimeException e) {
            LOG.warn("{}: the failure could not be recorded: {}", work.where(range), e.getMessage());
        }
    }

    /** Doubles with each failure in a row. */
    private static Duration backoff(TableWork work, TimeRange range) {
        int failures = work.catalog()
                .chunk(work.key(range))
                .flatMap(row -> row.failure())
                .map(failure -> failure.count())
                .orElse(0);
        Duration backoff = FIRST_BACKOFF.multipliedBy(1L << Math.min(failures, 10));
        return backoff.compareTo(LONGEST_BACKOFF) < 0 ? backoff : LONGEST_BACKOFF;
    }

    private void add(
            TableWork work,
            TimeRange range,
            Instant started,
            ChunkResult.Outcome outcome,
            Optional<FirnException> failure) {
        add(new ChunkResult(work.table().name(), range, outcome, 0, 0, 0, between(started), failure));
    }

    private void add(ChunkResult result) {
        results.add(result);
        progress.archived(result);
    }

    private Duration between(Instant started) {
        return Duration.between(started, surroundings.clock().instant());
    }

    private static java.util.concurrent.ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public void close() {
        finisher.shutdownNow();
        timer.shutdownNow();
    }
}
