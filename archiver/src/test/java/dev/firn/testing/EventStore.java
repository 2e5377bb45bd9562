package dev.firn.testing;

import dev.firn.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * An event store's {@code messages} table in a schema of its own, the shape that Firn is built for, as a hypertable or as
 * declarative partitions. Events follow from a seed: two stores filled alike hold equal rows.
 */
public record EventStore(TableName table, Duration interval, boolean hypertable) {

    /** A Thursday, as the epoch was: chunks of whole weeks start here, in TimescaleDB as in {@link #partitioned}. */
    public static final Instant FIRST_WEEK = Instant.parse("2024-01-04T00:00:00Z");

    public static final Duration WEEK = Duration.ofDays(7);

    /** A hypertable where the database has TimescaleDB, else partitions for the weeks given from {@link #FIRST_WEEK} on. */
    public static EventStore create(Connection owner, String schema, int weeks) throws SQLException {
        try (Statement statement = owner.createStatement();
                ResultSet rows = statement.executeQuery("SELECT FROM pg_extension WHERE extname = 'timescaledb'")) {
            return rows.next() ? hypertable(owner, schema, WEEK) : partitioned(owner, schema, weeks);
        }
    }

    /** A hypertable compressed by stream, as the event store makes it. */
    public static EventStore hypertable(Connection owner, String schema, Duration interval) throws SQLException {
        EventStore store = new EventStore(new TableName(schema, "messages"), interval, true);
        String name = literal(store.table.quoted());
        store.createTable(owner, "");
        execute(
                owner,
                """
                SELECT create_hypertable(%s, 'time', chunk_time_interval => interval '%d seconds',
                                         create_default_indexes => false)"""
                        .formatted(name, interval.toSeconds()));
        store.createIndexes(owner);
        execute(
                owner,
                """
                ALTER TABLE %s SET (timescaledb.compress, timescaledb.compress_segmentby = 'stream_name',
                                    timescaledb.compress_orderby = 'position, global_position, time DESC')"""
                        .formatted(store.table.quoted()));
        return store;
    }

    /** The same table by weekly range partitions, for PostgreSQL without TimescaleDB. */
    public static EventStore partitioned(Connection owner, String schema, int weeks) throws SQLException {
        EventStore store = new EventStore(new TableName(schema, "messages"), WEEK, false);
        store.createTable(owner, " PARTITION BY RANGE (time)");
        store.createIndexes(owner);
        for (int week = 0; week < weeks; week++) {
            store.addPartition(owner, FIRST_WEEK.plus(WEEK.multipliedBy(week)));
        }
        return store;
    }

    /** Adds the partition of the week that starts then. */
    public void addPartition(Connection owner, Instant start) throws SQLException {
        String partition = "messages_"
                + start.atOffset(ZoneOffset.UTC).toLocalDate().toString().replace("-", "_");
        execute(
                owner,
                "CREATE TABLE %s PARTITION OF %s FOR VALUES FROM ('%s') TO ('%s')"
                        .formatted(
                                new TableName(table.schema(), partition).quoted(),
                                table.quoted(),
                                start,
                                start.plus(interval)));
    }

    private void createTable(Connection owner, String suffix) throws SQLException {
        String schema = TableName.quote(table.schema());
        execute(owner, "CREATE SCHEMA IF NOT EXISTS " + schema);
        execute(owner, "CREATE SEQUENCE IF NOT EXISTS %s.messages_global_position_seq".formatted(schema));
        execute(
                owner,
                """
                CREATE TABLE %s (
                  time timestamptz NOT NULL DEFAULT now(),
                  global_position bigint NOT NULL DEFAULT nextval(%s),
                  position bigint NOT NULL,
                  stream_name text NOT NULL,
                  type text NOT NULL,
                  data jsonb,
                  metadata jsonb,
                  id uuid NOT NULL DEFAULT gen_random_uuid()
                )%s"""
                        .formatted(table.quoted(), literal(schema + ".messages_global_position_seq"), suffix));
    }

    private void createIndexes(Connection owner) throws SQLException {
        String name = table.quoted();
        execute(owner, "CREATE UNIQUE INDEX ON %s (stream_name, position, time)".formatted(name));
        execute(owner, "CREATE UNIQUE INDEX ON %s (id, time)".formatted(name));
        execute(owner, "CREATE INDEX ON %s (stream_name, position)".formatted(name));
        execute(owner, "CREATE INDEX ON %s (split_part(stream_name, '-', 1), global_position)".formatted(name));
        execute(owner, "CREATE INDEX ON %s (global_position)".formatted(name));
        execute(
                owner,
                """
                CREATE INDEX ON %s ((metadata->>'correlationStreamName'), global_position)
                WHERE metadata->>'correlationStreamName' IS NOT NULL"""
                        .formatted(name));
    }

