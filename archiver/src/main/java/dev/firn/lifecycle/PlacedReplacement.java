package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TimeRange;
import dev.firn.archive.Attempt;
import dev.firn.archive.Manifest;
import dev.firn.archive.Promoted;
import dev.firn.archive.Proof;
import dev.firn.archive.ProofMethod;
import dev.firn.archive.Publication;
import dev.firn.catalog.ArchivedChunk;
import dev.firn.catalog.Placed;
import dev.firn.source.Chunk;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Archives what lies of a range in chunks of other bounds in place of all that had come back of it. The range stays in the
 * database: {@link TakeOut} then lets it go as it would any other, against the new copy, row by row. So this copy has to be
 * whole at one moment, and what is written after that moment is another edit.
 */
final class PlacedReplacement {

    private static final Logger LOG = LoggerFactory.getLogger(PlacedReplacement.class);

    private final TableWork work;
    private final HeldClaim claim;
    private final TimeRange range;
    private final PlacedReplacementRules rules;
    private final Worker worker;

    PlacedReplacement(
            TableWork work, HeldClaim claim, TimeRange range, Optional<RunOptions.Divergence> person, Worker worker) {
        this.work = work;
        this.claim = claim;
        this.range = range;
        this.rules = new PlacedReplacementRules(work, range, person);
        this.worker = worker;
    }

    /**
     * Records and puts in place what was published of the range before: its worker may have died over it.
     *
     * @param placed what the catalogue knows
     * @return what it knows then
     */
    Placed settle(Placed placed) {
        List<Manifest> live = work.archive().liveOf(range);
        Placed known = placed;
        for (Manifest copy : live) {
            boolean unrecorded = copy.role() == Manifest.Role.REPLACEMENT
                    && live.size() == 1
                    && Set.copyOf(copy.supersedes()).equals(Set.copyOf(placed.manifestKeys()));
            if (unrecorded) {
                LOG.info(
                        "{}: {} was published in place of what had come back, and is recorded now",
                        work.where(range),
                        copy);
                known = record(copy);
            }
            if (unrecorded
                    || (copy.role() == Manifest.Role.REPLACEMENT
                            && placed.manifestKeys().contains(copy.key()))) {
                putInPlace(copy);
            }
        }
        return known;
    }

    /**
     * Publishes what is there now in place of what came back, or says why it must not.
     *
     * @return what is recorded of the range then
     */
    Placed replace(Placed placed, TakeOut.Result.Edited edited) {
        rules.requireReplaceable(placed, edited);
        LOG.info("{}: it is archived in place of what had come back ({})", work.where(range), edited.kind());
        ArchiveStage.Selected plan = new ArchiveStage.Selected(Manifest.Role.REPLACEMENT, placed.manifestKeys(), true);
        CopiedRows copy = copy(edited);
        reached(Steps.COPIED);
        if (!rules.takesEdits()) {
            requireUntouched(edited, copy);
        }
        Proof proof = new Proofs(work.store(), worker.progress(), worker.surroundings())
                .prove(copy, ProofMethod.valueOf(work.config().proof().name()));
        reached(Steps.PROVEN);
        rules.requirePublishable(plan, copy);
        Manifest manifest = new ManifestDrafts(work, worker.surroundings().clock()).draft(plan, copy, proof);
        claim.require("publishing its copy");
        work.fence().check();
        Publication publication = work.archive().publish(proof, manifest);
        reached(Steps.PUBLISHED);
        if (publication instanceof Publication.Lost lost) {
            work.archive().cleaner().discardAttempt(copy.attempt());
            throw new FirnException(
                    Category.PASSING,
                    work.where(range),
                    "archiving it in place of what had come back: another worker published %s first; it stays, and nothing was"
                                    .formatted(lost.theirs())
                            + " changed",
                    "nothing to do: the next run looks at it again");
        }
        Placed now = record(manifest);
        reached(Steps.RECORDED);
        putInPlace(manifest);
        return now;
    }

    private CopiedRows copy(TakeOut.Result.Edited edited) {
        claim.require("copying it");
        Attempt attempt = work.archive().begin(range, worker.surroundings().token());
        work.catalog().recordAttempt(claim.claim(), attempt.id());
        List<Manifest> live = work.archive().liveOf(range);
        return new RowCopier(work, worker.progress(), worker.surroundings())
                .copy(
                        new ExportSubject.OfRange(
                                work, range, chunksOver(), edited.holding(), live.get(live.size() - 1)),
                        attempt);
    }

    /** Nobody was asked whether an edit may be archived, and one that came since would be. */
    private void requireUntouched(TakeOut.Result.Edited edited, CopiedRows copy) {
        List<Chunk> now = chunksOver();
        try (Connection connection = work.connections().getConnection()) {
            for (PlacedPart part : edited.holding()) {
                Optional<Chunk> chunk = now.stream()
                        .filter(each -> each.oid() == part.chunk().oid())
                        .findFirst();
                if (chunk.isEmpty()
                        || !work.source()
                                .fingerprint(connection, work.table(), chunk.get())
                                .equals(part.fingerprint())) {
                    work.archive().cleaner().discardAttempt(copy.attempt());
                    throw new FirnException(
                            Category.PASSING,
                            work.where(range),
                            "archiving it in place of what had come back: somebody worked on it while it was copied; it stays, and"
                                    + " nothing was changed",
                            "nothing to do: the next run looks at it again");
                }
            }
        } catch (SQLException e) {
            throw work.failure(range, "looking whether it changed; nothing was archived and nothing dropped", e);
        }
    }

    private List<Chunk> chunksOver() {
        try (Connection connection = work.connections().getConnection()) {
            return work.source()
                    .loader(work.table())
                    .placement(connection, range)
                    .overlapping();
        } catch (SQLException e) {
            throw work.failure(range, "looking where it lies; nothing was archived and nothing dropped", e);
        }
    }

    private Placed record(Manifest manifest) {
        Placed placed = new Placed(List.of(manifest.key()), manifest.rows(), List.of());
        work.catalog().recordReplaced(claim.claim(), ArchivedChunks.of(manifest, bytesBefore()), placed);
        return placed;
    }

    /** What the range took when it was a chunk: of what lies in others nobody can say. */
    private OptionalLong bytesBefore() {
        return work.catalog().chunk(work.key(range)).stream()
                .flatMap(row -> row.copies().stream())
                .map(ArchivedChunk::bytesBefore)
                .flatMapToLong(OptionalLong::stream)
                .reduce(Long::sum);
    }

    private void putInPlace(Manifest manifest) {
        claim.require("putting its copy in place");
        work.fence().check();
        Promoted promoted = work.archive().promote(manifest);
        reached(Steps.PROMOTED);
        new Clearing(work).after(promoted);
        reached(Steps.CLEARED);
        keepHeads();
    }

    /** An edit may have moved where a stream ends; without the head of this very copy nothing is taken out. */
    private void keepHeads() {
        try (Connection connection = work.connections().getConnection()) {
            List<Chunk> chunks = work.source().chunks(connection, work.table());
            new HeadRecovery(work).catchUp(chunks);
        } catch (SQLException e) {
            throw work.failure(range, "keeping where its streams end; nothing was dropped", e);
        }
    }

    private void reached(String point) {
        worker.surroundings().faults().reached(point);
    }
}
