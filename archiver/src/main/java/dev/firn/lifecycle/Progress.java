package dev.firn.lifecycle;

import dev.firn.TableName;
import dev.firn.TimeRange;

/** Who watches long work: a bar on a terminal, lines in a log, or nobody. Called by several threads. */
public interface Progress {

    Progress NONE = new Progress() {};

    /** The long pieces of work. */
    enum Work {
        COPY,
        LOAD,
        COMPARE,
        PROOF,
        SCRUB
    }

    /**
     * Work on a chunk begins.
     *
     * @param expectedRows how many rows it will move, as far as is known; 0 for unknown
     */
    default void started(TableName table, TimeRange range, Work work, long expectedRows) {}

    /** So much has been done since {@link #started}. */
    default void advanced(TableName table, TimeRange range, Work work, long rows, long bytes) {}

    /** It ended, well or not. */
    default void ended(TableName table, TimeRange range, Work work) {}
}
