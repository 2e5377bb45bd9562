package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TimeRange;
import dev.firn.catalog.ArchivedChunk;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.ChunkState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Copies that the catalogue knows and the store does not show any more. Nothing else would tell: a range whose manifest is
 * gone looks like one that was never archived, and one that lacks an addition like a whole one.
 */
final class MissingManifests {

    private final TableWork work;

    MissingManifests(TableWork work) {
        this.work = work;
    }

    /**
     * The same pieces in their order, and then those of the span that were dropped and of which no manifest is left: each to
     * be asked for.
     */
    List<ArchivedPiece> withLost(List<ArchivedPiece> pieces, PositionSpan span) {
        Set<TimeRange> found = pieces.stream().map(ArchivedPiece::range).collect(Collectors.toSet());
        List<ArchivedPiece> all = new ArrayList<>(pieces);
        Set<String> expired = work.archive().expiries().stream()
                .flatMap(expiry -> expiry.supersedes().stream())
                .collect(Collectors.toSet());
        for (ChunkRow row : work.catalog().chunks(work.namespace(), work.table().name())) {
            TimeRange range = row.key().range();
            if (row.state() == ChunkState.DROPPED
                    && !found.contains(range)
                    && !row.copies().stream().allMatch(copy -> expired.contains(copy.manifestKey()))
                    && range.overlaps(span.resolve(range.kind()))) {
                all.add(new ArchivedPiece(range, List.of()));
            }
        }
        return List.copyOf(all);
    }

    /** Refuses a piece that is less than the catalogue knows of. */
    void requireNone(ArchivedPiece piece) {
        List<ArchivedChunk> known = work.catalog()
                .chunk(work.key(piece.range()))
                .map(ChunkRow::copies)
                .orElse(List.of());
        for (ArchivedChunk copy : known) {
            boolean superseded = !piece.keys().contains(copy.manifestKey())
                    && work.archive().manifest(piece.range(), copy.generation()).isPresent();
            if (!superseded && !piece.keys().contains(copy.manifestKey())) {
                throw new FirnException(
                        Category.DATA,
                        work.where(piece.range()),
                        "bringing it back: its manifest '%s' is gone from the store; nothing was loaded"
                                .formatted(copy.manifestKey()),
                        "Firn never removes a manifest: find out who did, and bring it back from a backup or an older version");
            }
        }
    }
}
