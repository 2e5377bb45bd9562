package dev.firn.lifecycle;

import dev.firn.TableName;
import dev.firn.testing.EventStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Applications and policies that work on a chunk while Firn does, by a seed. A plain table beside gets the same changes
 * in the same transactions: it says which rows there must be, wherever they are.
 */
final class Writers {

    /** Lock not available, deadlock, serialization failure, query cancelled. */
    private static final Set<String> HELD_OFF = Set.of("55P03", "40P01", "40001", "57014");

    /** No partition for a row: it was dropped. */
    private static final String NO_PARTITION = "23514";

    private enum Operation {
        INSERT,
        INSERT_EARLIER,
        UPDATE,
        DELETE,
        DELETE_STREAM,
        RECOMPRESS,
        DECOMPRESS_AND_COMPRESS
    }

    private final Connection connection;
    private final EventStore events;
    private final TableName truth;
    private final Random random;
    private final Map<String, Integer> carriedOut = new TreeMap<>();
    private final Map<Operation, Integer> byOperation = new TreeMap<>();
    private final Map<String, Integer> tried = new TreeMap<>();
    private final List<String> unexpected = new ArrayList<>();
    private int rolledBack;
    private int late;
    private int weeks;
    private int quietBefore;

    Writers(Connection connection, EventStore events, Random random) throws SQLException {
        this.connection = connection;
        this.events = events;
        this.truth = new TableName(events.table().schema(), "truth");
        this.random = random;
        execute("CREATE TABLE %s (LIKE %s)"
                .formatted(truth.quoted(), events.table().quoted()));
        execute("CREATE INDEX ON %s (id)".formatted(truth.quoted()));
        execute("SET lock_timeout = '50ms'");
        execute("SET statement_timeout = '10s'");
        connection.setAutoCommit(false);
    }

    TableName truth() {
        return truth;
    }

    /** Takes a new week's rows into the truth. */
    void addWeek(Instant week) throws SQLException {
        execute("INSERT INTO %s SELECT * FROM %s WHERE %s"
                .formatted(truth.quoted(), events.table().quoted(), in(week)));
        connection.commit();
        // A chunk that is disturbed early seldom comes to the later steps: start at each in turn.
        quietBefore = weeks++ % Steps.ALL.size();
    }

    /** A few operations, or none, in the week's chunk. */
    synchronized void act(String point, Instant week) {
        int step = Steps.ALL.indexOf(point);
        if (step < quietBefore || (step > quietBefore && random.nextInt(4) == 0)) {
            return;
        }
        for (int i = random.nextInt(9); i >= 0; i--) {
            tried.merge(point, 1, Integer::sum);
            Operation operation = Operation.values()[random.nextInt(Operation.values().length)];
            try {
                if (carryOut(operation, week)) {
                    end();
                    carriedOut.merge(point, 1, Integer::sum);
                    byOperation.merge(operation, 1, Integer::sum);
                } else {
                    connection.rollback(); // an open transaction would hold its locks until the next operation
                }
            } catch (SQLException e) {
                giveUp(point, operation, e);
                return; // the rest of them would wait for the same lock
            }
        }
    }

    private void end() throws SQLException {
        if (random.nextInt(5) == 0) {
            connection.rollback();
            rolledBack++;
        } else {
            connection.commit();
        }
    }

    private void giveUp(String point, Operation operation, SQLException failure) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
        boolean dropped = !events.hypertable() && NO_PARTITION.equals(failure.getSQLState());
        if (!HELD_OFF.contains(failure.getSQLState()) && !dropped) {
            unexpected.add("%s at %s: %s %s".formatted(operation, point, failure.getSQLState(), failure.getMessage()));
        }
    }

    /** Answers whether there was anything to do. */
    private boolean carryOut(Operation operation, Instant week) throws SQLException {
        return switch (operation) {
            case INSERT -> insert(week);
            case INSERT_EARLIER -> random.nextInt(8) == 0 && insert(earlier(week));
            case UPDATE ->
                change("UPDATE %s SET data = jsonb_build_object('changed', %d) WHERE %s AND %s RETURNING id, data"
                        .formatted(events.table().quoted(), random.nextInt(), in(week), some()));
            case DELETE -> delete(in(week) + " AND " + some());
            case DELETE_STREAM -> delete("%s AND stream_name = 'account-%d'".formatted(in(week), random.nextInt(10)));
            case RECOMPRESS -> onChunk(week, "compress_chunk(chunk, if_not_compressed => true)");
            case DECOMPRESS_AND_COMPRESS ->
                onChunk(week, "decompress_chunk(chunk, if_compressed => true)")
                        && onChunk(week, "compress_chunk(chunk, if_not_compressed => true)");
        };
    }

    private Instant earlier(Instant week) {
        long weeks = java.time.Duration.between(EventStore.FIRST_WEEK, week).dividedBy(EventStore.WEEK);
        return week.minus(EventStore.WEEK.multipliedBy(random.nextInt((int) weeks + 1)));
    }

    private boolean insert(Instant week) throws SQLException {
        late++;
        Instant time = week.plusSeconds(random.nextInt(7 * 86_400));
        String stream = random.nextBoolean() ? "late-" + random.nextInt(5) : "account-" + random.nextInt(10);
        return update(
                        """
                        WITH row AS (INSERT INTO %s (time, position, stream_name, type, data)
                                     VALUES ('%s', %d, '%s', 'Late', '{}') RETURNING *)
                        INSERT INTO %s SELECT * FROM row"""
                                .formatted(events.table().quoted(), time, 1_000_000 + late, stream, truth.quoted()))
                > 0;
    }

    private boolean change(String sql) throws SQLException {
        return update("WITH changed AS (%s) UPDATE %s t SET data = changed.data FROM changed WHERE t.id = changed.id"
                        .formatted(sql, truth.quoted()))
                > 0;
    }

    private boolean delete(String condition) throws SQLException {
        return update(
                        "WITH gone AS (DELETE FROM %s WHERE %s RETURNING id) DELETE FROM %s t USING gone WHERE t.id = gone.id"
                                .formatted(events.table().quoted(), condition, truth.quoted()))
                > 0;
    }

    private boolean onChunk(Instant week, String call) throws SQLException {
        if (!events.hypertable()) {
            return false;
        }
        String chunks = "show_chunks('%s', newer_than => '%s'::timestamptz, older_than => '%s'::timestamptz) chunk"
                .formatted(events.table().quoted(), week, week.plus(EventStore.WEEK));
        try (Statement statement = connection.createStatement()) {
            return statement
                    .executeQuery("SELECT %s FROM %s".formatted(call, chunks))
                    .next();
        }
    }

    private static String in(Instant week) {
        return "time >= '%s' AND time < '%s'".formatted(week, week.plus(EventStore.WEEK));
    }

    private String some() {
        return "abs(hashtext(id::text)) %% 15 = %d".formatted(random.nextInt(15));
    }

    private int update(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    synchronized int carriedOut() {
        return carriedOut.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Points at which something was tried: where the chunk is locked, nothing can be carried out. */
    Set<String> pointsTried() {
        return tried.keySet();
    }

    /** Failures that no lock explains. */
    List<String> unexpected() {
        return unexpected;
    }

    @Override
    public String toString() {
        return "%d operations carried out (%d of them rolled back) %s, by point %s, tried %s"
                .formatted(carriedOut(), rolledBack, byOperation, carriedOut, tried);
    }
}
