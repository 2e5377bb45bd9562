package dev.firn.lifecycle;

import dev.firn.FirnException;

/** That nothing of a table is archived where somebody asked for it: no failure where another table of his has something. */
final class NothingArchivedException extends FirnException {

    private static final long serialVersionUID = 1;

    private final String note;

    /** @param note the same in a few words, beside what came back of other tables */
    NothingArchivedException(String where, String what, String hint, String note) {
        super(Category.REFUSED, where, what, hint);
        this.note = note;
    }

    String note() {
        return note;
    }
}
