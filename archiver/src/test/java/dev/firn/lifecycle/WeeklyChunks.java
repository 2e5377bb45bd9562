package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.store.ObjectStore;
import dev.firn.store.S3Settings;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A table that gets one more compressed chunk for each experiment, and what must be true after each of them. */
final class WeeklyChunks implements AutoCloseable {

    static final String TABLES = "events.messages { archive-after = 1d, parquet { zstd-level = 1 } }";

    private static final int EVENTS = 300;

    /** Of the first one; those after that many lie before it, since none may be too young to be archived. */
    private static final int WEEKS_AHEAD = 100;

    private final TestDatabase database = TestDatabase.create();
    private Connection owner = database.owner();
    private final EventStore events;
    private final Firn firn;
    private final int eventsPerWeek;
    private int weeks;

    WeeklyChunks(Path home) throws SQLException {
        this(home, EVENTS);
    }

    WeeklyChunks(Path home, int eventsPerWeek) throws SQLException {
        this.eventsPerWeek = eventsPerWeek;
        events = EventStore.create(owner, "events", 0);
        firn = Firn.configure(database, home, TABLES).init();
    }

    /** With the archive on S3, as {@link Firn} has it. */
    WeeklyChunks(Path home, S3Settings commands, S3Settings tests) throws SQLException {
        eventsPerWeek = EVENTS;
        events = EventStore.create(owner, "events", 0);
        firn = Firn.configure(database, home, commands, tests, TABLES).init();
    }

    Firn firn() {
        return firn;
    }

    TestDatabase database() {
        return database;
    }

    EventStore events() {
        return events;
    }

    Connection owner() {
        return owner;
    }

    /** After the server ended all sessions. */
    void reconnect() {
        owner = database.owner();
    }

    /** Writes one more week and compresses it; answers what all rows anywhere digest to from then on. */
    Digest addWeek() throws SQLException {
        Instant start = beginWeek();
        events.fill(owner, weeks, start, start.plus(EventStore.WEEK), eventsPerWeek, 10);
        return endWeek();
    }

    /** One more week of few events, the payload of which takes so many bytes in Parquet, too. */
    Digest addWeek(int payloadBytes) throws SQLException {
        Instant start = beginWeek();
        int rows = 8;
        database.execute(
                """
                INSERT INTO %s (time, position, stream_name, type, data)
                SELECT '%s'::timestamptz + e * interval '1 hour', e, 'large-%d', 'Large',
                       (SELECT jsonb_build_object('noise', encode(string_agg(decode(md5(%d || '/' || e || '/' || i), 'hex'),
                                                                             ''), 'base64'))
                        FROM generate_series(1, %d) i)
                FROM generate_series(1, %d) e"""
                        .formatted(events.table().quoted(), start, weeks, weeks, payloadBytes / rows / 16, rows));
        return endWeek();
    }

    private Instant beginWeek() throws SQLException {
        Instant start = nextWeek();
        if (!events.hypertable()) {
            events.addPartition(owner, start);
        }
        return start;
    }

    private Digest endWeek() throws SQLException {
        weeks++;
        events.compressAll(owner);
        return firn.ledger(events.table());
    }

    int weeks() {
        return weeks;
    }

    /** Start of the week that comes next. */
    Instant nextWeek() {
        long ahead = weeks < WEEKS_AHEAD ? weeks : WEEKS_AHEAD - 1 - weeks;
        return EventStore.FIRST_WEEK.plus(EventStore.WEEK.multipliedBy(ahead));
    }

    /** What happens by itself once a dead worker's lease is over. */
    void endLeases() {
        database.execute("UPDATE firn.claim SET expires_at = clock_timestamp()");
    }

    /** Ends the sessions of Firn, as the server does by itself to those that are silent in a transaction. */
    void endSessions() {
        database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND usename = '" + TestDatabase.ARCHIVER + "'");
    }

    /** What an operator does after a failure, or the service by itself: run again, until there is nothing to do. */
    void runUntilDone() {
        runUntilDone(5);
    }

    void runUntilDone(int mostRuns) {
        for (int runs = 0; runs < mostRuns; runs++) {
            endLeases();
            Firn.Ran ran = firn.run("run", Firn.NAMESPACE, "--retry-failed");
            if (ran.exitCode() == 0 && ran.out().contains("0 archived, 0 dropped, 0 failed, 0 left")) {
                return;
            }
        }
        throw new AssertionError("still work to do after %d runs:%n".formatted(mostRuns)
                + firn.run("plan", Firn.NAMESPACE).all());
    }

    /** Every row once, in the archive; nothing where readers look that does not count; nothing left in the making. */
    void requireAllArchivedOnce(Digest expected) throws SQLException {
        assertThat(events.rows(owner)).as("rows left in the database").isZero();
        assertThat(firn.ledger(events.table())).as("all rows").isEqualTo(expected);
        List<Manifest> live = firn.live(events.table());
        Set<String> named = new TreeSet<>();
        live.forEach(manifest -> manifest.files().forEach(file -> named.add(file.key())));
        assertThat(new TreeSet<>(firn.files().stream()
                        .filter(file -> !file.contains("/manifests/") && !file.equals("firn.json"))
                        .filter(file -> !file.startsWith(".firn"))
                        .toList()))
                .as("all files but manifests")
                .isEqualTo(named);
        try (ObjectStore store = firn.openStore()) {
            assertThat(store.pendingUploads("")).as("uploads in the making").isEmpty();
        }
    }

    @Override
    public void close() throws SQLException {
        owner.close();
        database.close();
    }
}
