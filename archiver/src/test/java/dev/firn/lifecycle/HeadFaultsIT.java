package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FaultPoints;
import dev.firn.testing.ArchiverProcess;
import dev.firn.testing.EventStore;
import dev.firn.testing.Eventodb;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions that are cut off, and workers that sleep, around the keeping of heads: streams go on where they ended. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeadFaultsIT {

    private static final int STREAMS = 25;

    private Path home;
    private TestDatabase database;
    private Connection owner;
    private Eventodb store;
    private Firn firn;
    private int weeks;
    private String prefix;

    @BeforeAll
    void open(@TempDir Path directory) throws SQLException {
        home = directory;
        database = TestDatabase.create();
        owner = database.owner();
        store = Eventodb.create(owner);
        firn = Firn.configure(
                        database, home, "tsdb_default.messages { archive-after = 30d, " + Eventodb.WRITE_PATH + " }")
                .init();
        firn.succeed("run", Firn.NAMESPACE);
        store.attach();
    }

    @AfterAll
    void close() throws SQLException {
        owner.close();
        database.close();
    }

    private void addWeek() throws SQLException {
        Instant week = EventStore.FIRST_WEEK.plus(EventStore.WEEK.multipliedBy(weeks++));
        prefix = "f" + weeks + "x";
        store.fillWeek(week, prefix, STREAMS, 2);
        store.compressAll();
    }

    @ParameterizedTest
    @ValueSource(strings = {Steps.PLANNED, Steps.HEADS, Steps.LOCKED, Steps.COMMIT, Steps.COMMITTED})
    void sessionsEndedThereCostARunAtMost(String point) throws SQLException {
        addWeek();
        AtomicInteger reached = new AtomicInteger();
        FaultPoints once = here -> {
            if (here.equals(point) && reached.getAndIncrement() == 0) {
                endSessions();
            }
        };

        Firn.Ran ran = firn.run(once, "run", Firn.NAMESPACE);

        assertThat(reached).hasPositiveValue();
        assertThat(ran.exitCode()).as(ran.all()).isIn(0, 4);
        assertThat(heads()).hasSize(rows() == 0 ? STREAMS : 0);
        assertThat(Eventodb.version(owner, prefix + 3)).isEqualTo(1);
        finish();
    }

    @ParameterizedTest
    @ValueSource(strings = {Steps.PLANNED, Steps.HEADS})
    void aWorkerThatWakesAfterItsSuccessorChangesNoHead(String point) throws SQLException {
        addWeek();
        try (ArchiverProcess stalled = ArchiverProcess.start(
                home, "STOP", point, 1, "--conf", firn.conf().toString(), "run", Firn.NAMESPACE)) {
            assertThat(stalled.awaitStop()).as(stalled.output()).isTrue();
            endSessions();
            finish();
            List<String> heads = heads();

            stalled.wake();
            stalled.exitCode();

            assertThat(heads()).isEqualTo(heads);
            assertThat(rows()).isEqualTo(1);
            assertThat(Eventodb.write(owner, prefix + 3)).isEqualTo(3);
        }
    }

    /** The next run drops, once, and every stream goes on. */
    private void finish() throws SQLException {
        database.execute("UPDATE firn.claim SET expires_at = clock_timestamp()");
        firn.succeed("run", Firn.NAMESPACE, "--retry-failed");
        assertThat(rows()).isZero();
        assertThat(heads()).hasSize(STREAMS).allMatch(head -> head.endsWith(" 1"));
        assertThat(Eventodb.write(owner, prefix + 3)).isEqualTo(2);
    }

    private void endSessions() {
        database.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND usename = '" + TestDatabase.ARCHIVER + "'");
    }

    private long rows() throws SQLException {
        return Eventodb.number(
                        owner, "SELECT count(*) FROM tsdb_default.messages WHERE stream_name LIKE '" + prefix + "%'")
                .orElseThrow();
    }

    private List<String> heads() throws SQLException {
        return Eventodb.texts(
                owner,
                "SELECT stream || ' ' || position FROM firn.stream_heads WHERE stream LIKE '" + prefix
                        + "%' ORDER BY 1");
    }
}
