package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.TableName;
import java.util.Optional;

/**
 * What one pass is asked to do.
 *
 * @param table only this one
 * @param chunk only the chunk that holds this time or number
 * @param maxChunks at most so many chunks of each table; otherwise as configured
 * @param retryFailed whether chunks that failed are tried again before their pause is over
 * @param divergence what to do with a chunk that differs from a copy the catalogue knows nothing of; otherwise it stops
 */
public record RunOptions(
        Optional<TableName> table,
        Optional<String> chunk,
        Optional<Integer> maxChunks,
        boolean retryFailed,
        Optional<Divergence> divergence) {

    public static final RunOptions ALL =
            new RunOptions(Optional.empty(), Optional.empty(), Optional.empty(), false, Optional.empty());

    public RunOptions {
        if (divergence.isPresent() && (chunk.isEmpty() || table.isEmpty())) {
            throw new FirnException(
                    FirnException.Category.CONFIGURATION,
                    "--divergent",
                    "it is a decision on one chunk; nothing was started",
                    "name it: --table SCHEMA.TABLE --chunk T");
        }
        maxChunks.ifPresent(most -> {
            if (most < 1) {
                throw new IllegalArgumentException("at most %d chunks".formatted(most));
            }
        });
    }

    /** Whether what failed before, or was left alone for a person to decide on, is looked at again. */
    boolean insists() {
        return retryFailed || divergence.isPresent();
    }

    /** A person's decision on a chunk that came back different. */
    public enum Divergence {
        /** The database is right: its rows replace the copy. */
        REPLACE,
        /** Both are right: the chunk's rows are added to the copy. */
        ADD
    }
}
