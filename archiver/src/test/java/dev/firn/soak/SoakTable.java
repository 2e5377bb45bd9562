package dev.firn.soak;

import dev.firn.TableName;
import dev.firn.testing.EventStore;
import dev.firn.testing.Eventodb;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

/**
 * A table whose chunks are of seconds, and beside it the truth: a plain table that gets each change in the transaction that
 * makes it, so that it says which rows there must be, wherever they are.
 */
record SoakTable(Firn firn, TestDatabase database, TableName name, Kind kind, Duration interval) {

    enum Kind {
        /** Written through {@code write_message}, which must never give a position twice. */
        EVENT_STORE,
        HYPERTABLE,
        PARTITIONS
    }

    /** What all of them are configured to. */
    static final String AGES =
            "archive-after = 10s, drop-after = 20s, keep-restored = 10s, on-edit = replace, schedule = 2s";

    TableName truth() {
        return new TableName("truth", name.schema());
    }

    boolean isHypertable() {
        return kind != Kind.PARTITIONS;
    }

    void create() throws SQLException {
        try (Connection owner = database.owner()) {
            switch (kind) {
                case EVENT_STORE -> {
                    Eventodb.create(owner);
                    Eventodb.execute(
                            owner,
                            "SELECT set_chunk_time_interval('%s', interval '%d seconds')"
                                    .formatted(name, interval.toSeconds()));
                }
                case HYPERTABLE -> EventStore.hypertable(owner, name.schema(), interval);
                case PARTITIONS -> EventStore.partitioned(owner, name.schema(), 0);
            }
            Eventodb.execute(owner, "CREATE SCHEMA IF NOT EXISTS truth");
            Eventodb.execute(owner, "CREATE TABLE %s (LIKE %s)".formatted(truth(), name));
            Eventodb.execute(owner, "CREATE INDEX ON %s (id)".formatted(truth()));
        }
    }

    /** Makes the partitions of these times where there are none; chunks make themselves. */
    void makePartitions(Connection owner, Instant from, Instant to) throws SQLException {
        long seconds = interval.toSeconds();
        for (long start = Math.floorDiv(from.getEpochSecond(), seconds) * seconds;
                start < to.getEpochSecond();
                start += seconds) {
            Eventodb.execute(
                    owner,
                    "CREATE TABLE IF NOT EXISTS %s.messages_%d PARTITION OF %s FOR VALUES FROM ('%s') TO ('%s')"
                            .formatted(
                                    name.schema(),
                                    start,
                                    name,
                                    Instant.ofEpochSecond(start),
                                    Instant.ofEpochSecond(start + seconds)));
        }
    }

    /** What a compression policy does, and again to chunks that got rows since. */
    void compress(Connection owner) throws SQLException {
        for (String chunk : Eventodb.texts(
                owner,
                "SELECT chunk::text FROM show_chunks('%s', older_than => now() - interval '3 seconds') chunk"
                        .formatted(name))) {
            Eventodb.execute(
                    owner, "SELECT compress_chunk('%s'::regclass, if_not_compressed => true)".formatted(chunk));
        }
    }

    @Override
    public String toString() {
        return name.toString();
    }
}
