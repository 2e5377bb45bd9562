package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;

/** What ended the work on a chunk, for whoever is on call. */
final class ChunkFailures {

    private static final int MEGABYTE = 1 << 20;

    private ChunkFailures() {}

    static FirnException explain(String where, Throwable failure) {
        return explain(where, "archiving it", "it was not dropped", failure);
    }

    /** @param nowTrue what is true of the data after it */
    static FirnException explain(String where, String doing, String nowTrue, Throwable failure) {
        if (failure instanceof FirnException known) {
            return known;
        }
        if (Interrupts.isOne(failure)) {
            return new FirnException(
                    Category.PASSING,
                    where,
                    "%s: interrupted; %s".formatted(doing, nowTrue),
                    "nothing to do: the next start, or another node, goes on from here",
                    failure);
        }
        if (failure instanceof OutOfMemoryError) {
            return new FirnException(
                    Category.REFUSED,
                    where,
                    "%s: the heap of %d MB is full; %s"
                            .formatted(doing, Runtime.getRuntime().maxMemory() / MEGABYTE, nowTrue),
                    "give Firn a larger heap (-Xmx); 512 MB are enough for the default settings, of which"
                            + " parquet.row-group-size, max-value-size and location.part-size take most",
                    failure);
        }
        return new FirnException(
                Category.DATA,
                where,
                "%s: %s; %s".formatted(doing, failure, nowTrue),
                "this is an error of Firn itself: please report it with the log",
                failure);
    }
}
