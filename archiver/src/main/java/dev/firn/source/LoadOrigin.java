package dev.firn.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks all that a session writes as no new work of an application: with a replication origin, by which whoever decodes
 * the log can leave it out ({@code only-local} of test_decoding, {@code origin = none} of subscriptions since 16). Old
 * rows that come back would else be told as new ones. One session at a time has an origin, so there are several.
 */
public final class LoadOrigin implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LoadOrigin.class);

    /** Each takes a place of max_replication_slots for good: no more than there may be loads at once. */
    private static final List<String> NAMES = List.of("firn", "firn_2", "firn_3", "firn_4");

    private static final String IN_USE = "55006";
    private static final String EXISTS = "42710";
    private static final String EXISTS_TOO = "23505";

    private static final String MAY =
            """
            SELECT pg_catalog.bool_and(pg_catalog.has_function_privilege(f, 'EXECUTE'))
            FROM unnest(ARRAY['pg_catalog.pg_replication_origin_create(text)', 'pg_catalog.pg_replication_origin_oid(text)',
                              'pg_catalog.pg_replication_origin_session_setup(text)',
                              'pg_catalog.pg_replication_origin_session_reset()']) f""";

    private static final String UNMARKED =
            "loaded without a replication origin, so that who decodes the log takes its rows for new ones: ";

    private final Connection connection;
    private final boolean marked;
    private final Optional<String> note;

    private LoadOrigin(Connection connection, boolean marked, Optional<String> note) {
        this.connection = connection;
        this.marked = marked;
        this.note = note;
    }

    /**
     * Gives the session an origin, if it may have one and somebody could see it.
     *
     * @param connection not in autocommit, and in no transaction
     */
    public static LoadOrigin begin(Connection connection) throws SQLException {
        boolean decoded = Query.text(connection, "SHOW wal_level").equals("logical");
        boolean may = decoded && Query.one(connection, MAY, row -> row.getBoolean(1));
        connection.rollback();
        if (!decoded) {
            return new LoadOrigin(connection, false, Optional.empty());
        }
        if (!may) {
            return new LoadOrigin(
                    connection, false, Optional.of(UNMARKED + "run the SQL that `archiver init --print-sql` prints"));
        }
        for (String name : NAMES) {
            try {
                if (isTaken(connection, name)) {
                    return new LoadOrigin(connection, true, Optional.empty());
                }
            } catch (SQLException e) {
                connection.rollback();
                return new LoadOrigin(connection, false, Optional.of(UNMARKED + e.getMessage()));
            }
        }
        return new LoadOrigin(connection, false, Optional.of(UNMARKED + "all of Firn's are in use"));
    }

    /** Answers false where another session has it. */
    private static boolean isTaken(Connection connection, String name) throws SQLException {
        if (Query.text(connection, "SELECT pg_catalog.pg_replication_origin_oid(?)", name) == null) {
            try {
                Query.text(connection, "SELECT pg_catalog.pg_replication_origin_create(?)", name);
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                if (!e.getSQLState().equals(EXISTS) && !e.getSQLState().equals(EXISTS_TOO)) {
                    throw e;
                }
            }
        }
        try {
            Query.text(connection, "SELECT pg_catalog.pg_replication_origin_session_setup(?)", name);
            connection.commit();
            return true;
        } catch (SQLException e) {
            connection.rollback();
            if (IN_USE.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    /** What a person should know: that it matters, and could not be had. */
    public Optional<String> note() {
        return note;
    }

    /** Lets go of it: what the session writes next is its own again. A session that cannot is ended. */
    @Override
    public void close() {
        if (!marked) {
            return;
        }
        try {
            connection.rollback();
            Query.text(connection, "SELECT pg_catalog.pg_replication_origin_session_reset()");
            connection.commit();
        } catch (SQLException e) {
            LOG.debug("ending a session that keeps its replication origin: {}", e.getMessage());
            end();
        }
    }

    private void end() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.debug("the session had ended: {}", e.getMessage());
        }
    }
}
