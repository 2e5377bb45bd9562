package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import dev.firn.copy.Digest;
import dev.firn.testing.EventStore;
import dev.firn.testing.Eventodb;
import dev.firn.testing.Firn;
import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hypertables with retention policies, publications and row-level security, on their way out and back. */
@RequiresTimescale
class GuardedRestoreIT {

    private static final String TABLE = "events.messages";
    private static final String TABLES = TABLE + " { archive-after = 1d, require-compressed = false, %s }";
    private static final List<String> WEEK = List.of("--from", "2024-01-04", "--to", "2024-01-05");

    @TempDir
    private Path home;

    private TestDatabase database;
    private Connection owner;
    private Firn firn;
    private Rehydrate rehydrate;

    @BeforeEach
    void open() {
        database = TestDatabase.create();
        owner = database.owner();
        firn = Firn.configure(database, home, TABLES.formatted("")).init();
        rehydrate = new Rehydrate(firn);
    }

    @AfterEach
    void close() throws SQLException {
        owner.close();
        database.close();
    }

    @Test
    void nothingComesBackThatAPolicyWouldDropBeforeItsHoldEnds() throws SQLException {
        EventStore events = oneWeek();
        firn.succeed("run", Firn.NAMESPACE);
        assertThat(events.rows(owner)).isZero();

        execute("SELECT add_retention_policy('events.messages', drop_created_before => interval '1 day')");
        assertThat(restore().all())
                .contains("after 1 day) would drop it again before its hold ends (until ")
                .contains("nothing was loaded");
        // Five days from now it is old enough.
        execute("SELECT remove_retention_policy('events.messages')");
        execute(
                "SELECT add_retention_policy('events.messages', now() - timestamptz '2024-01-11 00:00Z' + interval '5 days')");
        assertThat(restore().exitCode()).isEqualTo(3);
        assertThat(restore("--keep", "forever").all()).contains("before its hold ends (for ever)");
        assertThat(events.rows(owner)).isZero();

        assertThat(restore("--keep", "1d").out()).contains("1 brought back");
        // As new as it is to TimescaleDB: an hour of it passes a policy by creation.
        execute("SELECT remove_retention_policy('events.messages')");
        rehydrate.succeed("release", Firn.NAMESPACE, TABLE);
        firn.succeed("run", Firn.NAMESPACE);
        execute("SELECT add_retention_policy('events.messages', drop_created_before => interval '1 day')");
        assertThat(restore("--keep", "1h").out()).contains("1 brought back");
    }

    @Test
    void aPublicationOfAHypertableNamesItsChunksAndForgetsThemWithTheDrop() throws SQLException {
        EventStore events = oneWeek();
        database.execute("CREATE PUBLICATION of_messages FOR TABLE events.messages");

        assertThat(firn.succeed("run", Firn.NAMESPACE).out()).contains("1 archived, 0 dropped");
        assertThat(firn.succeed("plan", Firn.NAMESPACE).out())
                .contains("itself is part of publication of_messages and would leave it");
        assertThat(events.rows(owner)).isPositive();

        firn.tables(TABLES.formatted("guards { publications = off }"));
        assertThat(firn.succeed("run", Firn.NAMESPACE).out()).contains("1 dropped");
        restore();
        assertThat(published("of_messages")).as("what is lost").isZero();

        // One of all tables takes in what is restored, and stands in no drop's way.
        database.execute("DROP PUBLICATION of_messages", "CREATE PUBLICATION of_all FOR ALL TABLES");
        firn.tables(TABLES.formatted(""));
        rehydrate.succeed("release", Firn.NAMESPACE, TABLE);
        assertThat(firn.succeed("run", Firn.NAMESPACE).out()).contains("1 dropped");
        restore();
        assertThat(published("of_all")).isEqualTo(1);
    }

    /** TimescaleDB compresses no table with row-level security, so that its chunks are plain. */
    @Test
    void policiesOfAHypertableHideNothingFromTheCopyAndHoldForWhatComesBack() throws SQLException {
        TableName notes = new TableName("events", "notes");
        execute(
                """
                CREATE SCHEMA events;
                CREATE TABLE events.notes (at timestamptz NOT NULL, author text NOT NULL, note text);
                SELECT create_hypertable('events.notes', 'at', chunk_time_interval => interval '7 days');
                INSERT INTO events.notes SELECT timestamptz '2024-01-04 00:00Z' + i * interval '1 hour',
                  CASE WHEN i % 4 = 0 THEN 'firn_reader' ELSE 'somebody' END, md5(i::text) FROM generate_series(0, 99) i;
                GRANT USAGE ON SCHEMA events TO firn_reader;
                GRANT SELECT ON events.notes TO firn_reader""");
        firn.tables("events.notes { archive-after = 1d, require-compressed = false }");
        Digest all = firn.inDatabase(notes);
        execute(
                """
                ALTER TABLE events.notes ENABLE ROW LEVEL SECURITY;
                ALTER TABLE events.notes FORCE ROW LEVEL SECURITY;
                CREATE POLICY own ON events.notes USING (author = current_user)""");
        assertThat(visible()).isEqualTo(25);

        Firn.Ran refused = firn.run("run", Firn.NAMESPACE);
        assertThat(refused.exitCode()).as(refused.all()).isEqualTo(3);
        assertThat(refused.all())
                .contains("row-level security filters what this role reads of events.notes; nothing was read");
        assertThat(visible()).isEqualTo(25);
        execute("ALTER TABLE events.notes NO FORCE ROW LEVEL SECURITY");
        assertThat(firn.succeed("run", Firn.NAMESPACE, "--retry-failed").out())
                .contains("0 archived, 1 dropped, 0 failed");
        assertThat(firn.live(notes).get(0).digest()).isEqualTo(all);
        assertThat(visible()).isZero();

        rehydrate.succeed(Firn.NAMESPACE, "events.notes", WEEK.get(0), WEEK.get(1), WEEK.get(2), WEEK.get(3));
        assertThat(visible()).isEqualTo(25);
        assertThat(firn.inDatabase(notes)).isEqualTo(all);
        rehydrate.succeed("release", Firn.NAMESPACE, "events.notes");
        assertThat(firn.succeed("run", Firn.NAMESPACE).out()).contains("1 dropped");
    }

    private EventStore oneWeek() throws SQLException {
        EventStore events = EventStore.create(owner, "events", 1);
        events.fillWeeks(owner, 1, 1, 300);
        events.compressAll(owner);
        return events;
    }

    private Firn.Ran restore(String... options) {
        List<String> arguments = new ArrayList<>(List.of(Firn.NAMESPACE, TABLE));
        arguments.addAll(WEEK);
        arguments.addAll(List.of(options));
        return rehydrate.run(arguments.toArray(String[]::new));
    }

    /** The chunk, under whichever name, in a publication. */
    private long published(String publication) throws SQLException {
        return number(
                owner,
                """
                SELECT count(*) FROM pg_publication_tables p
                JOIN timescaledb_information.chunks c ON (c.chunk_schema, c.chunk_name) = (p.schemaname, p.tablename)
                WHERE p.pubname = '%s' AND c.hypertable_name = 'messages'"""
                        .formatted(publication));
    }

    private long visible() throws SQLException {
        try (Connection reader = database.reader()) {
            return number(reader, "SELECT count(*) FROM events.notes");
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        return Eventodb.number(connection, sql).orElseThrow();
    }

    private void execute(String sql) throws SQLException {
        Eventodb.execute(owner, sql);
    }
}
