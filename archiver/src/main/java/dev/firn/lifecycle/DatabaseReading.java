package dev.firn.lifecycle;

import dev.firn.config.NamespaceConfig;
import dev.firn.config.Secret;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;

/**
 * What a database says of its TimescaleDB when asked this moment.
 *
 * @param version of the extension, nothing on plain PostgreSQL and while it does not answer
 * @param hypertables those of users
 * @param compressionEnabled hypertables for which compression is enabled
 * @param problem why it does not answer
 */
public record DatabaseReading(
        boolean connected,
        Optional<String> version,
        long hypertables,
        long compressionEnabled,
        long continuousAggregates,
        Optional<String> problem) {

    private static final String VERSION = "SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'";
    private static final String COUNTS =
            """
            SELECT (SELECT count(*) FROM timescaledb_information.hypertables),
                   (SELECT count(*) FROM timescaledb_information.hypertables WHERE compression_enabled),
                   (SELECT count(*) FROM timescaledb_information.continuous_aggregates)""";

    /** Of a database that does not answer, or is not known. */
    public static DatabaseReading none(String problem) {
        return new DatabaseReading(false, Optional.empty(), 0, 0, 0, Optional.of(problem));
    }

    /** Asks, on a connection of its own; never throws, and takes about twice the time given at the very most. */
    public static DatabaseReading take(NamespaceConfig namespace, Duration timeout) {
        Properties login = new Properties();
        String seconds = Long.toString(Math.max(1, timeout.toSeconds()));
        login.setProperty("user", namespace.database().user());
        namespace.database().password().map(Secret::reveal).ifPresent(it -> login.setProperty("password", it));
        login.setProperty("ApplicationName", "firn " + namespace.name() + " health");
        login.setProperty("loginTimeout", seconds);
        login.setProperty("connectTimeout", seconds);
        login.setProperty("socketTimeout", seconds);
        try (Connection connection =
                        DriverManager.getConnection(namespace.database().url(), login);
                Statement statement = connection.createStatement()) {
            return read(statement);
        } catch (SQLException e) {
            return none(dev.firn.catalog.DatabaseFailures.reason(e));
        }
    }

    private static DatabaseReading read(Statement statement) throws SQLException {
        Optional<String> version;
        try (ResultSet rows = statement.executeQuery(VERSION)) {
            version = rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
        }
        if (version.isEmpty()) {
            return new DatabaseReading(true, version, 0, 0, 0, Optional.empty());
        }
        try (ResultSet rows = statement.executeQuery(COUNTS)) {
            rows.next();
            return new DatabaseReading(
                    true, version, rows.getLong(1), rows.getLong(2), rows.getLong(3), Optional.empty());
        }
    }
}
