package dev.firn.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.testing.EventStore;
import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Heads from the books of a chunk and from its rows are the same, in every version and whatever was done to the chunk. */
@RequiresTimescale
class ChunkHeadsIT {

    private static final HeadColumns COLUMNS =
            new HeadColumns("stream_name", "position", Optional.of("global_position"));

    static List<String> versions() {
        return TestDatabase.availableTimescaleVersions();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void areThoseOfTheRowsWhateverWasDoneToTheChunk(String version) throws SQLException {
        try (TestDatabase database = TestDatabase.create(version);
                Connection owner = database.owner();
                Connection archiver = database.archiver()) {
            EventStore events = EventStore.hypertable(owner, "events", EventStore.WEEK);
            events.fillWeeks(owner, 1, 1, 4_000);
            assertHeads(owner, archiver);
            events.compressAll(owner);
            assertHeads(owner, archiver);
            assertThat(books(archiver)).isEqualTo(!version.startsWith("2.13."));
            execute(
                    owner,
                    "INSERT INTO events.messages (time, position, stream_name, type)"
                            + " VALUES ('2024-01-05', 5000, 'account-3', 'Late'), ('2024-01-05', 7, 'late-1', 'Late')",
                    "UPDATE events.messages SET position = 6000 WHERE stream_name = 'account-4' AND position = 3",
                    "DELETE FROM events.messages WHERE stream_name = 'account-5' AND position > 100",
                    "DELETE FROM events.messages WHERE stream_name = 'account-6'");
            assertHeads(owner, archiver);
            events.compressAll(owner);
            assertHeads(owner, archiver);
        }
    }

    @Test
    void aTableThatIsCompressedInAnotherWayIsReadByItsRowsAlone() throws SQLException {
        try (TestDatabase database = TestDatabase.create();
                Connection owner = database.owner();
                Connection archiver = database.archiver()) {
            EventStore events = EventStore.hypertable(owner, "events", EventStore.WEEK);
            execute(
                    owner,
                    "ALTER TABLE events.messages SET (timescaledb.compress_segmentby = 'type',"
                            + " timescaledb.compress_orderby = 'time')");
            events.fillWeeks(owner, 1, 1, 1_000);
            events.compressAll(owner);
            assertThat(books(archiver)).isFalse();
            assertHeads(owner, archiver);

            // How the next chunk will be compressed says nothing of this one.
            execute(
                    owner,
                    "ALTER TABLE events.messages SET (timescaledb.compress_segmentby = 'stream_name',"
                            + " timescaledb.compress_orderby = 'position, global_position')");
            assertThat(books(archiver)).isFalse();
            assertHeads(owner, archiver);
        }
    }

    @Test
    void booksThatSayOtherThanTheRowsStopTheDrop() throws SQLException {
        try (TestDatabase database = TestDatabase.create();
                Connection owner = database.owner();
                Connection archiver = database.archiver()) {
            EventStore events = EventStore.hypertable(owner, "events", EventStore.WEEK);
            events.fillWeeks(owner, 1, 1, 1_000);
            events.compressAll(owner);
            String twin = chunk(archiver).twin().orElseThrow().relation().quoted();
            database.execute("UPDATE %s SET _ts_meta_max_1 = _ts_meta_max_1 + 1 WHERE stream_name = 'account-7'"
                    .formatted(twin));

            assertThatThrownBy(() -> heads(archiver))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("the rows of stream 'account-7' end at 49")
                    .hasMessageContaining("its batches say 50")
                    .hasMessageContaining("it was not dropped");
        }
    }

    private static void assertHeads(Connection owner, Connection archiver) throws SQLException {
        List<String> truth = new ArrayList<>();
        try (Statement statement = owner.createStatement();
                ResultSet rows = statement.executeQuery(
                        """
                        SELECT concat_ws(' ', stream_name, max(position), min(global_position), max(global_position))
                        FROM events.messages GROUP BY stream_name ORDER BY stream_name COLLATE "C\"""")) {
            while (rows.next()) {
                truth.add(rows.getString(1));
            }
        }
        assertThat(heads(archiver)).isNotEmpty().isEqualTo(truth);
    }

    private static List<String> heads(Connection archiver) throws SQLException {
        ChunkSource source = Sources.detect(archiver);
        Table table = source.table(archiver, new dev.firn.TableName("events", "messages"));
        Chunk chunk = source.chunks(archiver, table).get(0);
        ExportLimits limits = new ExportLimits(
                Duration.ofMinutes(1), Duration.ofMillis(100), Duration.ofMinutes(1), Duration.ofMinutes(1));
        List<String> heads = new ArrayList<>();
        try (ExportSession session = ExportSession.open(archiver, source, table, chunk, limits)) {
            new ChunkHeads(archiver, source, table, session.chunk(), COLUMNS)
                    .read(head -> heads.add("%s %d %d %d"
                            .formatted(
                                    head.stream(),
                                    head.position(),
                                    head.firstGlobal().orElseThrow(),
                                    head.lastGlobal().orElseThrow())));
        }
        return heads;
    }

    private static Chunk chunk(Connection archiver) throws SQLException {
        ChunkSource source = Sources.detect(archiver);
        return source.chunks(archiver, source.table(archiver, new dev.firn.TableName("events", "messages")))
                .get(0);
    }

    private static boolean books(Connection archiver) throws SQLException {
        return BatchBooks.of(archiver, chunk(archiver), COLUMNS).tell();
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
