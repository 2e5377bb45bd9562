package dev.firn.testing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one server of this JVM's tests, found on first use, and what it offers. */
record TestServer(DatabaseServer server, List<String> timescaleVersions, String defaultVersion) {

    private static final Logger LOG = LoggerFactory.getLogger(TestServer.class);

    /** Set to {@code docker}, {@code local} or {@code embedded}, takes that kind of server and no other. */
    private static final String KIND = Optional.ofNullable(System.getenv("FIRN_TEST_DATABASE"))
            .or(() -> Optional.ofNullable(System.getProperty("firn.test.database")))
            .orElse("any");

    /** Set to a version of TimescaleDB, tests that do not ask for one take it instead of the server's default. */
    private static final Optional<String> VERSION =
            Optional.ofNullable(System.getProperty("firn.timescaledb")).filter(version -> !version.isBlank());

    private static final class Holder {
        static final TestServer INSTANCE = find();
    }

    static TestServer instance() {
        return Holder.INSTANCE;
    }

    private static TestServer find() {
        DatabaseServer server = locate();
        try (Connection connection = connect(server, "postgres", server.superuser(), server.password())) {
            List<String> versions = versions(connection);
            String defaultVersion = VERSION.isPresent() ? installed(connection, VERSION.get()) : preset(connection);
            String found = versions.isEmpty() ? "no TimescaleDB" : "TimescaleDB " + String.join(", ", versions);
            LOG.info(
                    "tests use {}: PostgreSQL {}, {}{}",
                    server.describe(),
                    text(connection, "SHOW server_version"),
                    found,
                    VERSION.map(version -> "; of these " + version).orElse(""));
            return new TestServer(server, versions, defaultVersion);
        } catch (SQLException e) {
            throw new IllegalStateException("asking " + server.describe() + " for its versions", e);
        }
    }

    private static String preset(Connection connection) throws SQLException {
        return text(
                connection,
                "SELECT coalesce(max(default_version), '') FROM pg_available_extensions WHERE name = 'timescaledb'");
    }

    private static String installed(Connection connection, String version) throws SQLException {
        String sql = "SELECT count(*) FROM pg_available_extension_versions WHERE name = 'timescaledb' AND version = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, version);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                if (rows.getInt(1) == 0) {
                    throw new IllegalStateException("-Dfirn.timescaledb=" + version
                            + ", which is not among the versions that can be installed");
                }
            }
        }
        return version;
    }

    private static DatabaseServer locate() {
        String url = System.getenv("FIRN_TEST_JDBC_URL");
        if (url != null && !url.isBlank()) {
            return GivenServer.at(url);
        }
        Optional<DatabaseServer> found = Optional.empty();
        if (KIND.equals("any") || KIND.equals("docker")) {
            found = ContainerServer.start();
        }
        if (found.isEmpty() && (KIND.equals("any") || KIND.equals("local"))) {
            found = LocalServer.start();
        }
        if (found.isEmpty() && !KIND.equals("any") && !KIND.equals("embedded")) {
            throw new IllegalStateException("FIRN_TEST_DATABASE asks for '" + KIND + "', which is not to be had here");
        }
        return found.orElseGet(EmbeddedServer::start);
    }

    /** The last patch release of each minor version that can be installed, oldest first; the earliest is 2.13. */
    private static List<String> versions(Connection connection) throws SQLException {
        Map<Integer, int[]> newestOfMinor = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        """
                        SELECT version FROM pg_available_extension_versions
                        WHERE name = 'timescaledb' AND version ~ '^2[.][0-9]+[.][0-9]+$'""")) {
            while (rows.next()) {
                String[] parts = rows.getString(1).split("\\.", -1);
                int[] version = {Integer.parseInt(parts[1]), Integer.parseInt(parts[2])};
                if (version[0] >= 13) {
                    newestOfMinor.merge(version[0], version, (one, other) -> one[1] > other[1] ? one : other);
                }
            }
        }
        List<int[]> sorted = new ArrayList<>(newestOfMinor.values());
        sorted.sort(Comparator.comparingInt(version -> version[0]));
        return sorted.stream()
                .map(version -> "2." + version[0] + "." + version[1])
                .toList();
    }

    Connection superuser(String database) throws SQLException {
        return connect(server, database, server.superuser(), server.password());
    }

    Connection connect(String database, String role) throws SQLException {
        return connect(server, database, role, TestDatabase.PASSWORD);
    }

    String url(String database) {
        return "jdbc:postgresql://%s:%d/%s".formatted(server.host(), server.port(), database);
    }

    private static Connection connect(DatabaseServer server, String database, String user, String password)
            throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        if (!password.isEmpty()) {
            properties.setProperty("password", password);
        }
        return DriverManager.getConnection(
                "jdbc:postgresql://%s:%d/%s".formatted(server.host(), server.port(), database), properties);
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
