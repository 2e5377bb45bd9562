package dev.firn.lifecycle;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/** Limits of the current transaction, and the failures that they lead to. */
final class TransactionSettings {

    /** Lock not available, deadlock, cancelled by a time-out. */
    private static final Set<String> HELD_OFF = Set.of("55P03", "40P01", "57014");

    private TransactionSettings() {}

    /** Until the transaction ends, or it is set again. */
    static void set(Connection connection, String name, long millis) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL " + name + " = " + Math.min(millis, Integer.MAX_VALUE));
        }
    }

    /** Whether somebody else was in the way. */
    static boolean isHeldOff(SQLException failure) {
        return HELD_OFF.contains(String.valueOf(failure.getSQLState()));
    }
}
