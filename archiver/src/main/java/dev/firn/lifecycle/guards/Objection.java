package dev.firn.lifecycle.guards;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.config.GuardName;

/**
 * Why a chunk must not be dropped now.
 *
 * @param guard whose word it is: the name of a guard, or of a block of the table's configuration
 * @param ends what can end it
 * @param reason what would happen, or is happening, in one clause
 */
public record Objection(String guard, Ends ends, String reason, String hint) {

    Objection(GuardName guard, Ends ends, String reason, String hint) {
        this(guard.toString(), ends, reason, hint);
    }

    /** What it takes until the chunk may be dropped. */
    public enum Ends {
        /** Nothing but time. */
        BY_ITSELF,
        /** The table's continuous aggregates brought up to date; their own policies do it in time. */
        BY_REFRESH,
        /** A person has to decide or to mend something. */
        BY_A_PERSON
    }

    /** The same for a drop that was begun. */
    FirnException asFailure(String where) {
        return new FirnException(
                ends == Ends.BY_A_PERSON ? Category.REFUSED : Category.PASSING,
                where,
                "dropping it: %s (guard %s); it was not dropped".formatted(reason, guard),
                hint);
    }

    /** For plans and logs. */
    @Override
    public String toString() {
        return "%s (guard %s)".formatted(reason, guard);
    }
}
