package dev.firn.lifecycle;

import dev.firn.source.Chunk;
import dev.firn.source.ChunkLoader;
import dev.firn.source.Fingerprint;
import dev.firn.source.Found;
import dev.firn.source.StagedRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What one snapshot sees of an archived range in one chunk.
 *
 * @param total rows of the chunk by its own books
 * @param fingerprint of the chunk in that snapshot
 */
record PlacedPart(Chunk chunk, Found found, long total, Fingerprint fingerprint) {

    /** Looks into every chunk over the range; those that no row of it belongs into are left out. */
    static List<PlacedPart> look(TableWork work, StagedRows rows) throws SQLException {
        ChunkLoader loader = work.source().loader(work.table());
        List<PlacedPart> parts = new ArrayList<>();
        try (Connection connection = work.connections().getConnection()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try {
                work.source().requireWholeReads(connection, work.table());
                for (Chunk chunk : loader.placement(connection, rows.range()).overlapping()) {
                    Found found = loader.find(connection, rows, chunk);
                    if (found.staged() > 0) {
                        parts.add(new PlacedPart(
                                chunk,
                                found,
                                work.source().countRows(connection, chunk),
                                work.source().fingerprint(connection, work.table(), chunk)));
                    }
                }
            } finally {
                connection.rollback();
            }
        }
        return parts;
    }

    /** Somebody has emptied it of them: that is no edit, and the archive has them. */
    boolean isEmptied() {
        return found.live() == 0;
    }

    /** Nothing of what came is there, and less than that: rows that came after it was emptied, or dropped, are no edit of it. */
    boolean wasMadeAnew() {
        return found.equal() == 0 && found.live() < found.staged();
    }

    /** It holds nothing but rows of the range, and all of those that belong into it. */
    boolean holdsNothingElse() {
        return found.all() && found.equal() == total;
    }
}
