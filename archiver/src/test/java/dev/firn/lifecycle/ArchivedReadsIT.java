package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.testing.EventStore;
import dev.firn.testing.Eventodb;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;

/**
 * A reader who asks for what is archived must not be given a shorter history in silence. Two weeks of ten streams of the
 * category account, then one week of another category; all but the last of them archived and dropped.
 */
class ArchivedReadsIT {

    private static final Instant FIRST = EventStore.FIRST_WEEK;
    private static final Instant SECOND = FIRST.plus(EventStore.WEEK);
    private static final Instant THIRD = SECOND.plus(EventStore.WEEK);
    private static final long ALL = -1;

    @TempDir
    private Path home;

    private TestDatabase database;
    private Connection owner;
    private Firn firn;

    @BeforeEach
    void archiveTwoWeeksOfThree() throws SQLException {
        database = TestDatabase.create();
        owner = database.owner();
        Eventodb store = Eventodb.create(owner);
        store.fillWeek(FIRST, "account-", 10, 3); // positions 0 to 2, 1 to 30 of all
        store.fillWeek(SECOND, "account-", 10, 2); // 3 and 4, 31 to 50 of all
        store.fillWeek(THIRD, "order-", 10, 2); // 0 and 1, 51 to 70 of all
        store.compressAll();
        firn = Firn.configure(database, home, tables("error", "never")).init();
        firn.succeed("run", Firn.NAMESPACE);
        store.attach();
        firn.tables(tables("error", "30d"));
        firn.succeed("run", Firn.NAMESPACE, "--max-chunks", "2");
        assertThat(Eventodb.numbers(owner, "SELECT count(*) FROM tsdb_default.messages"))
                .containsExactly(20L);
    }

    @AfterEach
    void close() throws SQLException {
        owner.close();
        database.close();
    }

    private static String tables(String onArchived, String dropAfter) {
        return "tsdb_default.messages { archive-after = 30d, drop-after = %s, %s, write-path.on-archived = %s }"
                .formatted(dropAfter, Eventodb.WRITE_PATH, onArchived);
    }

    @Test
    void readingAStreamFromAnArchivedPositionFailsAndSaysHowToBringItBack() {
        assertThatThrownBy(() -> Eventodb.read(owner, "account-3", 0, ALL))
                .hasMessageContaining("positions 0 to 4 of stream account-3, or some of them, are archived")
                .hasMessageContaining("Hint: rehydrate test tsdb_default.messages --from 2024-01-04T00:00:00.000000Z"
                        + " --to 2024-01-18T00:00:00.000000Z")
                .extracting(thrown -> ((SQLException) thrown).getSQLState())
                .isEqualTo("FIRN1");
        assertThatThrownBy(() -> Eventodb.read(owner, "account-3", 4, 1)).hasMessageContaining("positions 4 to 4");
        assertThatThrownBy(() -> Eventodb.numbers(
                        owner, "SELECT position FROM tsdb_default.get_last_stream_message('account-3')"))
                .hasMessageContaining("positions 0 to 4");
    }

    @Test
    void readingAStreamFromWhereItIsStillThereAnswers() throws SQLException {
        Eventodb.write(owner, "account-3");
        Eventodb.write(owner, "account-3");

        assertThat(Eventodb.read(owner, "account-3", 5, ALL)).containsExactly(5L, 6L);
        assertThat(Eventodb.read(owner, "account-3", 7, ALL)).isEmpty();
        assertThat(Eventodb.read(owner, "order-3", 0, ALL)).containsExactly(0L, 1L);
        assertThat(Eventodb.read(owner, "order-3", 0, 1)).containsExactly(0L);
        assertThat(Eventodb.read(owner, "unheard-of", 0, ALL)).isEmpty();
        assertThat(Eventodb.numbers(owner, "SELECT position FROM tsdb_default.get_last_stream_message('account-3')"))
                .containsExactly(6L);
        assertThatThrownBy(() -> Eventodb.read(owner, "account-3", 4, ALL)).hasMessageContaining("positions 4 to 4");
    }

    @Test
    void readingACategoryFromAnArchivedGlobalPositionFailsAndSaysHowToBringItBack() {
        assertThatThrownBy(() -> Eventodb.readCategory(owner, "account", 1, ALL))
                .hasMessageContaining(
                        "messages of category account from global position 1 on, or some of them, are archived")
                .hasMessageContaining("--from 2024-01-04T00:00:00.000000Z --to 2024-01-18T00:00:00.000000Z");
        // Only the second week reaches so far.
        assertThatThrownBy(() -> Eventodb.readCategory(owner, "account", 50, ALL))
                .hasMessageContaining("--from 2024-01-11T00:00:00.000000Z --to 2024-01-18T00:00:00.000000Z");
        assertThatThrownBy(() -> Eventodb.readCategory(owner, "", 50, 1)).hasMessageContaining("messages from global");
    }

