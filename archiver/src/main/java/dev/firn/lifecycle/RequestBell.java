package dev.firn.lifecycle;

import dev.firn.catalog.Requests;
import dev.firn.config.DatabaseConfig;
import dev.firn.config.NamespaceConfig;
import dev.firn.config.Secret;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** Hears when somebody asks for ranges with {@code firn.rehydrate()}: one quiet connection that listens. */
public final class RequestBell implements AutoCloseable {

    private final String namespace;
    private final DatabaseConfig database;
    private Connection connection;
    private volatile boolean closed;

    public RequestBell(NamespaceConfig config) {
        this.namespace = config.name();
        this.database = config.database();
    }

    /**
     * Waits for so long at most, and answers whether there is a reason to look. There is one too after the connection was
     * lost, since nobody knows what was missed.
     */
    public boolean await(Duration most) throws SQLException {
        if (connection == null) {
            connect();
            return true;
        }
        try {
            PGNotification[] heard = connection.unwrap(PGConnection.class).getNotifications((int) most.toMillis());
            for (PGNotification each : heard) {
                if (each.getParameter().equals(namespace)) {
                    return true;
                }
            }
            return false;
        } catch (SQLException e) {
            disconnect();
            throw e;
        }
    }

    private void connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", database.user());
        database.password().map(Secret::reveal).ifPresent(password -> properties.setProperty("password", password));
        properties.setProperty("ApplicationName", "firn " + namespace + " requests");
        KeptAliveSockets.SETTINGS.forEach(properties::setProperty);
        properties.setProperty(
                "connectTimeout", Long.toString(database.connectTimeout().toSeconds()));
        Connection made = DriverManager.getConnection(database.url(), properties);
        try (Statement statement = made.createStatement()) {
            statement.execute("LISTEN " + Requests.CHANNEL);
        } catch (SQLException e) {
            made.close();
            throw e;
        }
        connection = made;
        if (closed) {
            disconnect();
        }
    }

    private void disconnect() {
        Connection lost = connection;
        connection = null;
        if (lost != null) {
            try {
                lost.close();
            } catch (SQLException e) {
                // It was broken already; the server ends its session by itself.
            }
        }
    }

    /** By the thread that waits, once it does not any more. */
    @Override
    public void close() {
        closed = true;
        disconnect();
    }
}
