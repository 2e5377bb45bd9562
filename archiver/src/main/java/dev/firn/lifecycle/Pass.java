package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.LogContext;
import dev.firn.TableName;
import dev.firn.source.Chunk;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pass over chunks that are due, oldest first. While one chunk is proven, published and dropped on a second thread,
 * the next one is copied on this one; never more than those two are in work.
 */
final class Pass implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Pass.class);

    private final Worker worker;
    private final RunOptions options;
    private final EngineCatalog engines;
    private final ExecutorService finisher = Executors.newSingleThreadExecutor(Threads.daemon("firn-finisher"));
    private final Semaphore waiting = new Semaphore(1);
    private final List<ChunkResult> results = Collections.synchronizedList(new ArrayList<>());
    private final Map<TableName, FirnException> refused = new LinkedHashMap<>();
    private final List<Future<?>> finishing = new ArrayList<>();

    Pass(Worker worker, RunOptions options, EngineCatalog engines) {
        this.worker = worker;
        this.options = options;
        this.engines = engines;
    }

    /** A table that cannot be worked on at all; the others go on. */
    void refuse(TableName table, FirnException why) {
        LOG.warn("{}", why.getMessage());
        refused.put(table, why);
    }

    void run(TableWork work) throws SQLException {
        TablePlan plan = new Enumerator(work, worker, options, results::add).plan();
        if (isSettled(work)) {
            return;
        }
        for (Chunk chunk : ChunkChoice.of(work, plan, options)) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            Optional<HinderedException> hindrance = work.lag().hindrance();
            if (hindrance.isPresent()) {
                refuse(work.table().name(), hindrance.get());
                return;
            }
            LogContext.on(work.namespace(), work.table().name(), chunk.range(), () -> begin(work, chunk));
            if (refused.containsKey(work.table().name())) {
                return;
            }
        }
    }

    /** Whether what was asked for was no chunk of its own, and was let go of, or failed, before there was a plan. */
    private boolean isSettled(TableWork work) {
        return options.chunk().isPresent()
                && List.copyOf(results).stream()
                        .filter(result -> result.table().equals(work.table().name()))
                        .anyMatch(result -> result.range()
                                .contains(ChunkChoice.position(
                                        work.table().timeKind(), options.chunk().get())));
    }

    /**
     * @param requests what was worked off before
     * @param tables that query engines are to be told of
     */
    PassSummary finish(List<RequestResult> requests, Collection<TableName> tables) {
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
        return new PassSummary(requests, List.copyOf(results), refused, engines.tellAll(tables));
    }

    private void begin(TableWork work, Chunk chunk) {
        ChunkTask task = new ChunkTask(work, chunk, worker, options.divergence());
        Optional<ChunkResult> ended = task.begin();
        if (ended.isPresent()) {
            if (ended.get().failure().orElse(null) instanceof HinderedException hindered) {
                // It would be the same with the next one, and this one is not to wait longer the next time.
                refused.put(work.table().name(), hindered);
            } else {
                results.add(ended.get());
            }
            return;
        }
        try {
            waiting.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("{}: interrupted before its copy was proven; the next run goes on", chunk);
            task.close();
            return;
        }
        finishing.add(finisher.submit(LogContext.carried(() -> {
            waiting.release();
            results.add(task.finish());
            if (task.wasCopied()) {
                engines.published(work.table().name());
            }
        })));
    }

    @Override
    public void close() {
        finisher.shutdownNow();
    }
}
