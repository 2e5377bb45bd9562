package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.archive.Attempt;
import dev.firn.archive.Manifest;
import dev.firn.archive.Promoted;
import dev.firn.archive.Proof;
import dev.firn.archive.ProofMethod;
import dev.firn.archive.Publication;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.ChunkState;
import dev.firn.catalog.Placed;
import dev.firn.lifecycle.guards.Objection;
import dev.firn.source.Chunk;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What moves one chunk from stage to stage. Each step asks for its claim and the fence before it changes the store. */
final class ArchiveSteps {

    private static final Logger LOG = LoggerFactory.getLogger(ArchiveSteps.class);

    /** A copy proven longer ago than this is proven again before the chunk, its only other home, is dropped. */
    private static final Duration PROOF_HOLDS_FOR = Duration.ofDays(1);

    /** How often in one pass a chunk that keeps changing is copied again. */
    private static final int MOST_COPIES = 3;

    /** How often in one pass a chunk is read that a standby's replay does not let be read to its end. */
    private static final int MOST_READS = 3;

    private final TableWork table;
    private final Chunk chunk;
    private final HeldClaim claim;
    private final Progress progress;
    private final Surroundings surroundings;
    private final Optional<RunOptions.Divergence> divergence;
    private final Proofs proofs;
    private final PublicationRules rules;
    private int copies;

    ArchiveSteps(
            TableWork table,
            Chunk chunk,
            HeldClaim claim,
            Progress progress,
            Surroundings surroundings,
            Optional<RunOptions.Divergence> divergence) {
        this.table = table;
        this.chunk = chunk;
        this.claim = claim;
        this.progress = progress;
        this.surroundings = surroundings;
        this.divergence = divergence;
        this.proofs = new Proofs(table.store(), progress, surroundings);
        this.rules = new PublicationRules(table, chunk.range(), divergence.isPresent());
    }

    ArchiveStage copy(ArchiveStage.Selected plan) {
        copies++;
        if (copies > MOST_COPIES) {
            throw new FirnException(
                    Category.PASSING,
                    table.where(chunk.range()),
                    "copying it: it changed each of the %d times it was copied; nothing was dropped"
                            .formatted(MOST_COPIES),
                    "somebody writes into this old chunk all the time: raise archive-after for the table");
        }
        CopiedRows copy = againAfterConflicts(() -> {
            claim.require("copying it");
            Attempt attempt = table.archive().begin(chunk.range(), surroundings.token());
            table.catalog().recordAttempt(claim.claim(), attempt.id());
            return new RowCopier(table, progress, surroundings).copy(chunk, attempt, claim.claim());
        });
        surroundings.faults().reached(Steps.COPIED);
        return new ArchiveStage.Copied(plan, copy);
    }

    /** A standby cancels what is in the way of its replay, which has caught up by the next try. */
    private <T> T againAfterConflicts(Supplier<T> reading) {
        for (int reads = 1; ; reads++) {
            try {
                return reading.get();
            } catch (RecoveryConflictException e) {
                if (reads == MOST_READS) {
                    throw e;
                }
                LOG.info("{}; reading it again, {} of {}", e.what(), reads + 1, MOST_READS);
            }
        }
    }

    ArchiveStage prove(ArchiveStage.Copied copied) {
        CopiedRows copy = copied.copy();
        Proof proof =
                proofs.prove(copy, ProofMethod.valueOf(table.config().proof().name()));
        surroundings.faults().reached(Steps.PROVEN);
        return new ArchiveStage.Proven(copied.plan(), copy, proof);
    }

    ArchiveStage publish(ArchiveStage.Proven proven) {
        CopiedRows copy = proven.copy();
        Optional<Manifest> cameBack = sameRowsArchived(proven.plan(), copy);
        if (cameBack.isPresent()) {
            LOG.info("{}: it holds just what {} holds: it came back, and is not archived twice", chunk, cameBack.get());
            table.archive().cleaner().discardAttempt(copy.attempt());
            record(cameBack.get());
            table.catalog()
                    .recordFoundBack(
                            claim.claim(),
                            "its rows equal those of " + cameBack.get().key());
            return new ArchiveStage.Published(cameBack.get(), equal(cameBack.get(), copy));
        }
        rules.requirePublishable(proven.plan(), copy);
        if (proven.plan().cameBack() && divergence.isEmpty()) {
            cameBack().ifPresent(row -> new EditedRange(table, row, claim).requireStillAnEdit(copy));
        }
        Manifest manifest = new ManifestDrafts(table, surroundings.clock()).draft(proven.plan(), copy, proven.proof());
        claim.require("publishing its copy");
        table.fence().check();
        Publication publication = table.archive().publish(proven.proof(), manifest);
        surroundings.faults().reached(Steps.PUBLISHED);
        if (publication instanceof Publication.Lost lost) {
            LOG.info("{}: another worker published {} first", chunk, lost.theirs());
            table.archive().cleaner().discardAttempt(copy.attempt());
            return recorded(lost.theirs(), Optional.empty());
        }
        return recorded(manifest, equal(manifest, copy));
    }

