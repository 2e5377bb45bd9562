package dev.firn.lifecycle.doctor;

import dev.firn.FirnException;
import java.util.Objects;

/**
 * One thing that was looked at, and what came of it.
 *
 * @param where the thing itself: the namespace, one of its tables, its location
 * @param what in one line
 * @param hint what to do; empty only where all is well
 */
public record Finding(Severity severity, Area area, String where, String what, String hint) {

    public Finding {
        Objects.requireNonNull(severity, "severity");
        Objects.requireNonNull(area, "area");
        Objects.requireNonNull(where, "where");
        what = oneLine(what);
        hint = oneLine(hint);
        if (hint.isEmpty() && severity != Severity.OK) {
            throw new IllegalArgumentException("%s without a hint: %s".formatted(severity, what));
        }
    }

    Finding(Area area, String where, Remark remark) {
        this(remark.severity(), area, where, remark.what(), remark.hint());
    }

    public static Finding ok(Area area, String where, String what) {
        return new Finding(area, where, Remark.ok(what));
    }

    public static Finding note(Area area, String where, String what, String hint) {
        return new Finding(area, where, Remark.note(what, hint));
    }

    public static Finding error(Area area, String where, String what, String hint) {
        return new Finding(area, where, Remark.error(what, hint));
    }

    /** What a run would fail with. */
    public static Finding error(Area area, String where, FirnException failure) {
        return new Finding(area, where, Remark.error(failure));
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s*\\R\\s*", " ").strip();
    }
}
