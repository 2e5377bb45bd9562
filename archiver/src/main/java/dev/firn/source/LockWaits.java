package dev.firn.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Waits for locks are kept short, and one that is in vain is no failure but "busy". */
final class LockWaits {

    /** Longer than this, an attempt stalls the application's writers, and may get it instead of us "deadlock detected". */
    private static final int LONGEST_WAIT_MILLIS = 100;

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String DEADLOCK_DETECTED = "40P01";
    private static final String UNDEFINED_TABLE = "42P01";

    private LockWaits() {}

    /** Keeps the lock attempts of this transaction short, also where the caller has set nothing. */
    static void limit(Connection connection) throws SQLException {
        Query.execute(
                connection,
                """
                DO $$ BEGIN
                  IF (SELECT setting::int NOT BETWEEN 1 AND %1$d FROM pg_settings WHERE name = 'lock_timeout') THEN
                    SET LOCAL lock_timeout = %1$d;
                  END IF;
                END $$"""
                        .formatted(LONGEST_WAIT_MILLIS));
    }

    /** The failure as "busy", where it says that somebody else holds a lock or was faster. */
    static Optional<ChunkBusyException> busy(SQLException failure, String where, String doing) {
        String why =
                switch (String.valueOf(failure.getSQLState())) {
                    case LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED -> "somebody else works with it";
                    case UNDEFINED_TABLE -> "it was dropped or compressed again meanwhile";
                    default -> null;
                };
        return Optional.ofNullable(why)
                .map(reason ->
                        new ChunkBusyException(where, doing + ": " + reason + "; Firn changed nothing", failure));
    }
}
