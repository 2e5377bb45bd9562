package dev.firn.lifecycle;

import dev.firn.TimeRange;
import dev.firn.archive.Archive;
import dev.firn.archive.Manifest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that counts of one archived range: its copy, and the additions to it.
 *
 * @param copies by generation
 */
record ArchivedPiece(TimeRange range, List<Manifest> copies) {

    ArchivedPiece {
        copies = List.copyOf(copies);
    }

    /**
     * Those that overlap the range wanted, whole, oldest first. Of some that overlap one another the one of most rows comes
     * first: it comes back as a chunk, and the others are added to it row by row.
     */
    static List<ArchivedPiece> overlapping(List<Manifest> live, PositionSpan wanted) {
        Map<TimeRange, List<Manifest>> byRange = new TreeMap<>();
        for (Manifest manifest : live) {
            if (manifest.range().overlaps(wanted.resolve(manifest.range().kind()))) {
                byRange.computeIfAbsent(manifest.range(), range -> new ArrayList<>())
                        .add(manifest);
            }
        }
        List<ArchivedPiece> pieces = new ArrayList<>();
        List<ArchivedPiece> together = new ArrayList<>();
        long reached = Long.MIN_VALUE;
        for (Map.Entry<TimeRange, List<Manifest>> entry : byRange.entrySet()) {
            if (entry.getKey().start() >= reached) {
                pieces.addAll(together);
                together.clear();
            }
            together.add(new ArchivedPiece(entry.getKey(), entry.getValue()));
            together.sort(Comparator.comparingLong(ArchivedPiece::rows).reversed());
            reached = Math.max(reached, entry.getKey().end());
        }
        pieces.addAll(together);
        return List.copyOf(pieces);
    }

    /** The same by time and in groups: what overlaps is in one, and no two groups overlap. */
    static List<List<ArchivedPiece>> grouped(List<ArchivedPiece> pieces) {
        List<List<ArchivedPiece>> groups = new ArrayList<>();
        long reached = Long.MIN_VALUE;
        for (ArchivedPiece piece : byTime(pieces)) {
            if (groups.isEmpty() || piece.range().start() >= reached) {
                groups.add(new ArrayList<>());
            }
            groups.get(groups.size() - 1).add(piece);
            reached = Math.max(reached, piece.range().end());
        }
        return groups;
    }

    static List<ArchivedPiece> byTime(List<ArchivedPiece> pieces) {
        return pieces.stream()
                .sorted(Comparator.comparing(ArchivedPiece::range))
                .toList();
    }

    /** From the start of the first to the end of the last one, whatever order they are in. */
    static TimeRange covered(List<ArchivedPiece> pieces) {
        return new TimeRange(
                pieces.get(0).range().kind(),
                pieces.stream().mapToLong(piece -> piece.range().start()).min().orElseThrow(),
                pieces.stream().mapToLong(piece -> piece.range().end()).max().orElseThrow());
    }

    /** The same range as the archive has it now. */
    ArchivedPiece now(Archive archive) {
        return new ArchivedPiece(range, archive.liveOf(range));
    }

    long rows() {
        return copies.stream().mapToLong(Manifest::rows).sum();
    }

    long bytes() {
        return copies.stream().mapToLong(Manifest::bytes).sum();
    }

    List<String> keys() {
        return copies.stream().map(Manifest::key).toList();
    }
}
