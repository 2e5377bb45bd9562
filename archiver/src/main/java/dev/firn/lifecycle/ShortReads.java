package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TimeRange;
import dev.firn.source.Chunk;
import dev.firn.source.Fingerprint;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Reads that did not give all rows that their snapshot holds. TimescaleDB plans a query by what a chunk is at that moment,
 * not by what it was in the snapshot: of a chunk that is compressed again in between, the late rows in its heap are left out.
 * That passes; a chunk that nobody touched does not read whole for a reason that stays.
 */
final class ShortReads {

    private ShortReads() {}

    /** @param read what the snapshot had */
    static FirnException explain(TableWork work, TimeRange range, Fingerprint read, FirnException found) {
        if (found.category() != Category.DATA) {
            return found;
        }
        try (Connection connection = work.connections().getConnection()) {
            Optional<Chunk> chunk = work.source().chunkAt(connection, work.table(), range);
            boolean untouched = chunk.isPresent()
                    && FingerprintText.of(work.source().fingerprint(connection, work.table(), chunk.get()))
                            .equals(FingerprintText.of(read));
            return untouched
                    ? found
                    : new FirnException(
                            Category.PASSING,
                            found.where(),
                            found.what() + "; it was compressed or changed meanwhile",
                            "nothing to do: the next run reads it again",
                            found);
        } catch (SQLException e) {
            found.addSuppressed(e);
            return found;
        }
    }
}
