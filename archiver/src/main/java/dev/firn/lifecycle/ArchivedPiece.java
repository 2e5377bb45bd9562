package dev.firn.lifecycle;

import dev.firn.TimeRange;
import dev.firn.archive.Archive;
import dev.firn.archive.Manifest;
import java.util.ArrayList;
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

    /** Those that overlap the range wanted, whole, oldest first. */
    static List<ArchivedPiece> overlapping(List<Manifest> live, PositionSpan wanted) {
        Map<TimeRange, List<Manifest>> byRange = new TreeMap<>();
        for (Manifest manifest : live) {
            if (manifest.range().overlaps(wanted.resolve(manifest.range().kind()))) {
                byRange.computeIfAbsent(manifest.range(), range -> new ArrayList<>())
                        .add(manifest);
            }
        }
        return byRange.entrySet().stream()
                .map(entry -> new ArchivedPiece(entry.getKey(), entry.getValue()))
                .toList();
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
