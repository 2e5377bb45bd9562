package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.TimeRange;
import java.time.Duration;
import java.util.Optional;

/**
 * What a pass did with one chunk.
 *
 * @param rows rows of its copy
 * @param bytesArchived what the copy takes in the store
 * @param bytesFreed what the drop gave back to the database, 0 if it was not dropped
 * @param failure why it got no further, if it did not
 */
public record ChunkResult(
        TableName table,
        TimeRange range,
        Outcome outcome,
        long rows,
        long bytesArchived,
        long bytesFreed,
        Duration took,
        Optional<FirnException> failure) {

    /** How it ended. */
    public enum Outcome {
        /** A proven copy was published; the chunk stays for now. */
        ARCHIVED("archived"),
        /** Archived, and the chunk is gone from the database. */
        DROPPED("dropped"),
        /** It came back, was changed since, and stays until somebody decides; nothing was done. */
        EDITED("edited, kept"),
        /** Another program had it in work or was faster; nothing was done here. */
        LEFT("left to another worker"),
        /** It failed; what is true of the data stands in the failure. */
        FAILED("failed");

        private final String word;

        Outcome(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }
}
