package dev.firn.lifecycle;

import dev.firn.archive.Manifest;
import dev.firn.source.Chunk;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Whether a chunk that was archived, and kept, still has anything of what was copied. Rows that are taken out of it are to
 * leave the archive too; but who empties an archived chunk by hand, by TRUNCATE or DELETE, does so because it is archived,
 * and a row that comes late must not be archived in place of all that was.
 */
final class Remains {

    /** With so many times fewer rows, all of them written anew. Who takes out a few, and rewrites the others, edits it. */
    private static final int TIMES_FEWER = 10;

    private Remains() {}

    static boolean none(TableWork work, Connection connection, Chunk chunk, Manifest copy, long rows)
            throws SQLException {
        return rows * TIMES_FEWER < copy.rows()
                && !work.source()
                        .holdsOlderThan(connection, chunk, copy.source().snapshot());
    }

    /** The same of a chunk that was read before: what is older than that now, was there then. */
    static boolean none(TableWork work, Manifest copy, long rows) {
        try (Connection connection = work.connections().getConnection()) {
            Optional<Chunk> chunk = work.source().chunkAt(connection, work.table(), copy.range());
            return chunk.isEmpty() || none(work, connection, chunk.get(), copy, rows);
        } catch (SQLException e) {
            throw work.failure(copy.range(), "looking what is left in it of what was copied; nothing was changed", e);
        }
    }
}
