package dev.firn.lifecycle;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.catalog.DatabaseFailures;
import dev.firn.config.DatabaseConfig;
import dev.firn.config.NamespaceConfig;
import dev.firn.config.Secret;
import javax.sql.DataSource;

/** The few connections that work on one namespace needs: an export with its guest, the catalogue and a drop, for each chunk. */
final class DatabasePool implements AutoCloseable {

    private static final int FOR_A_CHUNK = 4;

    /** Ranges that come back: three in a line and the indexes of each, the catalogue for both threads and two renewals. */
    private static final int FOR_A_LINE = 10;

    /** What is read for whoever looks at the service. */
    private static final int FOR_A_STATUS = 2;

    private static final int LEAST_BOUND = FOR_A_LINE;

    /** In milliseconds; later the pool tries for as long as a connection may take, and would then not say why. */
    private static final int ONE_ATTEMPT = 1;

    private static final int NO_ATTEMPT = -1;

    private final HikariDataSource connections;

    private DatabasePool(HikariDataSource connections) {
        this.connections = connections;
    }

    static DatabasePool open(NamespaceConfig namespace) {
        return open(namespace, configured(namespace));
    }

    /** @param chunks in work at once, beside looks at tables, and ranges that come back */
    static DatabasePool open(NamespaceConfig namespace, int chunks) {
        return open(namespace, configured(namespace), FOR_A_CHUNK * (chunks + 1) + FOR_A_LINE + FOR_A_STATUS);
    }

    private static Login configured(NamespaceConfig namespace) {
        return new Login(namespace.database().user(), namespace.database().password());
    }

    /** As another role than the configured one. */
    static DatabasePool open(NamespaceConfig namespace, Login login) {
        return open(namespace, login, LEAST_BOUND);
    }

    private static DatabasePool open(NamespaceConfig namespace, Login login, int mostConnections) {
        String url = namespace.database().url();
        HikariConfig pool = settings(namespace, url, login, mostConnections);
        pool.setPoolName("firn-" + namespace.name());
        pool.setInitializationFailTimeout(ONE_ATTEMPT);
        try {
            return new DatabasePool(new HikariDataSource(pool));
        } catch (RuntimeException e) {
            throw failure(namespace.name(), url, login.user(), e);
        }
    }

    /**
     * To the standby that chunks are read from; makes no connection before one is asked for.
     *
     * @param chunks read at once
     */
    static DatabasePool ofStandby(NamespaceConfig namespace, String url, int chunks) {
        DatabaseConfig database = namespace.database();
        Login login = new Login(database.user(), database.password());
        HikariConfig pool = settings(namespace, url, login, Math.max(LEAST_BOUND, FOR_A_CHUNK * chunks));
        pool.setPoolName("firn-" + namespace.name() + "-standby");
        pool.setInitializationFailTimeout(NO_ATTEMPT);
        return new DatabasePool(new HikariDataSource(pool));
    }

    private static HikariConfig settings(NamespaceConfig namespace, String url, Login login, int mostConnections) {
        DatabaseConfig database = namespace.database();
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(url);
        pool.setUsername(login.user());
        login.password().map(Secret::reveal).ifPresent(pool::setPassword);
        pool.setMaximumPoolSize(mostConnections);
        pool.setMinimumIdle(0);
        pool.setConnectionTimeout(Math.max(250, database.connectTimeout().toMillis()));
        pool.addDataSourceProperty("ApplicationName", "firn " + namespace.name());
        pool.addDataSourceProperty("reWriteBatchedInserts", "true");
        KeptAliveSockets.SETTINGS.forEach(pool::addDataSourceProperty);
        return pool;
    }

    private static FirnException failure(String namespace, String url, String user, RuntimeException e) {
        String what =
                "connecting to %s as %s: %s; nothing was changed".formatted(url, user, DatabaseFailures.reason(e));
        String state = DatabaseFailures.state(e);
        if (state.startsWith("28") || state.startsWith("3D")) {
            return new FirnException(
                    Category.CONFIGURATION,
                    namespace,
                    what,
                    "check url, user and password of its database; `archiver init " + namespace
                            + " --print-sql` prints the SQL that makes the role",
                    e);
        }
        return state.isEmpty()
                ? new FirnException(
                        Category.CONFIGURATION, namespace, what, "check database.url in the namespace's file", e)
                : new FirnException(
                        Category.PASSING,
                        namespace,
                        what,
                        "see that the database is up and can be reached from here; the next run goes on",
                        e);
    }

    DataSource connections() {
        return connections;
    }

    @Override
    public void close() {
        connections.close();
    }
}
