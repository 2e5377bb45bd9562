package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
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
        List<Manifest> live = work.archive().liveOf(chunk.range());
        Optional<ChunkRow> known = work.catalog().chunk(work.key(chunk.range()));
        if (live.isEmpty()) {
            known.flatMap(ChunkRow::latest).ifPresent(copy -> {
                throw vanished(chunk, copy);
            });
            refuseRangesThatWereCutAnew(chunk);
            return ArchiveStage.Selected.FIRST;
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

    /** Chunks that were merged or split after they were copied hold rows that are archived under other ranges. */
    private void refuseRangesThatWereCutAnew(Chunk chunk) {
        for (Manifest manifest : work.archive().live()) {
            boolean stillThere = work.catalog()
                    .chunk(work.key(manifest.range()))
                    .map(row -> row.state() != ChunkState.DROPPED)
                    .orElse(true);
            if (stillThere && manifest.range().overlaps(chunk.range())) {
                throw new FirnException(
                        Category.REFUSED,
                        work.where(chunk.range()),
                        "copying it: %s is archived already, and nothing says that it was dropped; its rows may be in this"
                                        .formatted(manifest.range())
                                + " chunk; nothing was changed",
                        "if chunks were merged or split after they were archived, drop or detach this one yourself once you"
                                + " have compared it with the archive");
            }
        }
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
