package dev.firn.source;

import dev.firn.TableName;
import dev.firn.testing.EventStore;
import dev.firn.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A database with an event store of some weeks in it, and Firn's way of looking at it. */
final class Bench implements AutoCloseable {

    static final ExportLimits LIMITS = new ExportLimits(
            Duration.ofMinutes(1), Duration.ofSeconds(2), Duration.ofMinutes(1), Duration.ofMinutes(5));

    final TestDatabase database;
    final EventStore store;
    final Connection owner;
    final Connection archiver;
    final ChunkSource source;

    private Bench(TestDatabase database, EventStore store, Connection owner) throws SQLException {
        this.database = database;
        this.store = store;
        this.owner = owner;
        this.archiver = database.archiver();
        this.source = Sources.detect(archiver);
    }

    /** Compressed where there is TimescaleDB; an empty version stands for partitions of plain PostgreSQL. */
    static Bench of(String version, int weeks) throws SQLException {
        TestDatabase database = TestDatabase.create(version);
        Connection owner = database.owner();
        EventStore store = EventStore.create(owner, "tsdb_default", weeks);
        store.fillWeeks(owner, 42, weeks, 300);
        store.compressAll(owner);
        return new Bench(database, store, owner);
    }

    Table table() throws SQLException {
        return source.table(archiver, store.table());
    }

    Chunk chunk(int index) throws SQLException {
        return source.chunks(archiver, table()).get(index);
    }

    Fingerprint fingerprint(int index) throws SQLException {
        return source.fingerprint(archiver, table(), chunk(index));
    }

    long count(int index) throws SQLException {
        return source.countRows(archiver, chunk(index));
    }

    List<String> columns() throws SQLException {
        return table().columns().stream()
                .map(column -> TableName.quote(column.name()))
                .toList();
    }

    /** Rows that the export's SELECT yields on this connection. */
    long selected(Connection connection, int index) throws SQLException {
        String select = source.selectRows(table(), chunk(index), columns());
        return number(connection, "SELECT count(*) FROM (" + select + ") rows");
    }

    Instant week(int index) {
        return EventStore.FIRST_WEEK.plus(EventStore.WEEK.multipliedBy(index));
    }

    /** Runs the way of a drop in one transaction of the service's role. */
    void drop(int index) throws SQLException {
        Table table = table();
        Chunk chunk = chunk(index);
        inTransaction(archiver, () -> {
            source.lockForDrop(archiver, table, chunk);
            source.drop(archiver, table, chunk);
        });
    }

    /** A step that may fail. */
    interface Step {
        void run() throws SQLException;
    }

    static void inTransaction(Connection connection, Step step) throws SQLException {
        connection.setAutoCommit(false);
        try {
            step.run();
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
