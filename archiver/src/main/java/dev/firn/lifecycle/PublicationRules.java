package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.source.Fingerprint;
import dev.firn.types.Columns;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** When a proven copy may not be published all the same, and what a person is asked to decide then. */
final class PublicationRules {

    private final TableWork table;
    private final TimeRange range;
    private final boolean decided;

    /** @param decided whether a person has said what becomes of a chunk that differs from its copy */
    PublicationRules(TableWork table, TimeRange range, boolean decided) {
        this.table = table;
        this.range = range;
        this.decided = decided;
    }

    /** Throws, having discarded the attempt, unless the copy may be published. */
    void requirePublishable(ArchiveStage.Selected plan, CopiedRows copy) {
        requireNotEmptied(plan, copy);
        requireSameHistory(plan, copy);
        requireNothingLeftOut(plan, copy);
        requireColumnsAgree(copy);
    }

    /**
     * Beside additions the chunk can replace none but the one that was made of it: the others are of chunks that were dropped
     * before it was there. The catalogue may not have noticed that a chunk went and another one came.
     */
    void requireCopyOfThisChunk(Manifest manifest, Fingerprint now) {
        Set<String> live =
                table.archive().liveOf(range).stream().map(Manifest::key).collect(Collectors.toSet());
        Set<String> ofThisChunk = new HashSet<>(table.catalog().copiesSinceDrop(table.key(range)));
        ofThisChunk.retainAll(live);
        boolean ofAnother = FingerprintText.otherChunk(manifest.source().fingerprint(), now);
        if (live.size() > 1 && (ofAnother || !ofThisChunk.equals(Set.of(manifest.key())))) {
            throw new FirnException(
                    Category.REFUSED,
                    table.where(range),
                    "replacing %s: the range has other live copies beside it, and %s; nothing was changed"
                            .formatted(
                                    manifest.key(),
                                    ofAnother
                                            ? "this one is of a chunk that is there no more"
                                            : "the catalogue does not say which of them hold rows of this chunk"),
                    "where none of the chunk's rows is in these copies, add them: " + decide("add")
                            + "; else bring the range back into a table of its own (`rehydrate … --into table NAME`), compare, and delete"
                            + " from the chunk what is archived");
        }
    }

    /** A copy is not given up for an empty chunk: that is how a retention by DELETE or TRUNCATE would look. */
    private void requireNotEmptied(ArchiveStage.Selected plan, CopiedRows copy) {
        if (plan.role() == Manifest.Role.REPLACEMENT
                && copy.digest().rows() == 0
                && !decided
                && table.archive().liveOf(range).stream()
                        .anyMatch(old -> plan.supersedes().contains(old.key()) && old.rows() > 0)) {
            table.archive().cleaner().discardAttempt(copy.attempt());
            throw new FirnException(
                    Category.REFUSED,
                    table.where(range),
                    "replacing its copy: the chunk is empty now, and the copy is not; nothing was changed",
                    "if its rows were deleted on purpose, say so: " + decide("replace")
                            + "; to keep the copy, drop the empty chunk yourself");
        }
    }

    /** The server may have been replaced by one that lacks rows of the copy after that was seen to have changed. */
    private void requireSameHistory(ArchiveStage.Selected plan, CopiedRows copy) {
        if (plan.role() != Manifest.Role.REPLACEMENT || plan.cameBack() || decided) {
            return;
        }
        for (Manifest old : table.archive().liveOf(range)) {
            if (plan.supersedes().contains(old.key()) && !hasItsHistory(old, copy)) {
                table.archive().cleaner().discardAttempt(copy.attempt());
                throw divergent(old, copy.fingerprint().orElseThrow());
            }
        }
    }

    private boolean hasItsHistory(Manifest old, CopiedRows copy) {
        return FingerprintText.sameChunk(
                        old.source().fingerprint(), copy.fingerprint().orElseThrow())
                && !Remains.none(table, old, copy.digest().rows());
    }

    /** Nobody was asked whether archived columns may go: while it was copied, one may have been dropped from the table. */
    private void requireNothingLeftOut(ArchiveStage.Selected plan, CopiedRows copy) {
        if (plan.cameBack()
                && !decided
                && EditedRange.lacksColumns(
                        copy.description().columns(), table.archive().liveOf(range))) {
            table.archive().cleaner().discardAttempt(copy.attempt());
            throw new FirnException(
                    Category.PASSING,
                    table.where(range),
                    "archiving it in place of what had come back: a column was dropped while it was copied; nothing was"
                            + " changed",
                    "nothing to do: the next run looks at it again");
        }
    }

    /** While this chunk was copied another worker may have given a column's name or id to another column. */
    private void requireColumnsAgree(CopiedRows copy) {
        if (!Columns.agree(copy.description().columns(), table.archive().columnsEverUsed())) {
            table.archive().cleaner().discardAttempt(copy.attempt());
            throw new FirnException(
                    Category.PASSING,
                    table.where(range),
                    "publishing its copy: the table's columns were changed while it was copied, and another chunk was"
                            + " archived with the new ones; nothing was archived and nothing dropped",
                    "nothing to do: the next run copies it again");
        }
    }

    private String decide(String how) {
        return "`archiver run %s --table %s --chunk %s --divergent %s`"
                .formatted(table.namespace(), table.table().name(), range.showStart(), how);
    }

    FirnException divergent(Manifest manifest, Fingerprint now) {
        if (FingerprintText.sameChunk(manifest.source().fingerprint(), now)) {
            return new FirnException(
                    Category.DATA,
                    table.where(range),
                    "comparing it with %s: it has less than a tenth of the rows, and none of them as it was copied: it was emptied"
                                    .formatted(manifest.key())
                            + " and written to since; nothing was changed",
                    "decide: " + decide("add") + " if the archive is to keep what it has and get these rows too, "
                            + decide("replace") + " if it is to have these rows and no others");
        }
        return new FirnException(
                Category.DATA,
                table.where(range),
                "comparing it with %s: their rows differ, and this is not the chunk that was copied then (the database"
                                .formatted(manifest.key())
                        + " was restored, moved or copied, or the chunk was put back by hand); nothing was changed",
                "decide: " + decide("replace") + " if the database is right, " + decide("add")
                        + " if the rows of both count; if the archive is right, drop the chunk yourself");
    }
}
