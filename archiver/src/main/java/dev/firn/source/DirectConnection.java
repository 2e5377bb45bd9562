package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.postgresql.PGConnection;

/** Refuses connections on which a snapshot or a setting may be lost without a word: through a pooler, or to a standby. */
final class DirectConnection {

    private static final String PROBE = "firn.probe";

    private DirectConnection() {}

    /** Checks a connection that is in no transaction. */
    static void require(Connection connection, String where) throws SQLException {
        if (!connection.getAutoCommit()) {
            throw new IllegalStateException(where + ": the connection is in the middle of a transaction");
        }
        requirePrimary(connection, where);
        requireNoPooler(connection, where);
    }

    /** The same for a standby, which is refused by {@link #require}. */
    static void requireOnStandby(Connection connection, String where) throws SQLException {
        if (!connection.getAutoCommit()) {
            throw new IllegalStateException(where + ": the connection is in the middle of a transaction");
        }
        requireNoPooler(connection, where);
    }

    private static void requireNoPooler(Connection connection, String where) throws SQLException {
        int pid = backendPid(connection);
        // A proxy answers the start-up itself, with a process of its own making.
        int announced = connection.unwrap(PGConnection.class).getBackendPID();
        if (announced != pid) {
            throw pooled(where, "the server's process is %d, where %d was announced".formatted(pid, announced));
        }
        String token = UUID.randomUUID().toString();
        Query.text(connection, "SELECT set_config(?, ?, false)", PROBE, token);
        try {
            // Each statement is a transaction, so a pooler may give each to another session.
            String seen = Query.text(connection, "SELECT current_setting(?, true)", PROBE);
            if (!token.equals(seen) || backendPid(connection) != pid) {
                throw pooled(where, "a setting of this session was gone in the next transaction");
            }
        } finally {
            Query.text(connection, "SELECT set_config(?, '', false)", PROBE);
        }
    }

    private static void requirePrimary(Connection connection, String where) throws SQLException {
        if (Query.one(connection, "SELECT pg_is_in_recovery()", row -> row.getBoolean(1))) {
            throw new FirnException(
                    Category.REFUSED,
                    where,
                    "this server is a standby: what it shows may be behind, and it cannot drop; nothing was read",
                    "connect to the primary: target_session_attrs and several hosts in the URL follow a fail-over");
        }
    }

    static int backendPid(Connection connection) throws SQLException {
        return Query.one(connection, "SELECT pg_backend_pid()", row -> row.getInt(1));
    }

    private static FirnException pooled(String where, String how) {
        return new FirnException(
                Category.REFUSED,
                where,
                "the connection goes through a pooler (%s), where a snapshot may change hands; nothing was read"
                        .formatted(how),
                "give Firn a URL of PostgreSQL itself; it needs three connections at most for a namespace");
    }
}
