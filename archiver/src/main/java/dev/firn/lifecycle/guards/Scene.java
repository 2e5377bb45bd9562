package dev.firn.lifecycle.guards;

import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.ChunkState;
import dev.firn.catalog.Hold;
import dev.firn.source.Chunk;
import dev.firn.source.RetentionPolicies;
import dev.firn.source.Table;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;

/**
 * All that is known of a table at one moment, for those who look for alarms.
 *
 * @param chunks in the database
 * @param rows of the catalogue
 * @param live copies in the store
 * @param expired ranges whose copies were removed because of their age
 * @param foundGone archived ranges that were found to be gone without a drop of Firn's
 * @param archiveIsDue whether a chunk that ends there is old enough to be copied
 */
public record Scene(
        Connection connection,
        Table table,
        List<Chunk> chunks,
        List<ChunkRow> rows,
        List<Manifest> live,
        Set<TimeRange> expired,
        List<Hold> holds,
        Set<TimeRange> foundGone,
        RetentionPolicies retention,
        LongPredicate archiveIsDue) {

    boolean hasCopy(TimeRange range) {
        return live.stream().anyMatch(manifest -> manifest.range().equals(range));
    }

    /** Whether rows of the range may be in the database, in a chunk of just this range or one that was cut anew. */
    boolean isInDatabase(TimeRange range) {
        return chunks.stream().anyMatch(chunk -> chunk.range().overlaps(range));
    }

    List<TimeRange> gone() {
        return gone(chunks, rows, live, expired);
    }

    /**
     * Archived ranges of which not all rows are in the database. That is so where the chunk is gone, and where what is
     * there came after it went; what was brought back came with all of its copies; and what has expired never comes back.
     */
    public static List<TimeRange> gone(
            List<Chunk> chunks, List<ChunkRow> rows, List<Manifest> live, Set<TimeRange> expired) {
        Set<TimeRange> whole = chunks.stream().map(Chunk::range).collect(Collectors.toSet());
        Set<TimeRange> back = new HashSet<>();
        for (ChunkRow row : rows) {
            if (row.state() == ChunkState.DROPPED) {
                whole.remove(row.key().range());
            } else if (row.state() == ChunkState.RESTORED) {
                back.add(row.key().range());
            }
        }
        List<TimeRange> gone = new ArrayList<>();
        Set<TimeRange> seen = new HashSet<>();
        for (Manifest manifest : live) {
            boolean oneOfSeveral = !seen.add(manifest.range()) && !back.contains(manifest.range());
            if (oneOfSeveral || !whole.contains(manifest.range())) {
                gone.add(manifest.range());
            }
        }
        expired.stream().sorted().filter(range -> !gone.contains(range)).forEach(gone::add);
        return gone;
    }
}
