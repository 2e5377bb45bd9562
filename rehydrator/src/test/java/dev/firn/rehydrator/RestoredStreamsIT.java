package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FaultPoints;
import dev.firn.lifecycle.Steps;
import dev.firn.testing.EventStore;
import dev.firn.testing.Eventodb;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that are written to while their history is back, edited, released and dropped again. */
class RestoredStreamsIT {

    private static final int STREAMS = 20;
    private static final int EVENTS = 5;
    private static final String TABLE = "tsdb_default.messages";
    private static final String DUPLICATES =
            """
            SELECT stream_name || ' ' || position FROM tsdb_default.messages
            GROUP BY stream_name, position HAVING count(*) > 1""";

    @TempDir
    private Path home;

    private TestDatabase database;
    private Connection owner;
    private Firn firn;
    private Rehydrate rehydrate;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noPositionIsGivenTwiceWhateverComesAndGoes(boolean partitions) throws SQLException {
        try (TestDatabase created = partitions ? TestDatabase.plain() : TestDatabase.create();
                Connection connection = created.owner()) {
            database = created;
            owner = connection;
            archiveAndDropAWeek();

            restore();
            assertThat(version(7)).isEqualTo(EVENTS - 1);
            assertThat(write(7)).isEqualTo(EVENTS);
            // The end of one stream is deleted, and another one goes on, in the range that is back.
            Eventodb.execute(
                    owner, "DELETE FROM tsdb_default.messages WHERE stream_name = 'account-3' AND position = 4");
            Eventodb.execute(
                    owner,
                    "INSERT INTO tsdb_default.messages (time, position, stream_name, type) VALUES ('%s', 5, 'account-4', 'Late')"
                            .formatted(EventStore.FIRST_WEEK.plusSeconds(90_000)));
            assertThat(version(3)).as("its head is above what is left").isEqualTo(EVENTS - 1);
            assertThat(version(4)).isEqualTo(EVENTS);

            rehydrate.succeed("release", Firn.NAMESPACE, TABLE);
            assertThat(firn.run("run", Firn.NAMESPACE).out()).contains("edited, kept");
            dropWhileOthersWrite();

            assertThat(heads("account-3", "account-4", "account-7", "account-8"))
                    .containsExactly(4L, 5L, 4L, 4L);
            assertThat(version(7)).isEqualTo(EVENTS);
            assertThat(write(3)).isEqualTo(EVENTS);
            assertThat(write(4)).isEqualTo(EVENTS + 1);
            assertThat(write(7)).isEqualTo(EVENTS + 1);
            assertThat(write(8)).isEqualTo(EVENTS);
            // All there ever was, in one place.
            restore();
            assertThat(Eventodb.texts(owner, DUPLICATES)).isEmpty();
            for (int stream = 0; stream < STREAMS; stream++) {
                List<Long> positions = Eventodb.read(owner, "account-" + stream, 0, 100);
                assertThat(positions.get(positions.size() - 1)).isEqualTo(version(stream));
            }
        }
    }

    private void archiveAndDropAWeek() throws SQLException {
        Eventodb store = Eventodb.create(owner);
        store.fillWeek(EventStore.FIRST_WEEK, "account-", STREAMS, EVENTS);
        store.compressAll();
        firn = Firn.configure(database, home, TABLE + " { archive-after = 30d, " + Eventodb.WRITE_PATH + " }")
                .init();
        rehydrate = new Rehydrate(firn);
        firn.run("run", Firn.NAMESPACE);
        store.attach();
        assertThat(firn.succeed("run", Firn.NAMESPACE, "--retry-failed").out()).contains("1 dropped, 0 failed");
    }

    private void restore() {
        assertThat(rehydrate
                        .succeed(Firn.NAMESPACE, TABLE, "--from", "2024-01-04", "--to", "2024-01-05")
                        .out())
                .contains("1 brought back");
    }

    /** From streams' first looks at their version before the lock, to writers that wait for it. */
    private void dropWhileOthersWrite() {
        List<CompletableFuture<Long>> writing = new ArrayList<>();
        FaultPoints others = point -> {
            if (point.equals(Steps.HEADS) || point.equals(Steps.LOCKED) || point.equals(Steps.COMMIT)) {
                int stream = 9 + writing.size();
                if (stream < STREAMS) {
                    writing.add(CompletableFuture.supplyAsync(() -> writeApart(stream)));
                }
            }
        };
        Firn.Ran ran = firn.run(
                others,
                "run",
                Firn.NAMESPACE,
                "--retry-failed",
                "--table",
                TABLE,
                "--chunk",
                "2024-01-04",
                "--divergent",
                "replace");
        assertThat(ran.exitCode()).as(ran.all()).isZero();
        assertThat(ran.out()).contains("1 dropped");
        assertThat(writing).hasSizeGreaterThanOrEqualTo(3);
        assertThat(writing).allMatch(written -> written.join() == EVENTS);
    }

    private long writeApart(int stream) {
        try (Connection writer = database.owner()) {
            return Eventodb.write(writer, "account-" + stream);
        } catch (SQLException e) {
            throw new IllegalStateException("writing to account-" + stream, e);
        }
    }

    private long write(int stream) throws SQLException {
        return Eventodb.write(owner, "account-" + stream);
    }

    private long version(int stream) throws SQLException {
        return Eventodb.version(owner, "account-" + stream);
    }

    private List<Long> heads(String... streams) throws SQLException {
        return Eventodb.numbers(
                owner, "SELECT position FROM firn.stream_heads WHERE stream = ANY (?) ORDER BY stream", (Object)
                        streams);
    }
}
