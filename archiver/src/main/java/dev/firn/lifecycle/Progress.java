package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.TimeRange;
import java.time.Duration;

/**
 * Who watches the work: a bar on a terminal, lines in a log, what a service shows of itself, or nobody. Called by several
 * threads, in the midst of the work: it must neither wait nor throw.
 */
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

    /** The stages of a chunk's way out, and of its way back. */
    enum Stage {
        COPY,
        PROVE,
        PUBLISH,
        PROMOTE,
        COMPARE,
        DROP,
        LOAD,
        ATTACH
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

    /** A stage was gone through, and took so long. */
    default void passed(TableName table, TimeRange range, Stage stage, Duration took) {}

    /** Rows did not prove equal: a copy in the making, one that was loaded back, or one that rests in the store. */
    default void notProven(TableName table, TimeRange range, FirnException why) {}

    /** A pass is done with a chunk. */
    default void archived(ChunkResult result) {}

    /** A restore is done with a range. */
    default void restored(RestoreSummary.Result result) {}

    /** Tells two of them everything. */
    static Progress both(Progress first, Progress second) {
        return new BothProgress(first, second);
    }
}
