package dev.firn.lifecycle;

import dev.firn.FirnException;

/**
 * Something is in the way of all work of this kind, and not of one chunk: it ends the pass over the table, and is no failure
 * of the chunk whose turn it was.
 */
public final class HinderedException extends FirnException {

    private static final long serialVersionUID = 1;

    HinderedException(Category category, String where, String what, String hint, Throwable cause) {
        super(category, where, what, hint, cause);
    }

    public HinderedException(Category category, String where, String what, String hint) {
        this(category, where, what, hint, null);
    }

    /** The same of a failure that says already what is the matter. */
    static HinderedException of(FirnException failure) {
        return new HinderedException(failure.category(), failure.where(), failure.what(), failure.hint(), failure);
    }
}
