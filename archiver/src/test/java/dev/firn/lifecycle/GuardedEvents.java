package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** An event store of four weeks of 700 events, compressed where that can be, what is made of it, and the program. */
final class GuardedEvents implements AutoCloseable {

    static final int WEEKS = 4;
    static final int PER_WEEK = 700;
    static final int ALL = WEEKS * PER_WEEK;

    final TestDatabase database;
    final Connection owner;
    final EventStore events;
    final Firn firn;

    private GuardedEvents(TestDatabase database, Path home, String settings) throws SQLException {
        this.database = database;
        this.owner = database.owner();
        this.events = EventStore.create(owner, "events", WEEKS);
        events.fillWeeks(owner, 1, WEEKS, PER_WEEK);
        events.compressAll(owner);
        this.firn = Firn.configure(database, home, table(settings));
        firn.init();
    }

    static GuardedEvents create(String version, Path home, String settings) throws SQLException {
        return new GuardedEvents(TestDatabase.create(version), home, settings);
    }

    /**
     * Partitions, all of them archived, under settings that hold from here on. Archived apart, since dropping one locks their
     * parent, and a copy of the next that comes by meanwhile is put off to the next run.
     */
    static GuardedEvents archivedPartitions(Path home, String settings) throws SQLException {
        GuardedEvents given = create("", home, "drop-after = never");
        assertThat(given.run()).contains("4 archived, 0 dropped, 0 failed");
        given.configure(settings);
        return given;
    }

    static GuardedEvents create(Path home, String settings) throws SQLException {
        return new GuardedEvents(TestDatabase.create(), home, settings);
    }

    static String table(String settings) {
        String age = settings.contains("archive-after") ? "" : "archive-after = 1d, ";
        return "events.messages { %s%s }".formatted(age, settings);
    }

    /** The chunk of the first week, quoted. */
    String firstChunk() throws SQLException {
        return text("SELECT tableoid::regclass FROM events.messages ORDER BY time LIMIT 1");
    }

    String text(String sql) throws SQLException {
        try (Statement statement = owner.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** Answers once somebody in this database waits for a lock. */
    void awaitWaiter() throws SQLException {
        execute(
                """
                DO $$ BEGIN
                  FOR i IN 1..600 LOOP
                    PERFORM pg_stat_clear_snapshot();
                    IF EXISTS (SELECT FROM pg_stat_activity
                               WHERE datname = current_database() AND wait_event_type = 'Lock') THEN
                      RETURN;
                    END IF;
                    PERFORM pg_sleep(0.05);
                  END LOOP;
                  RAISE 'nobody waits for a lock';
                END $$""");
    }

    void configure(String settings) {
        firn.tables(table(settings));
    }

    /** An aggregate of counts, by this expression over its time column. */
    void aggregate(String view, String bucket, String from, String counted) throws SQLException {
        execute(
                "CREATE MATERIALIZED VIEW events.%s WITH (timescaledb.continuous) AS SELECT %s AS bucket, %s AS n FROM %s"
                                .formatted(view, bucket, counted, from)
                        + " GROUP BY 1 WITH NO DATA");
    }

    void daily() throws SQLException {
        aggregate("daily", "time_bucket('1 day', time)", "events.messages", "count(*)");
    }

    void refresh(String view) throws SQLException {
        execute("CALL refresh_continuous_aggregate('events.%s', NULL, NULL)".formatted(view));
    }

    /** What the aggregate says there are, in all. */
    long counted(String view) throws SQLException {
        return number("SELECT coalesce(sum(n), 0) FROM events." + view);
    }

    long number(String sql) throws SQLException {
        try (Statement statement = owner.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A late event, so many hours after the first week began. */
    void late(int hours) throws SQLException {
        events.write(owner, EventStore.FIRST_WEEK.plusSeconds(hours * 3600L + 60), "late-" + hours, 7);
    }

    String run() {
        return firn.succeed("run", Firn.NAMESPACE).out();
    }

    String expire() {
        return firn.succeed("expire", Firn.NAMESPACE).out();
    }

    String status() {
        return firn.succeed("status", Firn.NAMESPACE).out();
    }

    /** Rows of the live copies. */
    long archived() throws SQLException {
        try (Connection admin = database.admin();
                Statement statement = admin.createStatement();
                ResultSet rows = statement.executeQuery("SELECT coalesce(sum(rows), 0) FROM firn.archived")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    String plan() {
        return firn.succeed("plan", Firn.NAMESPACE).out();
    }

    @Override
    public void close() throws SQLException {
        owner.close();
        database.close();
    }
}
