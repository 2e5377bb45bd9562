package dev.firn.catalog;

import java.util.List;

/**
 * What a rebuild changed.
 *
 * @param copies published copies now recorded
 * @param added of them, those the catalogue did not know
 * @param forgotten copies the catalogue knew and the store does not have
 */
public record RebuildReport(int copies, List<Entry> added, List<Entry> forgotten) {

    /**
     * A copy that one side knew and the other did not.
     *
     * @param droppedFromDatabase whether the chunk was dropped on the strength of it, as far as the catalogue knows
     */
    public record Entry(String manifestKey, boolean droppedFromDatabase) {}

    public RebuildReport {
        added = List.copyOf(added);
        forgotten = List.copyOf(forgotten);
    }
}
