package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.store.S3Settings;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** An event store whose weeks are all archived and dropped, and what must be true of the first after each experiment. */
final class ArchivedWeeks implements AutoCloseable {

    static final String TABLE = "events.messages";
    static final List<String> FIRST = List.of(Firn.NAMESPACE, TABLE, "--from", "2024-01-04", "--to", "2024-01-05");

    static final String TABLES = "events.messages { archive-after = 1d, parquet { zstd-level = 1 } }";

    private final TestDatabase database = TestDatabase.create();
    private final EventStore events;
    private final Firn firn;
    private final List<Manifest> live;

    ArchivedWeeks(Path home, int weeks) throws SQLException {
        events = fill(weeks);
        firn = Firn.configure(database, home, TABLES).init();
        live = archive();
    }

    /** With the archive on S3. */
    ArchivedWeeks(Path home, int weeks, S3Settings settings) throws SQLException {
        events = fill(weeks);
        firn = Firn.configure(database, home, settings, settings, TABLES).init();
        live = archive();
    }

    private EventStore fill(int weeks) throws SQLException {
        try (Connection owner = database.owner()) {
            EventStore made = EventStore.create(owner, "events", weeks);
            made.fillWeeks(owner, 7, weeks, 300);
            made.compressAll(owner);
            return made;
        }
    }

    private List<Manifest> archive() throws SQLException {
        firn.succeed("run", Firn.NAMESPACE);
        assertThat(rows()).isZero();
        return firn.live(events.table());
    }

    /** Other settings for the same namespace, in a directory of its own. */
    Firn reached(Path home, S3Settings by) {
        return Firn.configure(database, home, by, by, TABLES);
    }

    TestDatabase database() {
        return database;
    }

    EventStore events() {
        return events;
    }

    Firn firn() {
        return firn;
    }

    /** The manifests, by range. */
    List<Manifest> live() {
        return live;
    }

    Digest whole() {
        return live.get(0).digest();
    }

    long rows() throws SQLException {
        try (Connection owner = database.owner()) {
            return events.rows(owner);
        }
    }

    /** What happens by itself once a dead worker's lease is over. */
    void endLeases() {
        database.execute("UPDATE firn.claim SET expires_at = clock_timestamp()");
    }

    /** Brings the first week back, as somebody would who reads that an earlier try has failed. */
    void finish() throws SQLException {
        endLeases();
        new Rehydrate(firn).succeed(FIRST.toArray(String[]::new));
        requireFirstOnce();
    }

    void requireFirstOnce() throws SQLException {
        assertThat(firn.inDatabase(events.table())).isEqualTo(whole());
        assertThat(staging()).as("staging tables left").isEmpty();
    }

    void requireAllOnce() throws SQLException {
        Digest all = live.stream().map(Manifest::digest).reduce(Digest::plus).orElseThrow();
        assertThat(firn.inDatabase(events.table())).isEqualTo(all);
        assertThat(staging()).as("staging tables left").isEmpty();
    }

    List<String> staging() throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection owner = database.owner();
                Statement statement = owner.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT relname FROM pg_class WHERE relname LIKE 'firn_staging%' AND relkind = 'r'")) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    /** As after the archiving: nothing is in the table, and the catalogue says so. */
    void dropAgain() {
        database.execute(
                events.hypertable()
                        ? "SELECT _timescaledb_functions.drop_chunk(c) FROM show_chunks('events.messages') c"
                        : """
                        DO $$ DECLARE one regclass; BEGIN
                          FOR one IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'events.messages'::regclass LOOP
                            EXECUTE 'DROP TABLE ' || one;
                          END LOOP;
                        END $$""",
                "DELETE FROM firn.hold",
                "DELETE FROM firn.claim",
                "UPDATE firn.chunk SET state = 'dropped' WHERE table_name = 'messages'");
    }

    @Override
    public void close() {
        database.close();
    }
}
