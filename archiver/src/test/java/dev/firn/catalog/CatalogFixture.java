package dev.firn.catalog;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import dev.firn.testing.TestDatabase;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** A database with a catalogue in it, opened as the service's role through a pool; each test takes its own namespace. */
final class CatalogFixture implements AutoCloseable {

    static final Duration LEASE = Duration.ofMinutes(5);
    static final TableName MESSAGES = new TableName("tsdb_default", "messages");
    static final String DIGEST = "0123456789abcdef0123456789abcdef";

    private static final AtomicInteger NAMESPACES = new AtomicInteger();

    private final TestDatabase database;
    private final HikariDataSource pool;
    private final Catalog catalog;

    private CatalogFixture(TestDatabase database) {
        this.database = database;
        CatalogMigrations.migrate(admin());
        CatalogGrants.apply(admin(), TestDatabase.ARCHIVER, TestDatabase.READER);
        this.pool = pool(database);
        this.catalog = Catalog.open(pool);
    }

    static CatalogFixture create() {
        return new CatalogFixture(TestDatabase.plain());
    }

    static HikariDataSource pool(TestDatabase database) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(TestDatabase.ARCHIVER);
        config.setPassword(TestDatabase.PASSWORD);
        config.setMaximumPoolSize(8);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(5000);
        return new HikariDataSource(config);
    }

    TestDatabase database() {
        return database;
    }

    DataSource admin() {
        return new Connections(database::admin);
    }

    HikariDataSource service() {
        return pool;
    }

    Catalog catalog() {
        return catalog;
    }

    /** A connection of the service's role in a READ COMMITTED transaction, as the drop has one. */
    Connection transaction() throws SQLException {
        Connection connection = database.archiver();
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        return connection;
    }

    /** The name of a namespace that no other test has, registered. */
    String namespace() {
        String name = "namespace-" + NAMESPACES.incrementAndGet();
        catalog.registerNamespace(name, "a test");
        return name;
    }

    static ChunkKey chunk(String namespace, long start, long end) {
        return new ChunkKey(namespace, MESSAGES, new TimeRange(TimeKind.TIMESTAMPTZ, start, end));
    }

    /** A chunk of a namespace of its own. */
    ChunkKey newChunk() {
        return chunk(namespace(), 0, 100);
    }

    Claim claim(ChunkKey key) {
        return claim(key, "worker-1", LEASE);
    }

    Claim claim(ChunkKey key, String holder, Duration lease) {
        return catalog.claim(key, holder, Claim.Purpose.ARCHIVE, lease).orElseThrow();
    }

    /** A claim whose lease has run out and that nobody has taken over yet. */
    Claim lapsedClaim(ChunkKey key) {
        return claim(key, "stalled", Duration.ZERO);
    }

    static ArchivedChunk copy(ChunkKey key, int generation, String... supersedes) {
        return new ArchivedChunk(
                key,
                generation,
                manifest(key, generation),
                List.of(supersedes),
                1000L * generation,
                500,
                OptionalLong.of(2000),
                DIGEST,
                "fingerprint",
                Instant.parse("2026-01-02T03:04:05.678901Z"));
    }

    static String manifest(ChunkKey key, int generation) {
        return "%s/%d-%d-%d.json"
                .formatted(key.table(), key.range().start(), key.range().end(), generation);
    }

    static DropRecord drop(ArchivedChunk copy) {
        return new DropRecord(copy.manifestKey(), "_timescaledb_internal._hyper_1_2_chunk", copy.rows(), 2000);
    }

    /** The first column of every row, as text, seen as superuser. */
    List<String> texts(String sql) throws SQLException {
        try (Connection connection = database.admin();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }

    @Override
    public void close() {
        pool.close();
        database.close();
    }

    /** A source of connections that are not pooled. */
    record Connections(Supplier<Connection> source) implements DataSource {

        @Override
        public Connection getConnection() {
            return source.get();
        }

        @Override
        public Connection getConnection(String username, String password) throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public PrintWriter getLogWriter() {
            return null;
        }

        @Override
        public void setLogWriter(PrintWriter out) {}

        @Override
        public void setLoginTimeout(int seconds) {}

        @Override
        public int getLoginTimeout() {
            return 0;
        }

        @Override
        public Logger getParentLogger() throws SQLFeatureNotSupportedException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public <T> T unwrap(Class<T> wanted) throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public boolean isWrapperFor(Class<?> wanted) {
            return false;
        }
    }
}
