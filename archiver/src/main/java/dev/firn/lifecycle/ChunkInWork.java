package dev.firn.lifecycle;

import dev.firn.source.Chunk;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A claimed chunk on its way, in two halves, so that two chunks can be on their way at once. */
final class ChunkInWork {

    private final ArchiveSteps steps;
    private final TableWork work;
    private final Chunk chunk;
    private final Progress progress;
    private final Clock clock;
    private ArchiveStage stage;
    private boolean copied;

    ChunkInWork(
            TableWork work,
            Chunk chunk,
            HeldClaim claim,
            Progress progress,
            Surroundings surroundings,
            Optional<RunOptions.Divergence> divergence) {
        this.steps = new ArchiveSteps(work, chunk, claim, progress, surroundings, divergence);
        this.work = work;
        this.chunk = chunk;
        this.progress = progress;
        this.clock = surroundings.clock();
        this.stage = new StageFinder(work).find(chunk);
    }

    /** The half that loads the database. */
    void untilCopied() {
        while (stage instanceof ArchiveStage.Selected selected) {
            advance(selected);
            copied = true;
        }
    }

    /** Whether it has a copy that it did not have before. */
    boolean wasCopied() {
        return copied;
    }

    /** The half that loads the store; every step moves one stage on, or throws. */
    ArchiveStage untilDone() {
        while (stage instanceof ArchiveStage.Pending pending) {
            advance(pending);
        }
        return stage;
    }

    private void advance(ArchiveStage.Pending pending) {
        Instant begun = clock.instant();
        stage = pending.advance(steps);
        if (!(stage instanceof ArchiveStage.Kept)) { // that a chunk stays is no stage that took time
            progress.passed(
                    work.table().name(), chunk.range(), pending.next(), Duration.between(begun, clock.instant()));
        }
    }
}
