package dev.firn.lifecycle.doctor;

import dev.firn.FirnException;

/** A finding without the place it was made at. What an examination answers. */
record Remark(Severity severity, String what, String hint) {

    static Remark ok(String what) {
        return new Remark(Severity.OK, what, "");
    }

    static Remark note(String what, String hint) {
        return new Remark(Severity.NOTE, what, hint);
    }

    static Remark warning(String what, String hint) {
        return new Remark(Severity.WARNING, what, hint);
    }

    static Remark error(String what, String hint) {
        return new Remark(Severity.ERROR, what, hint);
    }

    /** What a run would fail with. */
    static Remark error(FirnException failure) {
        return new Remark(Severity.ERROR, failure.what(), failure.hint());
    }
}
