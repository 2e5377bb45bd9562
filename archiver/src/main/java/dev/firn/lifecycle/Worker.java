package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.TimeRange;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.Claim;
import dev.firn.catalog.ClaimLostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who works on chunks: the name on its claims, what renews them, and who is told of what becomes of each chunk. Several
 * threads may work as one.
 */
record Worker(String holder, ScheduledExecutorService timer, Progress progress, Surroundings surroundings) {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    /** A claim that is kept until it is closed; nothing where another worker has the chunk. */
    Optional<HeldClaim> claim(TableWork work, TimeRange range) {
        return work.catalog()
                .claim(
                        work.key(range),
                        holder,
                        Claim.Purpose.ARCHIVE,
                        work.settings().claim().lease())
                .map(claim ->
                        new HeldClaim(work.catalog(), claim, work.settings().claim(), timer));
    }

    /** Nothing was done to the chunk here. */
    ChunkResult left(TableWork work, TimeRange range, Instant started) {
        return told(new ChunkResult(
                work.table().name(), range, ChunkResult.Outcome.LEFT, 0, 0, 0, between(started), Optional.empty()));
    }

    /** Says why it got no further, and remembers it, so that it is left alone for a while. */
    ChunkResult failed(TableWork work, TimeRange range, Instant started, Throwable failure) {
        if (Interrupts.isOne(failure)) {
            return failed(work, range, started, Interrupts.explain(work.where(range), failure));
        }
        FirnException known = ChunkFailures.explain(work.where(range), failure);
        LOG.warn("{}", known.getMessage(), failure instanceof FirnException ? null : failure);
        if (!(known instanceof ClaimLostException) && !(known instanceof HinderedException)) {
            record(work, range, known);
        }
        return failed(work, range, started, known);
    }

    private ChunkResult failed(TableWork work, TimeRange range, Instant started, FirnException known) {
        return told(new ChunkResult(
                work.table().name(), range, ChunkResult.Outcome.FAILED, 0, 0, 0, between(started), Optional.of(known)));
    }

    private static void record(TableWork work, TimeRange range, FirnException known) {
        try {
            int before = work.catalog()
                    .chunk(work.key(range))
                    .flatMap(ChunkRow::failure)
                    .map(ChunkRow.Failure::count)
                    .orElse(0);
            work.catalog()
                    .recordFailure(
                            work.key(range),
                            known.category(),
                            known.what(),
                            known.hint(),
                            BackOff.after(known.category(), before),
                            work.settingsDigest());
        } catch (RuntimeException e) {
            LOG.warn("{}: the failure could not be recorded: {}", work.where(range), e.getMessage());
        }
    }

    ChunkResult told(ChunkResult result) {
        progress.archived(result);
        return result;
    }

    Duration between(Instant started) {
        return Duration.between(started, surroundings.clock().instant());
    }
}
