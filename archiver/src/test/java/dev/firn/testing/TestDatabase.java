package dev.firn.testing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A fresh database with Firn's roles as {@code deploy/sql/roles.sql} makes them, dropped by {@link #close}. It lies in
 * the first server that is to be had: the one of {@code FIRN_TEST_JDBC_URL} (a superuser's URL), TimescaleDB in Docker,
 * a throw-away cluster of an installed PostgreSQL with TimescaleDB, embedded PostgreSQL without it.
 *
 * <p>TimescaleDB's scheduler does not run here: a test calls {@code run_job} when a policy is to act.
 */
public final class TestDatabase implements AutoCloseable {

    /** The application's role, which owns the database and its tables. */
    public static final String OWNER = "app_owner";

    /** The role Firn works as: a member of {@link #OWNER}, and no superuser. */
    public static final String ARCHIVER = "firn_archiver";

    /** The role that may look at the views of schema {@code firn}. */
    public static final String READER = "firn_reader";

    /** Password of the three roles, where the server asks for one. */
    public static final String PASSWORD = "firn";

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final TestServer server;
    private final String name;

    private TestDatabase(TestServer server, String name) {
        this.server = server;
        this.name = name;
    }

    /** With TimescaleDB in the version of {@code -Dfirn.timescaledb}, else the server's default; or without any. */
    public static TestDatabase create() {
        return create(TestServer.instance().defaultVersion());
    }

    /** With this version of TimescaleDB, one of {@link #availableTimescaleVersions}. */
    public static TestDatabase create(String timescaleVersion) {
        TestServer server = TestServer.instance();
        TestDatabase database = new TestDatabase(server, nextName());
        try {
            DatabaseMaker.make(server, database.name, timescaleVersion);
        } catch (SQLException e) {
            throw new IllegalStateException("making the test database " + database.name, e);
        }
        return database;
    }

    /** Without TimescaleDB, also where it is installed. */
    public static TestDatabase plain() {
        return create("");
    }

    public static boolean hasTimescale() {
        return !availableTimescaleVersions().isEmpty();
    }

    /** The last patch release of each minor version installed, oldest first; empty without TimescaleDB. */
    public static List<String> availableTimescaleVersions() {
        return TestServer.instance().timescaleVersions();
    }

    static String nextName() {
        return "firn_test_%d_%d".formatted(ProcessHandle.current().pid(), COUNT.incrementAndGet());
    }

    public String name() {
        return name;
    }

    public String host() {
        return server.server().host();
    }

    public int port() {
        return server.server().port();
    }

    /** The database's URL; user and password come on top: {@link #ARCHIVER} and {@link #PASSWORD}, say. */
    public String jdbcUrl() {
        return server.url(name);
    }

    /** A new connection of a superuser; closing the database ends it at the latest. */
    public Connection admin() {
        try {
            return server.superuser(name);
        } catch (SQLException e) {
            throw new IllegalStateException("connecting to " + name + " as superuser", e);
        }
    }

    /** A new connection of the tables' owner. */
    public Connection owner() {
        return connect(OWNER);
    }

    /** A new connection of the service's role. */
    public Connection archiver() {
        return connect(ARCHIVER);
    }

    /** A new connection of the reporting role. */
    public Connection reader() {
        return connect(READER);
    }

    /** A new connection of any role that needs no password or has {@link #PASSWORD}. */
    public Connection connect(String role) {
        try {
            return server.connect(name, role);
        } catch (SQLException e) {
            throw new IllegalStateException("connecting to " + name + " as " + role, e);
        }
    }

    /** Ends all sessions in this database, as an operator or a fail-over would; answers how many. */
    public int terminateBackends() {
        String sql =
                """
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = '%s' AND backend_type = 'client backend'"""
                        .formatted(name);
        try (Connection connection = server.superuser("postgres");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException("ending the sessions of " + name, e);
        }
    }

    /** A copy of this database as it is now, tuple for tuple; sessions in this one are ended. */
    public TestDatabase copy() {
        TestDatabase copy = new TestDatabase(server, nextName());
        terminateBackends();
        try (Connection connection = server.superuser("postgres")) {
            execute(connection, "CREATE DATABASE " + copy.name + " TEMPLATE " + name + " OWNER " + OWNER);
        } catch (SQLException e) {
            throw new IllegalStateException("copying the test database " + name, e);
        }
        return copy;
    }

    /** Whether {@link #restart} works with the server in use. */
    public static boolean canRestart() {
        return TestServer.instance().server().canRestart();
    }

    /** A new streaming standby of the whole server, where {@link #canRestart}. */
    public static TestStandby startStandby() {
        return TestServer.instance().server().startStandby();
    }

    /** A server of another cluster in the place of a standby, where {@link #canRestart}. */
    public static TestStandby startStranger() {
        return TestServer.instance().server().startStranger();
    }

    /** Restarts the whole server; every connection to it is lost. */
    public void restart() {
        server.server().restart();
    }

    /** Restarts the whole server as a standby, for as long as until {@link #restart}. */
    public void restartAsStandby() {
        server.server().restartAsStandby();
    }

    /** Kills one of the server's processes, which has all of them start over; answers when it is back. */
    public void crash() {
        server.server().crash(name);
    }

    /** Runs statements as superuser on a connection of their own. */
    public void execute(String... statements) {
        try (Connection connection = server.superuser(name)) {
            for (String sql : statements) {
                execute(connection, sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("running " + String.join("; ", statements), e);
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        // Ends the sessions that tests opened, too.
        try (Connection connection = server.superuser("postgres")) {
            execute(connection, "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
        } catch (SQLException e) {
            throw new IllegalStateException("dropping the test database " + name, e);
        }
    }
}
