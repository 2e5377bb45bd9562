package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.LogContext;
import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out what there is to do with a table, once that is settled which others left behind and no chunk will come by for. */
final class Enumerator {

    private static final Logger LOG = LoggerFactory.getLogger(Enumerator.class);

    private final TableWork work;
    private final Worker worker;
    private final RunOptions options;
    private final Consumer<ChunkResult> settled;

    /** @param settled told of each range that was let go of, or that failed */
    Enumerator(TableWork work, Worker worker, RunOptions options, Consumer<ChunkResult> settled) {
        this.work = work;
        this.worker = worker;
        this.options = options;
        this.settled = settled;
    }

    TablePlan plan() throws SQLException {
        release();
        TablePlan plan = survey();
        worker.surroundings().faults().reached(Steps.PLANNED);
        if (settle(plan)) {
            plan = survey();
        }
        new HeadRecovery(work)
                .catchUp(plan.chunks().stream().map(PlannedChunk::chunk).toList());
        return plan;
    }

    private TablePlan survey() throws SQLException {
        return new TableSurvey(work, worker.surroundings()).plan(options.insists(), false);
    }

    /** What earlier passes, or others, left behind of ranges whose chunk will not come by. Answers whether the plan is void. */
    private boolean settle(TablePlan plan) {
        Instant started = now();
        plan.alarms()
                .forEach(alarm -> LogContext.on(
                        work.namespace(),
                        plan.table(),
                        () -> LOG.warn("{}/{}: {}", work.namespace(), plan.table(), alarm)));
        Set<TimeRange> inDatabase =
                plan.chunks().stream().map(planned -> planned.chunk().range()).collect(Collectors.toSet());
        boolean found = new GoneChunks(
                        work, worker.holder(), worker.progress(), worker.surroundings(), options.insists(), false)
                .settle(inDatabase, (range, failure) -> settled.accept(worker.failed(work, range, started, failure)));
        new ExpiredRanges(work, worker.holder()).settle();
        new Reprieves(work, worker.surroundings()).ofWhatIsNotDue(worker.holder());
        for (Manifest old : work.archive().cleaner().superseded()) {
            try {
                // Brought back by a worker that died over a copy within the store; a reader would count its rows twice.
                new SupersededFiles(work, worker.holder()).remove(old, Instant.MAX);
            } catch (FirnException e) {
                // That something may not be removed must not keep other chunks from being archived.
                LOG.warn("{}", e.getMessage());
                settled.accept(worker.told(new ChunkResult(
                        work.table().name(),
                        old.range(),
                        ChunkResult.Outcome.FAILED,
                        0,
                        0,
                        0,
                        worker.between(started),
                        Optional.of(e))));
            }
        }
        return found;
    }

    /** Ranges that came back among other rows: they go before it is planned what becomes of the chunks they are in. */
    private void release() throws SQLException {
        new PlacedRelease(work, worker, options).run(new PlacedRelease.Results() {
            @Override
            public void done(TimeRange range, Instant started, TakeOut.Result.Done done) {
                Manifest latest = done.latest();
                settled.accept(worker.told(new ChunkResult(
                        work.table().name(),
                        range,
                        ChunkResult.Outcome.DROPPED,
                        latest.rows(),
                        latest.bytes(),
                        done.bytesFreed(),
                        worker.between(started),
                        Optional.empty())));
            }

            @Override
            public void left(TimeRange range, Instant started) {
                settled.accept(worker.left(work, range, started));
            }

            @Override
            public void failed(TimeRange range, Instant started, RuntimeException failure) {
                settled.accept(worker.failed(work, range, started, failure));
            }
        });
    }

    private Instant now() {
        return worker.surroundings().clock().instant();
    }
}
