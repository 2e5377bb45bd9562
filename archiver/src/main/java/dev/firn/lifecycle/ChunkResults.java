package dev.firn.lifecycle;

import dev.firn.archive.Manifest;
import dev.firn.source.Chunk;
import java.time.Duration;
import java.util.Optional;

/** The last stage of a chunk as the result of a pass. */
final class ChunkResults {

    private ChunkResults() {}

    static ChunkResult of(TableWork work, Chunk chunk, ArchiveStage last, Duration took) {
        if (last instanceof ArchiveStage.Dropped dropped) {
            return result(work, chunk, ChunkResult.Outcome.DROPPED, dropped.manifest(), dropped.bytesFreed(), took);
        }
        if (last instanceof ArchiveStage.Kept kept) {
            return result(work, chunk, ChunkResult.Outcome.ARCHIVED, kept.manifest(), 0, took);
        }
        if (last instanceof ArchiveStage.Edited edited) {
            return result(work, chunk, ChunkResult.Outcome.EDITED, edited.manifest(), 0, took);
        }
        throw new IllegalStateException("%s ended as %s".formatted(chunk, last));
    }

    private static ChunkResult result(
            TableWork work,
            Chunk chunk,
            ChunkResult.Outcome outcome,
            Manifest manifest,
            long bytesFreed,
            Duration took) {
        return new ChunkResult(
                work.table().name(),
                chunk.range(),
                outcome,
                manifest.rows(),
                manifest.bytes(),
                bytesFreed,
                took,
                Optional.empty());
    }
}
