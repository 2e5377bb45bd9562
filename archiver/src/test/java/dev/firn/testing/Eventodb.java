package dev.firn.testing;

import dev.firn.TableName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The event store as {@code deploy/sql/eventodb} makes it, and its functions as an application calls them. */
public final class Eventodb {

    public static final TableName MESSAGES = new TableName("tsdb_default", "messages");

    /** What the table's configuration says of it. */
    public static final String WRITE_PATH =
            "write-path { stream = stream_name, position = position, global-position = global_position }";

    private final Connection owner;
    private final boolean hypertable;

    private Eventodb(Connection owner, boolean hypertable) {
        this.owner = owner;
        this.hypertable = hypertable;
    }

    /** Namespace {@code default}, on a connection of who is to own it. */
    public static Eventodb create(Connection owner) throws SQLException {
        execute(owner, file("schema.sql"));
        execute(owner, "SELECT eventodb_store.create_namespace('default')");
        try (Statement statement = owner.createStatement();
                ResultSet rows = statement.executeQuery("SELECT FROM pg_extension WHERE extname = 'timescaledb'")) {
            return new Eventodb(owner, rows.next());
        }
    }

    /** What an operator runs so that the store knows of archived streams. */
    public List<String> attach() throws SQLException {
        execute(owner, file("firn.sql"));
        return texts(owner, "SELECT eventodb_store.attach_firn('tsdb_default')");
    }

    public static String file(String name) {
        try (InputStream file = Eventodb.class.getResourceAsStream("/dev/firn/deploy/eventodb/" + name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean hypertable() {
        return hypertable;
    }

    /** Old events: of each stream {@code <prefix><0…>} as many, one after the other from the start of that week on. */
    public void fillWeek(Instant week, String prefix, int streams, int eventsOfEach) throws SQLException {
        if (!hypertable) {
            execute(
                    owner,
                    "SELECT tsdb_default.create_partitions('%s', '%s')".formatted(week, week.plus(EventStore.WEEK)));
        }
        execute(
                owner,
                """
                INSERT INTO tsdb_default.messages (time, position, stream_name, type, data)
                SELECT '%1$s'::timestamptz + (n * %3$d + s) * interval '1 second',
                       coalesce(last, -1) + 1 + n, name, 'Old', jsonb_build_object('n', n)
                FROM generate_series(0, %4$d - 1) n, generate_series(0, %3$d - 1) s,
                  LATERAL (SELECT '%2$s' || s AS name) stream,
                  LATERAL (SELECT max(position) AS last FROM tsdb_default.messages m WHERE m.stream_name = name) heads
                ORDER BY n, s"""
                        .formatted(week, prefix, streams, eventsOfEach));
    }

    public void compressAll() throws SQLException {
        execute(owner, "SELECT tsdb_default.compress_chunks_older_than('1 week')");
    }

    /** Writes one event now, and answers the position it got. */
    public static long write(Connection connection, String stream) throws SQLException {
        return number(
                        connection,
                        "SELECT tsdb_default.write_message(gen_random_uuid()::varchar, ?, 'New', '{}')",
                        stream)
                .orElseThrow();
    }

    /** The same for a writer who knows where the stream ends. */
    public static long write(Connection connection, String stream, long expectedVersion) throws SQLException {
        return number(
                        connection,
                        "SELECT tsdb_default.write_message(gen_random_uuid()::varchar, ?, 'New', '{}', NULL, ?)",
                        stream,
                        expectedVersion)
                .orElseThrow();
    }

    public static long version(Connection connection, String stream) throws SQLException {
        return number(connection, "SELECT tsdb_default.stream_version(?)", stream)
                .orElseThrow();
    }

    /** Positions of a stream as its reader gets them. */
    public static List<Long> read(Connection connection, String stream, long position, long batch) throws SQLException {
        return numbers(
                connection, "SELECT position FROM tsdb_default.get_stream_messages(?, ?, ?)", stream, position, batch);
    }

    /** Global positions of a category as its reader gets them. */
    public static List<Long> readCategory(Connection connection, String category, long position, long batch)
            throws SQLException {
        return numbers(
                connection,
                "SELECT global_position FROM tsdb_default.get_category_messages(?, ?, ?)",
                category,
                position,
                batch);
    }

    public static Optional<Long> number(Connection connection, String sql, Object... values) throws SQLException {
        List<Long> found = numbers(connection, sql, values);
        return found.isEmpty() ? Optional.empty() : Optional.ofNullable(found.get(0));
    }

    public static List<Long> numbers(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            List<Long> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getObject(1) == null ? null : rows.getLong(1));
                }
            }
            return found;
        }
    }

    public static List<String> texts(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }

    public static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
