package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CancellationException;

/** Work that was told to stop. What it then fails with is of all kinds, and none of them is to be held against the chunk. */
final class Interrupts {

    private Interrupts() {}

    /** Whether this failure came of an interruption of this thread, or of what it waited for. */
    static boolean isOne(Throwable failure) {
        if (Thread.currentThread().isInterrupted()) {
            return true;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException
                    || cause instanceof ClosedByInterruptException
                    || cause instanceof CancellationException) {
                return true;
            }
        }
        return false;
    }

    static FirnException explain(String where, Throwable failure) {
        return new FirnException(
                Category.PASSING,
                where,
                "archiving it: interrupted; it was not dropped",
                "nothing to do: the next start, or another node, goes on from here",
                failure);
    }

    /** Does what must be done whether or not somebody wants this thread to stop, and lets it know afterwards. */
    static void shielded(Runnable work) {
        boolean interrupted = Thread.interrupted();
        try {
            work.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
