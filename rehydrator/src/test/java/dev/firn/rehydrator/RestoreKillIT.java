package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.copy.Digest;
import dev.firn.lifecycle.RestoreSteps;
import dev.firn.testing.ArchiverProcess;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The way back, killed and put to sleep at every named instruction: a range is in the table once and whole, or not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestoreKillIT {

    static final List<String> POINTS = RestoreSteps.ALL;

    private static final String TABLE = "events.messages";
    private static final List<String> RANGE =
            List.of(Firn.NAMESPACE, TABLE, "--from", "2024-01-04", "--to", "2024-01-05");

    private Path home;
    private TestDatabase database;
    private Connection owner;
    private EventStore events;
    private Firn firn;
    private Rehydrate rehydrate;
    private Digest whole;

    @BeforeAll
    void archiveAndDropOneWeek(@TempDir Path directory) throws SQLException {
        home = directory;
        database = TestDatabase.create();
        owner = database.owner();
        events = EventStore.create(owner, "events", 1);
        events.fillWeeks(owner, 7, 1, 1_000);
        events.compressAll(owner);
        firn = Firn.configure(database, home, "events.messages { archive-after = 1d }")
                .init();
        firn.succeed("run", Firn.NAMESPACE);
        rehydrate = new Rehydrate(firn);
        whole = firn.live(events.table()).get(0).digest();
    }

    @AfterAll
    void close() throws SQLException {
        owner.close();
        database.close();
    }

    @ParameterizedTest
    @FieldSource("POINTS")
    void killedAnywhereTheNextOneFinishes(String point) throws SQLException {
        try (ArchiverProcess process = start("KILL", point)) {
            assertThat(process.exitCode()).as(process.output()).isEqualTo(137);
        }
        database.execute("UPDATE firn.claim SET expires_at = clock_timestamp()");
        assertThat(events.rows(owner)).isIn(0L, whole.rows());

        rehydrate.succeed(RANGE.toArray(String[]::new));

        requireWholeOnce();
        letGo();
    }

    @ParameterizedTest
    @FieldSource("POINTS")
    void oneThatSleepsWhileAnotherFinishesChangesNothingWhenItWakes(String point) throws SQLException {
        try (ArchiverProcess sleeper = start("STOP", point)) {
            assertThat(sleeper.awaitStop()).as(sleeper.output()).isTrue();
            // What the server does by itself to sessions that are silent in a transaction.
            database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE datname = current_database() AND state LIKE 'idle in transaction%'");
            database.execute("UPDATE firn.claim SET expires_at = clock_timestamp()");

            rehydrate.succeed(RANGE.toArray(String[]::new));
            requireWholeOnce();
            sleeper.wake();
            sleeper.exitCode();
        }
        requireWholeOnce();
        letGo();
    }

    private ArchiverProcess start(String signal, String point) {
        List<String> arguments =
                new java.util.ArrayList<>(List.of("--conf", firn.conf().toString()));
        arguments.addAll(RANGE);
        return ArchiverProcess.start(KillableRehydrate.class, home, signal, point, 1, arguments.toArray(String[]::new));
    }

    private void requireWholeOnce() throws SQLException {
        assertThat(firn.inDatabase(events.table())).isEqualTo(whole);
        try (Statement statement = owner.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT count(*) FROM pg_class WHERE relname LIKE 'firn_staging%' AND relkind = 'r'")) {
            rows.next();
            assertThat(rows.getInt(1)).as("staging tables left").isZero();
        }
    }

    private void letGo() throws SQLException {
        database.execute("UPDATE firn.claim SET expires_at = clock_timestamp()");
        rehydrate.succeed("release", Firn.NAMESPACE, TABLE);
        firn.succeed("run", Firn.NAMESPACE, "--retry-failed");
        assertThat(events.rows(owner)).isZero();
    }
}
