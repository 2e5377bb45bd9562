package dev.firn.archiver.service;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.archiver.http.ServiceView;
import dev.firn.config.Secret;
import dev.firn.config.ServeConfig;
import dev.firn.lifecycle.KeptAliveSockets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.quartz.utils.ConnectionProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The few connections by which Quartz keeps the jobs of a cluster. */
final class ClusterDatabase implements ConnectionProvider, AutoCloseable {

    /** Quartz needs one for each thread that begins or ends a job just now; the rest wait a moment. */
    private static final int MOST_CONNECTIONS = 6;

    private static final String APPLICATION = "firn cluster";

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int NOT_YET = -1;

    private static final Logger LOG = LoggerFactory.getLogger(ClusterDatabase.class);

    private final ServeConfig.Cluster config;
    private final HikariDataSource connections;
    private final String schema;

    private ClusterDatabase(ServeConfig.Cluster config, HikariDataSource connections) {
        this.config = config;
        this.connections = connections;
        this.schema = config.schema();
    }

    /** It is not contacted yet. */
    static ClusterDatabase of(ServeConfig.Cluster config) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("firn-cluster");
        pool.setJdbcUrl(config.url());
        pool.setUsername(config.user());
        config.password().map(Secret::reveal).ifPresent(pool::setPassword);
        pool.setMaximumPoolSize(MOST_CONNECTIONS);
        pool.setMinimumIdle(0);
        pool.setInitializationFailTimeout(NOT_YET);
        pool.addDataSourceProperty("ApplicationName", APPLICATION);
        KeptAliveSockets.SETTINGS.forEach(pool::addDataSourceProperty);
        return new ClusterDatabase(config, new HikariDataSource(pool));
    }

    /**
     * Makes the schema and its tables where they are missing.
     *
     * @throws FirnException of category PASSING where the database is away: it may come
     */
    void prepare() {
        // Not from the pool, which goes on trying for half a minute before it says anything.
        Properties login = new Properties();
        login.setProperty("user", config.user());
        config.password().map(Secret::reveal).ifPresent(password -> login.setProperty("password", password));
        login.setProperty("ApplicationName", APPLICATION);
        KeptAliveSockets.SETTINGS.forEach(login::setProperty);
        login.setProperty("loginTimeout", Long.toString(PATIENCE.toSeconds()));
        try (Connection connection = DriverManager.getConnection(config.url(), login)) {
            QuartzTables.make(connection, schema);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private FirnException failure(SQLException e) {
        return new FirnException(
                isOfConfiguration(e) ? Category.CONFIGURATION : Category.PASSING,
                "service.cluster-database",
                "opening %s as %s: %s; no job was started".formatted(config.url(), config.user(), e.getMessage()),
                "see that the database is up, and that the role may create schema %s there or owns it"
                        .formatted(schema),
                e);
    }

    private static boolean isOfConfiguration(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return state.startsWith("28") || state.startsWith("3D") || state.startsWith("42");
    }

    /** Makes the tables again where somebody took them away; then all that was in them is found again by looking. */
    void mend() throws SQLException {
        if (!QuartzTables.areThere(connections, schema)) {
            QuartzTables.make(connections, schema);
            LOG.warn("service.cluster-database: the tables of its jobs were gone; they were made again");
        }
    }

    /** Who gives signs of life there, by name. */
    List<ServiceView.Node> nodes() throws SQLException {
        try (Connection connection = connections.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("SELECT instance_name, last_checkin_time FROM " + schema
                                + ".qrtz_scheduler_state WHERE sched_name = ? ORDER BY instance_name")) {
            statement.setString(1, Schedulers.CLUSTER);
            try (ResultSet rows = statement.executeQuery()) {
                List<ServiceView.Node> nodes = new ArrayList<>();
                while (rows.next()) {
                    nodes.add(new ServiceView.Node(rows.getString(1), Instant.ofEpochMilli(rows.getLong(2))));
                }
                return nodes;
            }
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        return connections.getConnection();
    }

    /** It was, when it was opened. */
    @Override
    public void initialize() {}

    /** Quartz does so when it ends. */
    @Override
    public void shutdown() {
        close();
    }

    @Override
    public void close() {
        connections.close();
    }
}