    ArchiveStage promote(ArchiveStage.Published published) {
        if (published.equal().isEmpty()) {
            // Found in the store: whoever published it may have died before it was recorded.
            table.archive().liveOf(chunk.range()).forEach(this::recordFound);
            Optional<ArchiveStage> again = againIfLost(published.manifest());
            if (again.isPresent()) {
                return again.get();
            }
        }
        claim.require("putting its copy in place");
        table.fence().check();
        Promoted promoted = table.archive().promote(published.manifest());
        surroundings.faults().reached(Steps.PROMOTED);
        new Clearing(table).after(promoted);
        surroundings.faults().reached(Steps.CLEARED);
        return new ArchiveStage.InPlace(promoted, published.equal());
    }

    /**
     * None of its files is left, as where somebody slept over publishing it until they were swept. While the chunk is the one
     * that it was made of, which is made sure of before anything is published, a new copy of it takes its place.
     */
    private Optional<ArchiveStage> againIfLost(Manifest manifest) {
        if (cameBack().isPresent() || !table.archive().isLost(manifest)) {
            return Optional.empty();
        }
        if (divergence.filter(decided -> decided == RunOptions.Divergence.ADD).isPresent()) {
            return Optional.of(new ArchiveStage.Selected(Manifest.Role.ADDITION, List.of()));
        }
        if (divergence.isPresent() && table.archive().liveOf(chunk.range()).size() > 1) {
            return Optional.empty();
        }
        LOG.warn("{}: no file of {} is left; it is copied again", chunk, manifest.key());
        return Optional.of(new ArchiveStage.Selected(Manifest.Role.REPLACEMENT, List.of(manifest.key())));
    }

    ArchiveStage dropIfDue(ArchiveStage.InPlace inPlace) {
        Manifest manifest = inPlace.promoted().manifest();
        if (!table.dropIsDue(chunk.range())) {
            return new ArchiveStage.Kept(manifest);
        }
        Optional<Objection> objection = new GuardedDrop(table).objection(chunk);
        if (objection.isPresent()) {
            LOG.info("{}: archived, and not dropped: {}", chunk, objection.get());
            return new ArchiveStage.Kept(manifest);
        }
        if (inPlace.equal().isEmpty()) {
            return compare(inPlace.promoted());
        }
        for (Manifest copy : inPlace.equal().get().all()) {
            if (copy.createdAt()
                    .plus(PROOF_HOLDS_FOR)
                    .isBefore(surroundings.clock().instant())) {
                proofs.proveAgain(copy, Progress.Work.PROOF);
            }
        }
        Dropper.Result result = drop(inPlace.promoted(), inPlace.equal().get());
        if (result instanceof Dropper.Result.Done done) {
            return new ArchiveStage.Dropped(manifest, done.bytesFreed());
        }
        return changed(manifest);
    }

    private Dropper.Result drop(Promoted promoted, EqualCopy equal) {
        return table.drops().inTurn(table.database().url(), table.table().name(), table.where(chunk.range()), () -> {
            claim.require("dropping it");
            table.fence().check();
            return new Dropper(table, surroundings).drop(chunk, promoted, equal, claim.claim());
        });
    }

    /** Rows came or went since it was copied: the newer copy replaces the older one. */
    private ArchiveStage changed(Manifest manifest) {
        if (cameBack().isPresent()) {
            // Other copies may be in it besides: what it is to replace is for EditedRange to say.
            throw new FirnException(
                    Category.PASSING,
                    table.where(chunk.range()),
                    "dropping it: it came back, and was edited while it was looked at; it was not dropped",
                    "nothing to do: the next run looks at it again");
        }
        LOG.info("{}: it changed after it was copied; it is copied again", chunk);
        return new ArchiveStage.Selected(Manifest.Role.REPLACEMENT, List.of(manifest.key()));
    }

