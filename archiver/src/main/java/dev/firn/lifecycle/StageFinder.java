package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.catalog.ArchivedChunk;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.ChunkState;
import dev.firn.source.Chunk;
import java.util.List;
import java.util.Optional;

/**
 * Derives the stage of a chunk that is in the database from what is in the store and what the catalogue knows. The store
 * decides whether it is archived; the catalogue only whether rows found in an archived range came after a drop.
 */
final class StageFinder {

    private final TableWork work;

    StageFinder(TableWork work) {
        this.work = work;
    }

    ArchiveStage find(Chunk chunk) {
        refuseRangesThatWereCutAnew(chunk);
        List<Manifest> live = work.archive().liveOf(chunk.range());
        Optional<ChunkRow> known = work.catalog().chunk(work.key(chunk.range()));
        if (live.isEmpty()) {
            known.flatMap(ChunkRow::latest)
                    .filter(copy -> work.archive()
                            .manifest(chunk.range(), copy.generation())
                            .isEmpty())
                    .ifPresent(copy -> {
                        throw vanished(chunk, copy);
                    });
            // All that was archived of the range has expired: these rows came later.
            return work.archive().nextGeneration(chunk.range()) > 1
                    ? new ArchiveStage.Selected(Manifest.Role.ADDITION, List.of())
                    : ArchiveStage.Selected.FIRST;
        }
        Manifest latest = live.get(live.size() - 1);
        boolean droppedSince = known.isPresent()
                && known.get().state() == ChunkState.DROPPED
                && known.get().latest().map(ArchivedChunk::manifestKey).equals(Optional.of(latest.key()));
        if (droppedSince) {
            return new ArchiveStage.Selected(Manifest.Role.ADDITION, List.of());
        }
        return new ArchiveStage.Published(latest, Optional.empty());
    }

    /** Rows of other ranges may be in this chunk: of ranges that came back, or were archived before chunks were cut anew. */
    private void refuseRangesThatWereCutAnew(Chunk chunk) {
        for (Manifest manifest : work.archive().live()) {
            TimeRange other = manifest.range();
            if (!other.equals(chunk.range()) && other.overlaps(chunk.range()) && !isDropped(other)) {
                throw new FirnException(
                        Category.REFUSED,
                        work.where(chunk.range()),
                        "copying it: %s is archived already, and nothing says that it was dropped; its rows may be in this"
                                        .formatted(other)
                                + " chunk; nothing was changed",
                        "a run takes out what came back, once its hold is over; if it fails, it says what to decide");
            }
        }
    }

    private boolean isDropped(TimeRange range) {
        return work.catalog()
                .chunk(work.key(range))
                .filter(row -> row.state() == ChunkState.DROPPED)
                .isPresent();
    }

    private FirnException vanished(Chunk chunk, ArchivedChunk copy) {
        return new FirnException(
                Category.DATA,
                work.where(chunk.range()),
                "looking for its copy: the catalogue knows %s, and the store does not have it; nothing was dropped"
                        .formatted(copy.manifestKey()),
                "somebody removed it from the store: bring it back from an older version of the object, or run `archiver"
                        + " catalog rebuild` and let Firn copy the chunk again");
    }
}
