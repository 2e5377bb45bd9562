package dev.firn.catalog;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Commits, and says honestly what is known of the outcome. */
public final class Commits {

    private Commits() {}

    /**
     * Commits the connection's transaction. Only a server that says why it rolled back is believed to have done so; a
     * session that ended after COMMIT was sent is {@link CommitOutcome.Unknown}, because it may have ended after the
     * commit.
     */
    public static CommitOutcome commit(Connection connection) {
        try {
            requireAlive(connection);
        } catch (SQLException e) {
            rollBack(connection, e);
            return new CommitOutcome.RolledBack(e); // COMMIT was never sent
        }
        try {
            connection.commit();
            return new CommitOutcome.Committed();
        } catch (SQLException e) {
            return saysRolledBack(e.getSQLState()) ? new CommitOutcome.RolledBack(e) : new CommitOutcome.Unknown(e);
        }
    }

    /**
     * Fails in a transaction that a failed statement has aborted. PostgreSQL answers COMMIT of such a one with a mere
     * ROLLBACK, and the driver calls that a success.
     */
    private static void requireAlive(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1");
        }
    }

    private static void rollBack(Connection connection, SQLException reason) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            reason.addSuppressed(e); // the session is gone, and the server rolls back by itself
        }
    }

    /** A deferred constraint, an aborted transaction, a serialization failure or deadlock. */
    private static boolean saysRolledBack(String sqlState) {
        if (sqlState == null || sqlState.equals("40003")) {
            return false; // 40003: statement completion unknown
        }
        return sqlState.startsWith("23") || sqlState.startsWith("25") || sqlState.startsWith("40");
    }
}
