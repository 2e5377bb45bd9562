package dev.firn.lifecycle;

import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.catalog.ArchivedChunk;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.ChunkState;
import java.util.List;
import java.util.Optional;

/** Other archived ranges over one, of which nothing says that they were dropped: what lies there may be rows of theirs. */
record ArchivedBeside(TableWork work, TimeRange range) {

    List<TimeRange> notDropped() {
        return work.archive().live().stream()
                .map(Manifest::range)
                .filter(other -> !other.equals(range) && other.overlaps(range))
                .distinct()
                .filter(other -> !isDropped(other))
                .sorted()
                .toList();
    }

    /** Nor if late rows were archived since, and their worker died before the catalogue knew. */
    private boolean isDropped(TimeRange other) {
        List<Manifest> live = work.archive().liveOf(other);
        return work.catalog()
                .chunk(work.key(other))
                .filter(row -> row.state() == ChunkState.DROPPED)
                .flatMap(ChunkRow::latest)
                .map(ArchivedChunk::manifestKey)
                .equals(Optional.of(live.get(live.size() - 1).key()));
    }
}
