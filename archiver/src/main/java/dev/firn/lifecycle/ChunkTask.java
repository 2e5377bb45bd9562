package dev.firn.lifecycle;

import dev.firn.catalog.Hold;
import dev.firn.source.Chunk;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One chunk on its whole way, under one claim, in two halves so that two chunks can be on their way at once. What fails
 * becomes the result; neither half throws.
 */
final class ChunkTask implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChunkTask.class);

    private final TableWork work;
    private final Chunk chunk;
    private final Worker worker;
    private final Optional<RunOptions.Divergence> divergence;
    private final Instant started;
    private HeldClaim claim;
    private ChunkInWork inWork;

    ChunkTask(TableWork work, Chunk chunk, Worker worker, Optional<RunOptions.Divergence> divergence) {
        this.work = work;
        this.chunk = chunk;
        this.worker = worker;
        this.divergence = divergence;
        this.started = worker.surroundings().clock().instant();
    }

    /** Claims it and copies it, if it is to be copied. Answers the result where that is all there is. */
    Optional<ChunkResult> begin() {
        try {
            claim = worker.claim(work, chunk.range()).orElse(null);
            if (claim == null) {
                return Optional.of(worker.left(work, chunk.range(), started));
            }
            if (!isStillThere() || isOnHold()) {
                LOG.info("{}: gone or put on hold since it was planned: another worker was faster", chunk);
                close();
                return Optional.of(worker.left(work, chunk.range(), started));
            }
            worker.surroundings().faults().reached(Steps.CLAIMED);
            inWork = new ChunkInWork(work, chunk, claim, worker.progress(), worker.surroundings(), divergence);
            inWork.untilCopied();
            return Optional.empty();
        } catch (RuntimeException | OutOfMemoryError e) {
            return Optional.of(failed(e));
        }
    }

    /** What is left: proof, publication, promotion, and the drop if it is due. */
    ChunkResult finish() {
        try {
            ArchiveStage last = inWork.untilDone();
            close();
            return worker.told(ChunkResults.of(work, chunk, last, worker.between(started)));
        } catch (RuntimeException | OutOfMemoryError e) {
            return failed(e);
        }
    }

    /** Both halves on this thread. */
    ChunkResult run() {
        return begin().orElseGet(this::finish);
    }

    /** Whether it has a copy, published or about to be, that it did not have before. */
    boolean wasCopied() {
        return inWork != null && inWork.wasCopied();
    }

    private ChunkResult failed(Throwable failure) {
        // The claim goes last: whoever takes the chunk next is to see why it failed here.
        try {
            return worker.failed(work, chunk.range(), started, failure);
        } finally {
            close();
        }
    }

    /** The plan is older than the claim: in between another worker may have archived and dropped the chunk. */
    private boolean isStillThere() {
        try (Connection connection = work.connections().getConnection()) {
            return work.source()
                    .chunkAt(connection, work.table(), chunk.range())
                    .filter(now -> now.oid() == chunk.oid())
                    .isPresent();
        } catch (SQLException e) {
            throw work.failure(chunk.range(), "looking it up; nothing was changed", e);
        }
    }

    private boolean isOnHold() {
        return work.catalog().holds(work.namespace(), work.table().name()).stream()
                .filter(hold -> !hold.lapsed())
                .map(Hold::key)
                .anyMatch(key -> key.range().overlaps(chunk.range()));
    }

    /** Gives the claim up, if it is still held. */
    @Override
    public void close() {
        HeldClaim held = claim;
        claim = null;
        if (held != null) {
            Interrupts.shielded(held::close);
        }
    }
}
