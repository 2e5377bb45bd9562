package dev.firn.archiver.service;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.config.Secret;
import dev.firn.config.ServeConfig;
import java.sql.Connection;
import java.sql.SQLException;
import org.quartz.utils.ConnectionProvider;

/** The few connections by which Quartz keeps the jobs of a cluster. */
final class ClusterDatabase implements ConnectionProvider, AutoCloseable {

    /** Quartz needs one for each thread that begins or ends a job just now; the rest wait a moment. */
    private static final int MOST_CONNECTIONS = 6;

    private static final int ONE_ATTEMPT = 1;

    private final HikariDataSource connections;

    private ClusterDatabase(HikariDataSource connections) {
        this.connections = connections;
    }

    /** Connects, and makes the schema if it is not there. */
    static ClusterDatabase open(ServeConfig.Cluster config) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("firn-cluster");
        pool.setJdbcUrl(config.url());
        pool.setUsername(config.user());
        config.password().map(Secret::reveal).ifPresent(pool::setPassword);
        pool.setMaximumPoolSize(MOST_CONNECTIONS);
        pool.setMinimumIdle(0);
        pool.setInitializationFailTimeout(ONE_ATTEMPT);
        pool.addDataSourceProperty("ApplicationName", "firn cluster");
        pool.addDataSourceProperty("tcpKeepAlive", "true");
        HikariDataSource connections = null;
        try {
            connections = new HikariDataSource(pool);
            QuartzTables.make(connections, config.schema());
            return new ClusterDatabase(connections);
        } catch (SQLException | RuntimeException e) {
            if (connections != null) {
                connections.close();
            }
            throw e instanceof FirnException known ? known : failure(config, e);
        }
    }

    private static FirnException failure(ServeConfig.Cluster config, Exception e) {
        Throwable reason = e.getCause() instanceof SQLException ? e.getCause() : e;
        return new FirnException(
                reason instanceof SQLException sql && isOfConfiguration(sql)
                        ? Category.CONFIGURATION
                        : Category.PASSING,
                "service.cluster-database",
                "opening %s as %s: %s; nothing was started".formatted(config.url(), config.user(), reason.getMessage()),
                "see that the database is up, and that the role may create schema %s there or owns it"
                        .formatted(config.schema()),
                e);
    }

    private static boolean isOfConfiguration(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return state.startsWith("28") || state.startsWith("3D") || state.startsWith("42");
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
