package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.LogContext;
import dev.firn.TimeRange;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.Placed;
import dev.firn.source.Chunk;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets go of the ranges of a table that came back among other rows, once nothing holds them; the oldest first. */
final class PlacedRelease {

    private static final Logger LOG = LoggerFactory.getLogger(PlacedRelease.class);

    private final TableWork work;
    private final Worker worker;
    private final RunOptions options;

    /** Takes what became of each. */
    interface Results {

        void done(TimeRange range, Instant started, TakeOut.Result.Done done);

        void left(TimeRange range, Instant started);

        void failed(TimeRange range, Instant started, RuntimeException failure);
    }

    PlacedRelease(TableWork work, Worker worker, RunOptions options) {
        this.work = work;
        this.worker = worker;
        this.options = options;
    }

    void run(Results results) throws SQLException {
        StagingArea.sweep(work);
        Map<TimeRange, Placed> all = new TreeMap<>(placed());
        all.keySet().removeIf(range -> !isDue(range) || !isWanted(range));
        if (all.isEmpty()) {
            return;
        }
        List<Chunk> chunks;
        try (Connection connection = work.connections().getConnection()) {
            chunks = work.source().chunks(connection, work.table());
        }
        new HeadRecovery(work).catchUp(chunks);
        for (TimeRange range : all.keySet()) {
            // A chunk of just this range can be archived in place of what came back, if a person says so.
            boolean ownChunk = chunks.stream().anyMatch(chunk -> chunk.range().equals(range));
            if (!ownChunk || options.divergence().isEmpty()) {
                LogContext.on(work.namespace(), work.table().name(), range, () -> release(range, ownChunk, results));
            }
        }
    }

    private Map<TimeRange, Placed> placed() {
        return work.catalog().placed(work.namespace(), work.table().name());
    }

    private boolean isDue(TimeRange range) {
        boolean backingOff = work.catalog()
                .chunk(work.key(range))
                .flatMap(ChunkRow::failure)
                .filter(failure -> BackOff.holds(work, failure) && !options.insists())
                .isPresent();
        return !backingOff && work.dropIsDue(range) && !isOnHold(range);
    }

    private boolean isOnHold(TimeRange range) {
        return work.catalog().holds(work.namespace(), work.table().name()).stream()
                .anyMatch(hold -> !hold.lapsed() && hold.key().range().equals(range));
    }

    private boolean isWanted(TimeRange range) {
        return options.chunk().isEmpty()
                || range.contains(ChunkChoice.position(
                        work.table().timeKind(), options.chunk().get()));
    }

    private void release(TimeRange range, boolean ownChunk, Results results) {
        Instant started = worker.surroundings().clock().instant();
        try {
            Optional<HeldClaim> claim = worker.claim(work, range);
            if (claim.isEmpty()) {
                results.left(range, started);
                return;
            }
            try (HeldClaim held = claim.get()) {
                worker.surroundings().faults().reached(TakeOutSteps.CLAIMED);
                Placed placed = placed().get(range);
                if (placed == null || isOnHold(range)) {
                    results.left(range, started);
                    return;
                }
                tell(range, started, release(held, range, ownChunk, placed), results);
            }
        } catch (RuntimeException e) {
            results.failed(range, started, e);
        }
    }

    private TakeOut.Result release(HeldClaim held, TimeRange range, boolean ownChunk, Placed placed) {
        PlacedReplacement replacement = new PlacedReplacement(work, held, range, options.divergence(), worker);
        Placed settled = replacement.settle(placed);
        TakeOut.Result result = takeOut(held, range, settled);
        if (!(result instanceof TakeOut.Result.Edited edited) || (ownChunk && isForThePass(edited.kind()))) {
            return result;
        }
        TakeOut.Result second = takeOut(held, range, replacement.replace(settled, edited));
        if (second instanceof TakeOut.Result.Edited again) {
            String why = again.what().isEmpty() ? "" : " (%s are missing or different)".formatted(again.what());
            throw new FirnException(
                    Category.PASSING,
                    work.where(range),
                    "comparing it with its new copy: somebody else worked on it while that was made%s; what was there before"
                                    .formatted(why)
                            + " is archived, and it was not dropped",
                    "nothing to do: the next run looks at it again");
        }
        return second;
    }

    /** Edited in a chunk of just its range: the pass compares that, and asks. */
    private static boolean isForThePass(TakeOut.Result.Kind kind) {
        return switch (kind) {
            case CHANGED, PARTLY_GONE, WAITS -> true;
            case MAY_BE_OVERTAKEN, AMONG_LATER -> false;
        };
    }

    private TakeOut.Result takeOut(HeldClaim held, TimeRange range, Placed placed) {
        boolean goneIsEdited = options.divergence().equals(Optional.of(RunOptions.Divergence.REPLACE));
        return new TakeOut(work, held, range, placed, goneIsEdited, worker.progress(), worker.surroundings()).run();
    }

    private void tell(TimeRange range, Instant started, TakeOut.Result result, Results results) {
        if (result instanceof TakeOut.Result.Done done) {
            LOG.info("{}: what came back is gone again, {} rows", work.where(range), done.rows());
            results.done(range, started, done);
        } else if (result instanceof TakeOut.Result.Guarded guarded) {
            LOG.info("{}: what came back stays for now: {}", work.where(range), guarded.why());
        }
    }
}
