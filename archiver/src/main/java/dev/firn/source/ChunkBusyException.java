package dev.firn.source;

import dev.firn.FirnException;

/** Somebody else works with the chunk; nothing was changed, and a later try may find it free. */
public final class ChunkBusyException extends FirnException {

    private static final long serialVersionUID = 1;

    public ChunkBusyException(String where, String what, Throwable cause) {
        super(Category.PASSING, where, what, "nothing to do: Firn tries again on its next pass", cause);
    }
}
