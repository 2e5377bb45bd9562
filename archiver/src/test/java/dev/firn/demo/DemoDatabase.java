package dev.firn.demo;

import dev.firn.TableName;
import dev.firn.testing.EventStore;
import dev.firn.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;

/** Starts a database, fills an event store with weeks of events, and runs until its standard input ends. */
public final class DemoDatabase {

    private static final int WEEKS = 8;
    private static final int EVENTS_PER_WEEK = 40_000;
    private static final int STREAMS = 500;

    private DemoDatabase() {}

    /** Writes the JDBC URL into the file given, once everything is there. */
    public static void main(String[] arguments) throws SQLException, IOException {
        Path ready = Path.of(arguments[0]);
        try (TestDatabase database = TestDatabase.create();
                Connection owner = database.owner()) {
            database.execute(
                    "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'firn_installer') THEN"
                            + " CREATE ROLE firn_installer LOGIN PASSWORD '" + TestDatabase.PASSWORD
                            + "'; END IF; END $$",
                    "GRANT CREATE ON DATABASE " + TableName.quote(database.name()) + " TO firn_installer");
            fill(owner);
            Path half = ready.resolveSibling(ready.getFileName() + ".half");
            Files.writeString(half, database.jdbcUrl());
            Files.move(half, ready);
            while (System.in.read() >= 0) {
                // Until the script closes its end.
            }
        }
    }

    private static void fill(Connection owner) throws SQLException {
        long week = EventStore.WEEK.toSeconds();
        long lastWeek = Instant.now().getEpochSecond() / week * week;
        EventStore events = TestDatabase.hasTimescale()
                ? EventStore.hypertable(owner, "tsdb_default", EventStore.WEEK)
                : EventStore.partitioned(owner, "tsdb_default", 0);
        for (int i = WEEKS; i >= 1; i--) {
            Instant start = Instant.ofEpochSecond(lastWeek - i * week);
            if (!events.hypertable()) {
                events.addPartition(owner, start);
            }
            events.fill(owner, i, start, start.plus(EventStore.WEEK), EVENTS_PER_WEEK, STREAMS);
        }
        events.compressAll(owner);
        System.out.printf(
                "%d events of %d streams in %d weeks%n", WEEKS * EVENTS_PER_WEEK, STREAMS, WEEKS);
    }
}
