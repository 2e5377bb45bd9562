package dev.firn.lifecycle;

import dev.firn.source.Chunk;
import java.util.Optional;

/** A claimed chunk on its way, in two halves, so that two chunks can be on their way at once. */
final class ChunkInWork {

    private final ArchiveSteps steps;
    private ArchiveStage stage;

    ChunkInWork(
            TableWork work,
            Chunk chunk,
            HeldClaim claim,
            Progress progress,
            Surroundings surroundings,
            Optional<RunOptions.Divergence> divergence) {
        this.steps = new ArchiveSteps(work, chunk, claim, progress, surroundings, divergence);
        this.stage = new StageFinder(work).find(chunk);
    }

    /** The half that loads the database. */
    void untilCopied() {
        while (stage instanceof ArchiveStage.Selected selected) {
            stage = selected.advance(steps);
        }
    }

    /** The half that loads the store; every step moves one stage on, or throws. */
    ArchiveStage untilDone() {
        while (stage instanceof ArchiveStage.Pending pending) {
            stage = pending.advance(steps);
        }
        return stage;
    }
}
