package dev.firn.lifecycle;

import dev.firn.FirnException;
import java.sql.SQLException;
import java.util.Set;

/** A standby cancelled what was read from it, because its replay could wait no longer; at once it may go better. */
final class RecoveryConflictException extends FirnException {

    private static final long serialVersionUID = 1;

    /** Cancelled, or the whole session ended: a serialization failure, which nothing else is under one snapshot; a deadlock. */
    private static final Set<String> STATES = Set.of("40001", "40P01");

    RecoveryConflictException(String where, String reason, SQLException cause) {
        super(
                Category.PASSING,
                where,
                "reading it from the standby: cancelled, because replay there could wait no longer (%s); nothing was archived"
                                .formatted(reason)
                        + " and nothing dropped",
                "nothing to do: Firn tries again. If it stays: hot_standby_feedback = on at the standby keeps vacuum on the"
                        + " primary from it, a longer max_standby_streaming_delay (max_standby_archive_delay) gives a chunk"
                        + " the time that it takes",
                cause);
    }

    /** The driver, which finds the session ended while it reads a COPY, speaks of a broken connection first. */
    static boolean isOne(SQLException failure) {
        for (Throwable told : failure) {
            if (told instanceof SQLException sql && STATES.contains(String.valueOf(sql.getSQLState()))) {
                return true;
            }
        }
        return false;
    }
}
