package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.catalog.DatabaseFailures;
import java.sql.SQLException;
import java.util.Set;

/** What a failure of the database means for whoever is on call. */
final class Failures {

    /** Connection lost, resources short, operator intervention, lock not available, serialization: all pass. */
    private static final Set<String> PASSING = Set.of("08", "53", "55", "57", "58", "40", "25");

    private Failures() {}

    /** @param doing what was being done, and what is now true of the data */
    static FirnException of(String where, String doing, SQLException cause) {
        for (Throwable inner = cause; inner != null; inner = inner.getCause()) {
            if (inner instanceof FirnException known) {
                return known;
            }
        }
        String state = cause.getSQLState() == null ? "" : cause.getSQLState();
        String what = "%s (%s)".formatted(doing, DatabaseFailures.reason(cause));
        if (state.equals("42501")) {
            return new FirnException(
                    Category.REFUSED,
                    where,
                    what,
                    "the role of Firn lacks a right: run the SQL that `archiver init --print-sql` prints",
                    cause);
        }
        if (state.isEmpty() || PASSING.contains(state.substring(0, Math.min(2, state.length())))) {
            return new FirnException(
                    Category.PASSING,
                    where,
                    what,
                    "the next run goes on; look at the database's log if it stays",
                    cause);
        }
        return new FirnException(
                Category.REFUSED, where, what, "look at the database's log for SQLSTATE " + state, cause);
    }
}
