package dev.firn.source;

import dev.firn.TimeRange;
import java.util.List;

/**
 * What becomes of archived rows that are to be added to a chunk, and of different rows there that have their keys.
 *
 * @param onConflict what somebody has said
 * @param archived other ranges that are archived, and that nothing says were dropped. Rows in them may be what came back of
 *     those, and give way to nothing: nobody would know that they were taken away
 */
public record Conflicts(OnConflict onConflict, List<TimeRange> archived) {

    public Conflicts {
        archived = List.copyOf(archived);
    }
}
