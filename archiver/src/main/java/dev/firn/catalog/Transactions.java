package dev.firn.catalog;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Short transactions of their own: READ COMMITTED, bounded in time, committed or rolled back before they answer. */
final class Transactions {

    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);

    /** What one transaction does. */
    @FunctionalInterface
    interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    private final DataSource database;
    private final Duration statementTimeout;
    private final Duration lockTimeout;

    Transactions(DataSource database, Duration statementTimeout, Duration lockTimeout) {
        this.database = database;
        this.statementTimeout = statementTimeout;
        this.lockTimeout = lockTimeout;
    }

    /**
     * Runs the work and commits.
     *
     * @param where the thing concerned, for messages
     * @param doing what is being done to it, for messages
     */
    <T> T run(Object where, String doing, Work<T> work) {
        Connection connection = open(where.toString(), doing);
        try {
            T result = workOrRollBack(connection, where.toString(), doing, work);
            requireCommitted(Commits.commit(connection), where.toString(), doing);
            return result;
        } finally {
            close(connection);
        }
    }

    private Connection open(String where, String doing) {
        try {
            return database.getConnection();
        } catch (SQLException e) {
            throw new FirnException(
                    Category.PASSING,
                    where,
                    "%s: no connection to the database (%s); %s"
                            .formatted(doing, e.getMessage(), DatabaseFailures.NOTHING_CHANGED),
                    "see that the database is up, reachable and lets this role in; the next run goes on from here",
                    e);
        }
    }

    private <T> T workOrRollBack(Connection connection, String where, String doing, Work<T> work) {
        try {
            begin(connection);
            return work.in(connection);
        } catch (SQLException e) {
            rollBack(connection);
            throw DatabaseFailures.of(where, doing, e, DatabaseFailures.NOTHING_CHANGED);
        } catch (RuntimeException e) {
            rollBack(connection);
            throw e;
        }
    }

    private void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        Sql.exists(
                connection,
                "SELECT set_config('statement_timeout', ?, true), set_config('lock_timeout', ?, true),"
                        + " set_config('idle_in_transaction_session_timeout', ?, true)",
                millis(statementTimeout),
                millis(lockTimeout),
                millis(statementTimeout.multipliedBy(2)));
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }

    private static void requireCommitted(CommitOutcome outcome, String where, String doing) {
        if (outcome instanceof CommitOutcome.RolledBack rolledBack) {
            throw DatabaseFailures.of(where, doing, rolledBack.cause(), DatabaseFailures.NOTHING_CHANGED);
        }
        if (outcome instanceof CommitOutcome.Unknown unknown) {
            throw new FirnException(
                    Category.PASSING,
                    where,
                    "%s: the connection ended during COMMIT (%s); whether it was recorded is not known, no data was touched"
                            .formatted(doing, unknown.cause().getMessage()),
                    "nothing to do: the next run reads back what is true and goes on from there",
                    unknown.cause());
        }
    }

    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            LOG.debug("rolling back: {}; the server does so when the session ends", e.getMessage());
        }
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("closing a connection: {}", e.getMessage());
        }
    }
}
