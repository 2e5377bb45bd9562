package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TimeRange;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.ChunkState;
import dev.firn.catalog.Placed;
import dev.firn.source.Chunk;
import dev.firn.source.ChunkStorage;
import dev.firn.source.Fingerprint;
import dev.firn.source.Placement;
import dev.firn.source.RangeRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Whether what is said to be in the table still is, before somebody is told so: a chunk may have been dropped, emptied or
 * made anew by others. Looked for cheaply, by where the chunk lies and by numbers of rows; rows that were changed, or as
 * many others in their place, are an edit or pass for one, and what becomes of that is for a pass to say.
 */
final class StillThere {

    private final TableWork work;
    private final ArchivedPiece piece;

    StillThere(TableWork work, ArchivedPiece piece) {
        this.work = work;
        this.piece = piece;
    }

    /**
     * Of a range that has a chunk of its own bounds.
     *
     * @param known what the catalogue knows of it
     * @param placed where it came back among other rows
     */
    void requireIn(Connection connection, Chunk own, Optional<ChunkRow> known, Optional<Placed> placed)
            throws SQLException {
        long rows = work.source().countRows(connection, own);
        boolean cameBack = known.isPresent() && known.get().state() == ChunkState.RESTORED;
        long expected = expected(placed);
        Optional<ChunkStorage> then = known.flatMap(ChunkRow::storage).flatMap(ChunkStorage::parse);
        if (cameBack && then.isPresent()) {
            ChunkStorage now = ChunkStorage.of(connection, own);
            if (now.isOtherRelation(then.get())) {
                throw supplanted(expected, rows);
            }
        }
        if (rows < expected && cameBack) {
            throw fewer(expected, rows);
        }
        if (rows < expected && isOther(connection, own)) {
            throw fewerThanArchived(expected, rows);
        }
    }

    /** Than those that were copied. What is deleted from one that was never dropped is its owner's business. */
    private boolean isOther(Connection connection, Chunk own) throws SQLException {
        Fingerprint now = work.source().fingerprint(connection, work.table(), own);
        return piece.copies().stream()
                .allMatch(copy -> FingerprintText.otherChunk(copy.source().fingerprint(), now));
    }

    /** Of a range whose rows came back into chunks of other bounds. */
    void requireAmong(Placed placed) throws SQLException {
        try (Connection connection = work.connections().getConnection()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try {
                work.source().requireWholeReads(connection, work.table());
                Placement placement = work.source().loader(work.table()).placement(connection, piece.range());
                long rows = RangeRows.count(
                                connection, work.source(), work.table(), placement.range(), placement.overlapping())
                        .rows();
                long expected = expected(Optional.of(placed));
                if (rows < expected) {
                    throw failure(
                            "it came back with %d rows, and %d are in its place now".formatted(expected, rows),
                            "end its hold (%s): `archiver run %s` takes out what is left of it, or says what to decide; then bring it back again"
                                    .formatted(release(), work.namespace()));
                }
            } finally {
                connection.rollback();
            }
        }
    }

    /** The store's word: a copy that replaces an edit counts as soon as it is published. */
    private long expected(Optional<Placed> placed) {
        return Math.min(piece.rows(), placed.map(Placed::rows).orElse(Long.MAX_VALUE));
    }

    private FirnException supplanted(long expected, long rows) {
        return failure(
                "it came back with %d rows, and that chunk is gone since: another one is in its place, with %d rows"
                        .formatted(expected, rows),
                "end its hold (%s); then, if those rows count beside the archived ones: %s, and bring it back again; if they count instead of them: the same with --divergent replace; if they do not count, %s"
                        .formatted(release(), divergent("add"), anew()));
    }

    private FirnException fewer(long expected, long rows) {
        return failure(
                "it came back with %d rows, and %d are in its chunk now".formatted(expected, rows),
                "end its hold (%s); then, if rows were deleted on purpose: %s; else save what is in it, %s"
                        .formatted(release(), divergent("replace"), anew()));
    }

    private FirnException fewerThanArchived(long expected, long rows) {
        return failure(
                "its chunk is not the one that was archived, and has %d rows of %d".formatted(rows, expected),
                "save what is in it in a table beside it, %s; then put back what was saved".formatted(anew()));
    }

    private FirnException failure(String what, String hint) {
        return new FirnException(
                Category.REFUSED,
                work.where(piece.range()),
                "bringing it back: %s; nothing was changed".formatted(what),
                hint);
    }

    private String release() {
        TimeRange range = piece.range();
        return "`rehydrate release %s %s --from %s --to %s`"
                .formatted(work.namespace(), work.table().name(), range.showStart(), range.showEnd());
    }

    private String divergent(String how) {
        return "`archiver run %s --table %s --chunk %s --divergent %s`"
                .formatted(work.namespace(), work.table().name(), piece.range().showStart(), how);
    }

    private String anew() {
        return "drop the chunk yourself, run `archiver run %s`, and bring it back again".formatted(work.namespace());
    }
}
