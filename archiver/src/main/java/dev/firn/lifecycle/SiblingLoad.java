package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.catalog.Claim;
import dev.firn.catalog.CommitOutcome;
import dev.firn.catalog.Commits;
import dev.firn.lifecycle.RestoreOptions.Conflict;
import dev.firn.source.ChunkLoader;
import dev.firn.source.RowFilter;
import dev.firn.source.SiblingTable;
import dev.firn.source.StagedRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Loads what is asked for of archived ranges that overlap each other, in most cases of one, into a sibling of their table.
 * In one transaction all that the sibling had of just this is replaced: loaded again, or by two at once, it is there once.
 */
final class SiblingLoad {

    private final TableWork work;
    private final SiblingTable sibling;
    private final RowFilter filter;
    private final RestoreOptions options;
    private final Progress progress;
    private final Surroundings surroundings;
    private final ChunkLoader loader;
    private boolean compressed;

    /**
     * What became of one range.
     *
     * @param rows in the sibling now
     * @param read rows read from the store
     * @param bytes read from the store
     * @param whole whether all rows of the range were read, and proven against its manifests
     */
    record Loaded(long rows, long read, long bytes, boolean whole) {

        Loaded plus(Loaded other) {
            return new Loaded(rows + other.rows, read + other.read, bytes + other.bytes, whole && other.whole);
        }
    }

    SiblingLoad(
            TableWork work,
            SiblingTable sibling,
            RowFilter filter,
            RestoreOptions options,
            Progress progress,
            Surroundings surroundings) {
        this.work = work;
        this.sibling = sibling;
        this.filter = filter;
        this.options = options;
        this.progress = progress;
        this.surroundings = surroundings;
        this.loader = work.source().loader(work.table());
    }

    /**
     * @param pieces ranges that overlap, and no others overlap them
     * @param claim of the time that they cover
     */
    List<Loaded> run(List<ArchivedPiece> pieces, HeldClaim claim) throws SQLException {
        try (StagingArea area = StagingArea.open(work, claim.claim())) {
            List<StagedRows> staged = new ArrayList<>();
            List<Loaded> read = new ArrayList<>();
            for (ArchivedPiece piece : pieces) {
                read.add(stage(area.connection(), piece, claim.claim(), staged));
            }
            waitForStandbys(claim.claim().key().range());
            List<Long> rows = replace(area.connection(), claim, staged);
            List<Loaded> loaded = new ArrayList<>();
            int next = 0;
            for (int i = 0; i < pieces.size(); i++) {
                long sum = 0;
                for (int copy = 0; copy < pieces.get(i).copies().size(); copy++) {
                    sum += rows.get(next++);
                }
                loaded.add(read.get(i).plus(new Loaded(sum, 0, 0, true)));
            }
            return loaded;
        }
    }

    private void waitForStandbys(TimeRange covered) {
        try {
            work.lag().pass(work.where(covered));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FirnException(
                    Category.PASSING,
                    work.where(covered),
                    "loading it into %s: interrupted; nothing of it was changed".formatted(sibling),
                    "run it again",
                    e);
        }
    }

    private Loaded stage(Connection connection, ArchivedPiece piece, Claim claim, List<StagedRows> staged)
            throws SQLException {
        Loaded sum = new Loaded(0, 0, 0, true);
        for (Manifest copy : piece.copies()) {
            CopyPart part = CopyPart.of(copy, options.span(), filter);
            StagingLoad load = new StagingLoad(work, loader, part, progress, surroundings);
            staged.add(load.run(connection, RestoreTokens.of(work, claim, staged.size())));
            compressed |= copy.source().compressed();
            sum = sum.plus(new Loaded(0, load.rowsRead(), load.bytesRead(), part.isWhole()));
        }
        return sum;
    }

    private List<Long> replace(Connection connection, HeldClaim claim, List<StagedRows> staged) throws SQLException {
        TimeRange covered = claim.claim().key().range();
        boolean compress = options.compress() && compressed;
        List<Long> rows = sibling.replace(connection, part(covered), filter, staged, compress, laterWins());
        surroundings.faults().reached(RestoreSteps.ATTACHED);
        claim.require("loading it into " + sibling);
        surroundings.faults().reached(RestoreSteps.COMMIT);
        CommitOutcome outcome = Commits.commit(connection);
        surroundings.faults().reached(RestoreSteps.COMMITTED);
        if (outcome instanceof CommitOutcome.RolledBack rolledBack) {
            throw rolledBack.cause();
        }
        if (outcome instanceof CommitOutcome.Unknown unknown) {
            throw new FirnException(
                    Category.PASSING,
                    work.where(covered),
                    "loading it into %s: whether that was committed is not known; it is there whole, or as it was before"
                            .formatted(sibling),
                    "run it again: what is there is replaced, never doubled",
                    unknown.cause());
        }
        return rows;
    }

    /** What is asked for of the time that the ranges cover. */
    private TimeRange part(TimeRange covered) {
        TimeRange wanted = options.span().resolve(work.table().timeKind());
        return new TimeRange(
                wanted.kind(), Math.max(wanted.start(), covered.start()), Math.min(wanted.end(), covered.end()));
    }

    private Boolean laterWins() {
        return options.onConflict() == Conflict.REFUSE ? null : options.onConflict() == Conflict.KEEP_ARCHIVED;
    }

    @Override
    public String toString() {
        return sibling.toString();
    }
}
