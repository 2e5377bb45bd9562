package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.ChunkState;
import dev.firn.source.Chunk;
import dev.firn.source.Found;
import dev.firn.source.StagedRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The latest copy of a range whose chunk was dropped before: its rows came after that, were archived as an addition, and
 * stand in the chunk in its place until that is dropped, too. When the range comes back, the rows of all other copies are
 * added to them.
 *
 * <p>Nothing is dropped on the strength of this: rows that change between the look and the commit are what they would be
 * after it, an edit.
 */
final class StandingCopy {

    private StandingCopy() {}

    /** Whether such a copy may be; without the catalogue's memory its rows tell. */
    static boolean isPossible(Optional<ChunkRow> row, ArchivedPiece piece) {
        return piece.copies().size() > 1 && row.isPresent() && row.get().state() == ChunkState.ARCHIVED;
    }

    /**
     * Looks for the rows of that copy where they should be.
     *
     * @param staged the rows of all copies, in their order
     * @return those of it; empty where the range was dropped, and no copy stands
     * @throws FirnException where the chunk in the range's place holds anything else
     */
    static Optional<StagedRows> find(
            Connection connection, TableWork work, ArchivedPiece piece, List<StagedRows> staged) throws SQLException {
        if (!isPossible(work.catalog().chunk(work.key(piece.range())), piece)) {
            return Optional.empty();
        }
        StagedRows latest = staged.get(staged.size() - 1);
        Optional<Chunk> chunk = work.source().chunkAt(connection, work.table(), latest.range());
        if (chunk.isEmpty() || !holdsJust(connection, work, chunk.get(), latest)) {
            throw new FirnException(
                    Category.PASSING,
                    work.where(piece.range()),
                    "bringing it back: the chunk in its place holds other rows than those that were archived last; nothing"
                            + " was loaded",
                    "run `archiver run " + work.namespace()
                            + "`: it archives what came since, and then all of the range comes back");
        }
        return Optional.of(latest);
    }

    private static boolean holdsJust(Connection connection, TableWork work, Chunk chunk, StagedRows rows)
            throws SQLException {
        work.source().requireWholeReads(connection, work.table());
        Found found = work.source().loader(work.table()).find(connection, rows, chunk);
        return found.all()
                && found.live() == found.staged()
                && found.live() == work.source().countRows(connection, chunk);
    }
}
