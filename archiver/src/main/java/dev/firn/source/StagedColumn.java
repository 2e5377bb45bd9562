package dev.firn.source;

import dev.firn.types.Column;

/**
 * How one archived column comes back into the table as it is now.
 *
 * @param type the type in which COPY brings it
 * @param restore what makes the table's value of it, over a column of that type
 * @param select what the export would select of it: the same bytes as were archived, if the value is the same
 */
public record StagedColumn(Column archived, Arrival arrival, String type, String restore, String select) {

    /** The ways a column may take. */
    public enum Arrival {
        /** It goes straight into a column of the table's type. */
        AS_IT_IS,
        /** It travels in another type and is cast: text fall-backs, and columns whose type was changed since. */
        CONVERTED,
        /** The table computes it. */
        COMPUTED,
        /** The table has no such column any more: loaded for the proof only. */
        LEFT_BEHIND
    }

    boolean isLoaded() {
        return arrival != Arrival.COMPUTED;
    }

    boolean staysInTable() {
        return arrival != Arrival.LEFT_BEHIND;
    }
}
