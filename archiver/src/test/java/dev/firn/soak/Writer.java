package dev.firn.soak;

import dev.firn.testing.Eventodb;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** One connection of an application: new rows, now and then late ones, and changes of rows that are there already. */
final class Writer {

    /** How seldom a row comes late: each of them makes work of a whole chunk. */
    private static final Duration BETWEEN_LATE = Duration.ofSeconds(8);

    private static final long LATEST_SECONDS = 240;
    private static final int HOT_STREAMS = 12;
    private static final int DORMANT_STREAMS = 4_000;

    private static final AtomicLong POSITIONS = new AtomicLong(1_000_000);

    private final SoakTable table;
    private final Random random;
    private Connection connection;
    private Instant nextLate = Instant.now();

    Writer(SoakTable table, Random random) {
        this.table = table;
        this.random = random;
    }

    /** One transaction; answers how many rows it committed or changed. */
    int act() throws SQLException {
        try {
            if (connection == null) {
                connection = table.database().owner();
                execute("SET lock_timeout = '2s'");
                execute("SET statement_timeout = '10s'");
                connection.setAutoCommit(false);
            }
            int rows = change();
            if (random.nextInt(15) == 0) {
                connection.rollback();
                return 0;
            }
            connection.commit();
            return rows;
        } catch (SQLException e) {
            giveUp(e);
            throw e;
        }
    }

    private void giveUp(SQLException failure) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            failure.addSuppressed(e);
            close();
        }
    }

    void close() {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            // The server has ended it already.
        }
        connection = null;
    }

    private int change() throws SQLException {
        Instant now = Instant.now();
        if (now.isAfter(nextLate)) {
            nextLate = now.plus(BETWEEN_LATE.multipliedBy(1 + random.nextInt(3)));
            return insert(now.minusSeconds(5 + random.nextInt((int) LATEST_SECONDS)), "late");
        }
        if (table.kind() == SoakTable.Kind.EVENT_STORE) {
            return writeEvents();
        }
        return switch (random.nextInt(10)) {
            case 0 -> update(past(now));
            case 1 -> random.nextInt(4) == 0 ? delete(past(now)) : 0;
            default -> insert(now, "new");
        };
    }

    /** Mostly what is not archived yet, sometimes what may have come back. */
    private String past(Instant now) {
        Instant from = now.minusSeconds(3 + random.nextInt(random.nextInt(3) == 0 ? (int) LATEST_SECONDS : 40));
        return "time >= '%s' AND time < '%s'".formatted(from, from.plusSeconds(3));
    }

    private int writeEvents() throws SQLException {
        String stream = random.nextInt(3) == 0
                ? "dormant-" + random.nextInt(DORMANT_STREAMS)
                : "account-" + random.nextInt(HOT_STREAMS);
        long position = write(stream, null);
        int rows = 1;
        if (random.nextInt(4) == 0) {
            write(stream, position);
            rows++;
        }
        return rows;
    }

    private long write(String stream, Long expected) throws SQLException {
        String id = new java.util.UUID(random.nextLong(), POSITIONS.incrementAndGet()).toString();
        Optional<Long> position = Eventodb.number(
                connection,
                "SELECT tsdb_default.write_message(?, ?, 'New', %s, NULL, ?::bigint)".formatted(payload()),
                id,
                stream,
                expected);
        execute("INSERT INTO %s SELECT * FROM %s WHERE id = '%s' AND time = now()"
                .formatted(table.truth(), table.name(), id));
        return position.orElseThrow();
    }

    private int insert(Instant from, String type) throws SQLException {
        return update(
                """
                WITH row AS (
                  INSERT INTO %s (time, position, stream_name, type, data)
                  SELECT timestamptz '%s' + i * interval '1 millisecond', %d + i, '%s-' || (i + %d) %% 20, '%s', %s
                  FROM generate_series(0, %d) i RETURNING *)
                INSERT INTO %s SELECT * FROM row"""
                        .formatted(
                                table.name(),
                                from,
                                POSITIONS.getAndAdd(10),
                                type,
                                random.nextInt(20),
                                type,
                                payload(),
                                random.nextInt(6),
                                table.truth()));
    }

    private String payload() {
        return "jsonb_build_object('n', %d, 'text', repeat(md5('%d'), %d))"
                .formatted(random.nextInt(), random.nextInt(), 1 + random.nextInt(6));
    }

    private int update(String sql) throws SQLException {
        if (sql.startsWith("time")) {
            return update(
                    """
                    WITH changed AS (UPDATE %s SET data = jsonb_build_object('changed', %d) WHERE %s AND %s RETURNING id, data)
                    UPDATE %s t SET data = changed.data FROM changed WHERE t.id = changed.id"""
                            .formatted(table.name(), random.nextInt(), sql, some(), table.truth()));
        }
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    private int delete(String where) throws SQLException {
        return update(
                "WITH gone AS (DELETE FROM %s WHERE %s AND %s RETURNING id) DELETE FROM %s t USING gone WHERE t.id = gone.id"
                        .formatted(table.name(), where, some(), table.truth()));
    }

    private String some() {
        return "abs(hashtext(id::text)) %% 10 = %d"
                .formatted(random.nextInt(10))
                .replace("%%", "%");
    }

    private void execute(String sql) throws SQLException {
        Eventodb.execute(connection, sql);
    }
}
