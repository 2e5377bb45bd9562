package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.catalog.Claim;
import dev.firn.catalog.Placed;
import dev.firn.source.Chunk;
import dev.firn.source.ChunkLoader;
import dev.firn.source.Placement;
import dev.firn.source.RangeRows;
import dev.firn.source.StagedRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * An archived range of which nobody knows whether its rows are in the database: it has no chunk of its own, and others lie
 * over it. They were merged or split after it was archived, or it came back among other rows and the catalogue was lost
 * since. To call it dropped, its rows must not be there; else they would be archived once more with those chunks.
 */
final class LostRange {

    private final TableWork work;
    private final TimeRange range;
    private final Progress progress;
    private final Surroundings surroundings;

    LostRange(TableWork work, TimeRange range, Progress progress, Surroundings surroundings) {
        this.work = work;
        this.range = range;
        this.progress = progress;
        this.surroundings = surroundings;
    }

    /**
     * Compares what is archived with what is there, and records it if that is found.
     *
     * @param cameBack whether it is known to have come back: what lies there may be all that an edit has left of it
     * @throws FirnException where neither can be said
     */
    boolean isInOtherChunks(Claim claim, boolean cameBack) {
        try (StagingArea area = StagingArea.open(work, claim)) {
            boolean covered = !area.loader().placement(area.connection(), range).isFree();
            area.connection().rollback();
            if (!covered) {
                return false;
            }
            List<Manifest> copies = work.archive().liveOf(range);
            List<StagedRows> staged = area.load(copies, progress, surroundings);
            StagedRows rows = area.loader().gather(area.connection(), staged);
            area.connection().commit();
            return look(claim, cameBack, copies, rows);
        } catch (SQLException e) {
            throw work.failure(range, "looking for its rows in other chunks; nothing was changed", e);
        }
    }

    private boolean look(Claim claim, boolean cameBack, List<Manifest> copies, StagedRows rows) throws SQLException {
        long equal = 0;
        long different = 0;
        List<Long> missing = new ArrayList<>();
        boolean unique;
        long there;
        try (Connection connection = work.connections().getConnection()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try {
                work.source().requireWholeReads(connection, work.table());
                ChunkLoader loader = work.source().loader(work.table());
                unique = loader.hasUniqueKey(connection);
                Placement placement = loader.placement(connection, range);
                there = RangeRows.count(
                                connection, work.source(), work.table(), placement.range(), placement.overlapping())
                        .rows();
                for (Chunk chunk : placement.overlapping()) {
                    equal += loader.find(connection, rows, chunk).equal();
                    different += loader.countDifferent(connection, rows, chunk);
                    missing.addAll(loader.missing(connection, rows, chunk));
                }
            } finally {
                connection.rollback();
            }
        }
        if (equal == 0 && different == 0) {
            if (cameBack && there > 0) {
                throw undecided(
                        equal,
                        different,
                        missing.size(),
                        ("it came back, and %d rows of its range are there, which may be what was edited: save them in a table"
                                        + " beside it, delete them, and run again with --retry-failed; then put back those that"
                                        + " the archive has not (`rehydrate cat` prints it) in any form")
                                .formatted(there));
            }
            return false;
        }
        if (different > 0 || (!missing.isEmpty() && !unique)) {
            throw undecided(
                    equal,
                    different,
                    missing.size(),
                    "the archive or the table is right: delete from the table what is in the archive (`rehydrate cat` prints it),"
                            + " and run again with --retry-failed");
        }
        List<String> keys = copies.stream().map(Manifest::key).toList();
        work.catalog().recordFoundPlaced(claim, new Placed(keys, equal, missing));
        return true;
    }

    private FirnException undecided(long equal, long different, long missing, String hint) {
        return new FirnException(
                Category.DATA,
                work.where(range),
                "looking for its rows in chunks of other bounds: %d are there as they were archived, %d are there with other"
                                .formatted(equal, different)
                        + " values, %d are not; nothing was changed, and no chunk over it is archived"
                                .formatted(missing),
                hint);
    }
}
