package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Killed anywhere in the drop's transaction: heads stand if, and only if, the rows are gone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeadKillIT {

    private static final int STREAMS = 25;

    private Path home;
    private TestDatabase database;
    private Connection owner;
    private Eventodb store;
    private Firn firn;
    private int weeks;

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

    @ParameterizedTest
    @ValueSource(strings = {Steps.HEADS, Steps.LOCK, Steps.LOCKED, Steps.DROP, Steps.COMMIT, Steps.COMMITTED})
    void headsStandIfAndOnlyIfTheRowsAreGone(String point) throws SQLException {
        Instant week = EventStore.FIRST_WEEK.plus(EventStore.WEEK.multipliedBy(weeks++));
        String prefix = "k" + weeks + "x";
        store.fillWeek(week, prefix, STREAMS, 2);
        store.compressAll();

        try (ArchiverProcess process = ArchiverProcess.start(
                home, "KILL", point, 1, "--conf", firn.conf().toString(), "run", Firn.NAMESPACE)) {
            assertThat(process.exitCode()).as(process.output()).isEqualTo(137);
        }
        database.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND usename = '" + TestDatabase.ARCHIVER + "'");

        boolean gone = point.equals(Steps.COMMITTED);
        assertThat(rows(prefix)).isEqualTo(gone ? 0 : 2 * STREAMS);
        assertThat(heads(prefix)).isEqualTo(gone ? STREAMS : 0);
        assertThat(Eventodb.version(owner, prefix + 3)).isEqualTo(1);

        database.execute("UPDATE firn.claim SET expires_at = clock_timestamp()");
        firn.succeed("run", Firn.NAMESPACE, "--retry-failed");
        assertThat(rows(prefix)).isZero();
        assertThat(heads(prefix)).isEqualTo(STREAMS);
        assertThat(Eventodb.write(owner, prefix + 3)).isEqualTo(2);
    }

    @Test
    void lateRowsWhoseCopyIsPublishedAndNotYetInPlaceHoldUpNothing() throws SQLException {
        Instant week = EventStore.FIRST_WEEK.plus(EventStore.WEEK.multipliedBy(weeks++));
        String prefix = "l" + weeks + "x";
        store.fillWeek(week, prefix, STREAMS, 2);
        store.compressAll();
        firn.succeed("run", Firn.NAMESPACE);
        store.fillWeek(week, prefix + "late", STREAMS, 2);
        store.compressAll();

        try (ArchiverProcess process = ArchiverProcess.start(
                home, "KILL", Steps.PUBLISHED, 1, "--conf", firn.conf().toString(), "run", Firn.NAMESPACE)) {
            assertThat(process.exitCode()).as(process.output()).isEqualTo(137);
        }
        assertThat(rows(prefix)).isEqualTo(2 * STREAMS);

        database.execute("UPDATE firn.claim SET expires_at = clock_timestamp()");
        firn.succeed("run", Firn.NAMESPACE, "--retry-failed");
        assertThat(rows(prefix)).isZero();
        assertThat(heads(prefix)).isEqualTo(2 * STREAMS);
    }

    private long rows(String prefix) throws SQLException {
        return count("tsdb_default.messages WHERE stream_name LIKE '" + prefix + "%'");
    }

    private long heads(String prefix) throws SQLException {
        return count("firn.stream_heads WHERE stream LIKE '" + prefix + "%'");
    }

    private long count(String from) throws SQLException {
        List<Long> found = Eventodb.numbers(owner, "SELECT count(*) FROM " + from);
        return found.get(0);
    }
}
