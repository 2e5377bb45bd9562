package dev.firn.source;

import dev.firn.TimeRange;
import java.util.ArrayList;
import java.util.List;

/**
 * What lies where an archived range is to come back to. Ranges overlap in any number: after the chunk interval was
 * changed, or where a late row has made a chunk.
 *
 * @param free the parts that no chunk covers, in order
 * @param overlapping the chunks that cover the others, in order
 */
public record Placement(TimeRange range, List<TimeRange> free, List<Chunk> overlapping) {

    public Placement {
        free = List.copyOf(free);
        overlapping = List.copyOf(overlapping);
    }

    static Placement of(TimeRange range, List<Chunk> chunks) {
        List<Chunk> overlapping = chunks.stream()
                .filter(chunk -> chunk.range().overlaps(range))
                .sorted((one, other) -> one.range().compareTo(other.range()))
                .toList();
        List<TimeRange> free = new ArrayList<>();
        long reached = range.start();
        for (Chunk chunk : overlapping) {
            if (chunk.range().start() > reached) {
                free.add(new TimeRange(range.kind(), reached, chunk.range().start()));
            }
            reached = Math.max(reached, chunk.range().end());
        }
        if (reached < range.end()) {
            free.add(new TimeRange(range.kind(), reached, range.end()));
        }
        return new Placement(range, free, overlapping);
    }

    /** Whether the range can come back whole, with its own bounds. */
    public boolean isFree() {
        return overlapping.isEmpty();
    }
}
