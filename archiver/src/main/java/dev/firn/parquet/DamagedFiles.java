package dev.firn.parquet;

import dev.firn.FirnException;
import dev.firn.store.StoreException;
import java.io.IOException;

/** Whatever is wrong with a file is one failure that names it; what is wrong with the store says nothing of the file. */
final class DamagedFiles {

    /** Something that is read from a file. */
    @FunctionalInterface
    interface Step<T> {
        T run() throws IOException;
    }

    private DamagedFiles() {}

    static <T> T guarded(String where, String what, Step<T> step) {
        try {
            return step.run();
        } catch (IOException | RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof StoreException store) {
                    throw store;
                }
            }
            String found = e instanceof FirnException ours ? ours.what() : e.toString();
            throw failure(where, what + ": " + found, e);
        }
    }

    static FirnException failure(String where, String what, Throwable cause) {
        return new FirnException(
                FirnException.Category.DATA,
                where,
                what + "; the file is not what was written, and is left as it is",
                "keep the file; if its chunk is still in the database, archive it again, else look for an older version of the object",
                cause);
    }
}