    @Test
    void readingACategoryOfWhichNothingIsMissingAnswers() throws SQLException {
        List<Long> third = LongStream.rangeClosed(51, 70).boxed().toList();
        assertThat(Eventodb.readCategory(owner, "account", 51, ALL)).isEmpty();
        assertThat(Eventodb.readCategory(owner, "", 51, ALL)).isEqualTo(third);
        // Nothing of it was ever archived, whatever else was.
        assertThat(Eventodb.readCategory(owner, "order", 1, ALL)).isEqualTo(third);
        assertThat(Eventodb.readCategory(owner, "order", 1, 5)).isEqualTo(third.subList(0, 5));
        assertThat(Eventodb.readCategory(owner, "accou", 1, ALL)).isEmpty();
        assertThat(Eventodb.readCategory(owner, "account-1", 1, ALL)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"notice, true", "silent, false"})
    void theOtherModesAnswerWhatIsLeft(String onArchived, boolean noted) throws SQLException {
        Eventodb.write(owner, "account-3");
        firn.tables(tables(onArchived, "never"));
        firn.succeed("run", Firn.NAMESPACE);
        owner.clearWarnings();

        try (var statement = owner.createStatement();
                var rows =
                        statement.executeQuery("SELECT position FROM tsdb_default.get_stream_messages('account-3')")) {
            rows.next();
            assertThat(rows.getLong(1)).isEqualTo(5);
            ServerErrorMessage note = noted
                    ? ((PSQLWarning) statement.getWarnings()).getServerErrorMessage()
                    : new ServerErrorMessage("");
            assertThat(String.valueOf(note.getMessage())
                            .contains("positions 0 to 4 of stream account-3, or some of them,"))
                    .isEqualTo(noted);
            assertThat(String.valueOf(note.getHint())
                            .contains("rehydrate test tsdb_default.messages --from 2024-01-04T"))
                    .isEqualTo(noted);
            assertThat(statement.getWarnings() != null).isEqualTo(noted);
        }
        assertThat(Eventodb.readCategory(owner, "account", 1, ALL)).hasSize(1);
    }

    /** As a restore leaves it: the rows are there, and the catalogue says so. */
    @Test
    void whatWasBroughtBackIsReadAgain() throws SQLException {
        Eventodb.execute(
                owner,
                """
                INSERT INTO tsdb_default.messages (time, global_position, position, stream_name, type)
                SELECT '%s'::timestamptz + s * interval '1 second', 31 + n * 10 + s, 3 + n, 'account-' || s, 'Old'
                FROM generate_series(0, 1) n, generate_series(0, 9) s"""
                        .formatted(SECOND));
        database.execute("UPDATE firn.chunk SET state = 'restored' WHERE range_text LIKE '[2024-01-11%'");

        assertThat(Eventodb.read(owner, "account-3", 3, ALL)).containsExactly(3L, 4L);
        assertThat(Eventodb.readCategory(owner, "account", 31, ALL)).hasSize(20);
        assertThatThrownBy(() -> Eventodb.read(owner, "account-3", 2, ALL))
                .hasMessageContaining("positions 2 to 2")
                .hasMessageContaining("--from 2024-01-04T00:00:00.000000Z --to 2024-01-11T00:00:00.000000Z");
        assertThatThrownBy(() -> Eventodb.readCategory(owner, "account", 30, ALL))
                .hasMessageContaining("archived");
    }

    @Test
    void eventsThatSomebodyDeletedAreNotTakenForArchivedOnes() throws SQLException {
        database.execute("UPDATE firn.chunk SET state = 'restored'");

        assertThat(Eventodb.read(owner, "account-3", 0, ALL)).isEmpty();
        assertThat(Eventodb.readCategory(owner, "account", 1, ALL)).isEmpty();
    }

    @Test
    void aReaderWithAnOldSnapshotIsToldThatItMissesRows() throws SQLException {
        Eventodb.execute(owner, "SELECT tsdb_default.compress_chunks_older_than('1 week')");
        try (Connection reader = database.owner()) {
            reader.setAutoCommit(false);
            reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            assertThat(Eventodb.numbers(reader, "SELECT count(*) FROM firn.write_paths"))
                    .containsExactly(1L);
            firn.succeed("run", Firn.NAMESPACE, "--max-chunks", "1");
            assertThat(Eventodb.numbers(owner, "SELECT count(*) FROM tsdb_default.messages"))
                    .containsExactly(0L);

            assertThatThrownBy(() -> Eventodb.read(reader, "order-3", 0, ALL))
                    .hasMessageContaining("rows were archived and dropped since this transaction began")
                    .extracting(thrown -> ((SQLException) thrown).getSQLState())
                    .isEqualTo("40001");
            reader.rollback();
            assertThatThrownBy(() -> Eventodb.read(reader, "order-3", 0, ALL)).hasMessageContaining("positions 0 to 1");
            reader.rollback();
        }
    }
}
