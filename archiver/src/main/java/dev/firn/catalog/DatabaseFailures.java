package dev.firn.catalog;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import java.sql.SQLException;
import java.sql.SQLTransientException;

/** Says of a failed statement or connection what kind of failure it is and what is now true. */
public final class DatabaseFailures {

    static final String NOTHING_CHANGED = "nothing was changed";

    private DatabaseFailures() {}

    static FirnException of(String where, String doing, SQLException e, String nowTrue) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        String what = "%s: %s; %s".formatted(doing, reason(e), nowTrue);
        if (e instanceof SQLTransientException || state.startsWith("08") || state.startsWith("57P")) {
            return new FirnException(
                    Category.PASSING,
                    where,
                    what,
                    "see that the database is up and reachable; the next run goes on from here",
                    e);
        }
        if (state.equals("42501")) {
            return new FirnException(
                    Category.REFUSED,
                    where,
                    what,
                    "run deploy/sql/catalog-grants.sql as the owner of schema firn, or `archiver init` again",
                    e);
        }
        if (state.equals("42P01") || state.equals("3F000") || state.equals("42703")) {
            return new FirnException(
                    Category.REFUSED, where, what, "run `archiver init`: it creates the catalogue or upgrades it", e);
        }
        if (isPassing(state)) {
            return new FirnException(
                    Category.PASSING,
                    where,
                    what,
                    "nothing to do unless it repeats: then look for what blocks or cancels statements on schema firn",
                    e);
        }
        return new FirnException(
                Category.DATA,
                where,
                what,
                "this should not happen: look at the database's log, and report it with this message (SQLSTATE %s)"
                        .formatted(state.isEmpty() ? "none" : state),
                e);
    }

    /** Lock not available, cancelled or timed out, out of resources, serialization and deadlock, read-only standby. */
    private static boolean isPassing(String state) {
        return state.equals("55P03")
                || state.equals("57014")
                || state.startsWith("53")
                || state.startsWith("40")
                || state.startsWith("25");
    }

    /** What PostgreSQL or the network said, in one line: a pool of connections and Flyway wrap it into words of theirs. */
    public static String reason(Throwable failure) {
        Throwable told = innermost(failure);
        String message = told.getMessage() == null
                ? told.getClass().getSimpleName()
                : told.getMessage().strip();
        return told instanceof SQLException
                ? message.lines().findFirst().orElse("")
                : message.replaceAll("\\s*\\R\\s*", " ");
    }

    /** Its SQLSTATE, nothing where no server and no network was asked. */
    public static String state(Throwable failure) {
        return innermost(failure) instanceof SQLException sql && sql.getSQLState() != null ? sql.getSQLState() : "";
    }

    private static Throwable innermost(Throwable failure) {
        Throwable told = failure;
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException) {
                told = cause;
            }
        }
        return told;
    }
}