    private ArchiveStage compare(Promoted promoted) {
        Manifest manifest = promoted.manifest();
        Comparison.Result result = againAfterConflicts(
                () -> new Comparison(table, claim.claim(), progress, surroundings).compare(chunk, manifest));
        if (result instanceof Comparison.Result.Equal equal) {
            return mayBeOvertaken(manifest)
                    ? overtaking(equal.copy().all())
                    : new ArchiveStage.InPlace(promoted, Optional.of(equal.copy()));
        }
        if (result instanceof Comparison.Result.Changed) {
            return changed(manifest);
        }
        Comparison.Result.Divergent divergent = (Comparison.Result.Divergent) result;
        Optional<ChunkRow> cameBack = cameBack();
        if (cameBack.isPresent()) {
            if (divergence.isEmpty() && isAsItCame()) {
                LOG.info("{}: what came back is as it came, beside other rows, and could not be taken out yet", chunk);
                return new ArchiveStage.Kept(manifest);
            }
            return new EditedRange(table, cameBack.get(), claim).decide(manifest, divergent, divergence);
        }
        return switch (divergence.orElseThrow(() -> rules.divergent(manifest, divergent.fingerprint()))) {
            case REPLACE -> {
                rules.requireCopyOfThisChunk(manifest, divergent.fingerprint());
                yield new ArchiveStage.Selected(Manifest.Role.REPLACEMENT, List.of(manifest.key()));
            }
            case ADD -> new ArchiveStage.Selected(Manifest.Role.ADDITION, List.of());
        };
    }

    /** Among other rows, which no digest tells: each of its rows is looked for. */
    private boolean isAsItCame() {
        Placed placed =
                table.catalog().placed(table.namespace(), table.table().name()).get(chunk.range());
        return placed != null
                && !new TakeOut(table, claim, chunk.range(), placed, false, progress, surroundings).isEdited();
    }

    /**
     * A worker that sleeps over a copy of the chunk, edited, may publish it even after the edit was undone and the chunk
     * dropped: it would replace the right rows. Nobody can, once the key of its generation is taken.
     */
    private boolean mayBeOvertaken(Manifest latest) {
        return SleepingAttempts.after(table, latest);
    }

    private ArchiveStage overtaking(List<Manifest> equal) {
        LOG.info("{}: it is unchanged, and copied all the same: an earlier copy may still be published", chunk);
        return new ArchiveStage.Selected(
                Manifest.Role.REPLACEMENT, equal.stream().map(Manifest::key).toList(), true);
    }

    private Optional<ChunkRow> cameBack() {
        return table.catalog().chunk(table.key(chunk.range())).filter(row -> row.state() == ChunkState.RESTORED);
    }

    private Optional<Manifest> sameRowsArchived(ArchiveStage.Selected plan, CopiedRows copy) {
        if (plan.role() == Manifest.Role.REPLACEMENT || copy.digest().rows() == 0) {
            return Optional.empty();
        }
        return table.archive().liveOf(chunk.range()).stream()
                .filter(manifest -> equal(manifest, copy).isPresent())
                .filter(manifest -> !table.archive().isLost(manifest))
                .findFirst();
    }

    private static Optional<EqualCopy> equal(Manifest manifest, CopiedRows copy) {
        return copy.fingerprint().flatMap(of -> EqualCopy.ifEqual(manifest, copy.digest(), of));
    }

    private ArchiveStage recorded(Manifest manifest, Optional<EqualCopy> equal) {
        record(manifest);
        surroundings.faults().reached(Steps.RECORDED);
        return new ArchiveStage.Published(manifest, equal);
    }

    /** Late rows that a sleeping worker published since the range came back do not make it one that never did. */
    private void recordFound(Manifest manifest) {
        if (manifest.role() == Manifest.Role.ADDITION) {
            table.catalog().recordUnseen(claim.claim(), ArchivedChunks.of(manifest, OptionalLong.of(chunk.bytes())));
        } else {
            record(manifest);
        }
    }

    private void record(Manifest manifest) {
        table.catalog().recordArchived(claim.claim(), ArchivedChunks.of(manifest, OptionalLong.of(chunk.bytes())));
    }
}
