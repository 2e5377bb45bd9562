package dev.firn.source;

import java.util.List;

/**
 * Staged rows with the indexes of their table, which attaching adopts.
 *
 * @param indexes what they were made after, in the order of their numbers; none where attaching builds its own
 */
public record IndexedRows(StagedRows rows, List<StagingIndexes.Template> indexes) {

    public IndexedRows {
        indexes = List.copyOf(indexes);
    }
}