    /** What events carry, as SQL over a row's number {@code i}, its {@code hash} and 32 hexadecimal digits, {@code hex}. */
    public enum Payload {
        /** Some of it NULL, some long and repetitive. */
        SMALL(
                """
                CASE WHEN hash & 31 = 0 THEN NULL
                     ELSE jsonb_build_object('amount', hash & 65535, 'note', repeat(hex, 1 + (hash & 7)::int)) END""",
                """
                CASE WHEN hash & 3 = 0 THEN NULL
                     ELSE jsonb_build_object('correlationStreamName', 'transfer-' || (hash & 255)) END"""),

        /** What a bank's event store holds: keys that repeat, identifiers that do not, a few words. */
        LIFELIKE(
                """
                jsonb_build_object(
                  'amount', (hash & 1048575) / 100.0, 'currency', (ARRAY['EUR', 'USD', 'CHF', 'GBP'])[1 + (hash >> 20 & 3)],
                  'counterparty', md5(hex || 'counterparty')::uuid, 'transferId', md5(hex || 'transfer')::uuid,
                  'bookedAt', timestamptz '2024-01-01 00:00Z' + (i * bigint '1511' + (hash & 1023)) * interval '1 millisecond',
                  'reference', concat_ws(' ',
                    (ARRAY['rent', 'salary', 'invoice', 'refund', 'order', 'fee', 'gift', 'loan'])[1 + (hash >> 24 & 7)],
                    (ARRAY['for', 'of', 'no.', 'from'])[1 + (hash >> 28 & 3)],
                    hash >> 32 & 1048575))""",
                """
                jsonb_build_object(
                  'correlationStreamName', 'transfer-' || (hash & 65535),
                  'causationMessageId', md5(hex || 'cause')::uuid,
                  'userId', 'user-' || (hash >> 16 & 4095), 'schemaVersion', 3)""");

        private final String data;
        private final String metadata;

        Payload(String data, String metadata) {
            this.data = data;
            this.metadata = metadata;
        }
    }

    /**
     * Writes events at even distances from {@code from} up to, not including, {@code to}, round robin over the streams
     * {@code account-0 …}, positions going on from what the table holds for them.
     */
    public void fill(Connection connection, long seed, Instant from, Instant to, int events, int streams)
            throws SQLException {
        fill(connection, seed, from, to, events, streams, Payload.SMALL);
    }

    /** The same, with the data and metadata that the payload says. */
    public void fill(
            Connection connection, long seed, Instant from, Instant to, int events, int streams, Payload payload)
            throws SQLException {
        if (events == 0) {
            return;
        }
        String sql =
                """
                WITH heads AS (
                  SELECT stream_name, max(position) AS head FROM %1$s GROUP BY stream_name
                ), events AS (
                  SELECT i, 'account-' || i %% ? AS stream_name, i / ? AS nth,
                         hashtextextended(i::text, ?) AS hash, md5(i || '/' || ?) AS hex
                  FROM generate_series(0, ? - 1) i
                )
                INSERT INTO %1$s (time, global_position, position, stream_name, type, data, metadata, id)
                SELECT ?::timestamptz + i * ? * interval '1 microsecond',
                       (SELECT coalesce(max(global_position), 0) FROM %1$s) + i + 1,
                       coalesce(head, -1) + nth + 1,
                       stream_name,
                       (ARRAY['Opened', 'Deposited', 'Withdrawn', 'Closed'])[1 + (hash & 3)],
                       %2$s,
                       %3$s,
                       hex::uuid
                FROM events LEFT JOIN heads USING (stream_name)"""
                        .formatted(table.quoted(), payload.data, payload.metadata);
        long stepMicros = Duration.between(from, to).toNanos() / 1000 / events;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, streams);
            statement.setInt(2, streams);
            statement.setLong(3, seed);
            statement.setString(4, seed + "/" + from);
            statement.setInt(5, events);
            statement.setString(6, from.toString());
            statement.setLong(7, stepMicros);
            statement.executeUpdate();
        }
    }

    /** Fills whole weeks from {@link #FIRST_WEEK} on, each with as many events, over 20 streams. */
    public void fillWeeks(Connection connection, long seed, int weeks, int eventsPerWeek) throws SQLException {
        fill(
                connection,
                seed,
                FIRST_WEEK,
                FIRST_WEEK.plus(WEEK.multipliedBy(weeks)),
                Math.multiplyExact(weeks, eventsPerWeek),
                20);
    }

    /** Writes one event, at a position far from those that {@link #fill} gives. */
    public void write(Connection connection, Instant time, String stream, long position) throws SQLException {
        String sql =
                "INSERT INTO %s (time, position, stream_name, type, data) VALUES (?::timestamptz, ?, ?, 'Late', '{}')"
                        .formatted(table.quoted());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, time.toString());
            statement.setLong(2, position);
            statement.setString(3, stream);
            statement.executeUpdate();
        }
    }

    /** Compresses every chunk, again those that got rows since; partitions stay as they are. */
    public void compressAll(Connection connection) throws SQLException {
        if (hypertable) {
            execute(
                    connection,
                    "SELECT compress_chunk(chunk, if_not_compressed => true) FROM show_chunks(%s) chunk"
                            .formatted(literal(table.quoted())));
        }
    }

    /** Rows that a reader sees. */
    public long rows(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table.quoted())) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
