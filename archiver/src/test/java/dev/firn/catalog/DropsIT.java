package dev.firn.catalog;

import static dev.firn.catalog.CatalogFixture.LEASE;
import static dev.firn.catalog.CatalogFixture.copy;
import static dev.firn.catalog.CatalogFixture.drop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DropsIT {

    private static CatalogFixture fixture;

    private final Catalog catalog = fixture.catalog();
    private ChunkKey key;
    private Claim claim;
    private ArchivedChunk archived;

    @BeforeAll
    static void createCatalogue() {
        fixture = CatalogFixture.create();
    }

    @AfterAll
    static void dropCatalogue() {
        fixture.close();
    }

    @BeforeEach
    void archiveAChunk() {
        fixture.database()
                .execute(
                        "DROP TABLE IF EXISTS chunk",
                        "CREATE TABLE chunk (id int)",
                        "ALTER TABLE chunk OWNER TO " + TestDatabase.OWNER);
        key = fixture.newChunk();
        claim = fixture.claim(key);
        archived = copy(key, 1);
        catalog.recordArchived(claim, archived);
    }

    @Test
    void theDropAndItsRecordAreCommittedTogether() throws SQLException {
        try (Connection connection = fixture.transaction()) {
            dropChunk(connection);
            assertThat(Commits.commit(connection)).isInstanceOf(CommitOutcome.Committed.class);
        }
        assertDropped(true);
        assertThat(fixture.texts("SELECT concat_ws(' ', actor, token = " + claim.token()
                        + ", detail ->> 'relation', detail ->> 'bytes_freed') FROM firn.audit"
                        + " WHERE action = 'dropped' AND namespace = '" + key.namespace() + "'"))
                .containsExactly("worker-1 t _timescaledb_internal._hyper_1_2_chunk 2000");
    }

    @Test
    void theDropAndItsRecordAreRolledBackTogether() throws SQLException {
        try (Connection connection = fixture.transaction()) {
            dropChunk(connection);
            connection.rollback();
        }
        assertDropped(false);
    }

    @Test
    void rowsThatStayForAnotherRangeAreRecordedOnlyOnTopOfWhatWasKnownOfIt() throws SQLException {
        Placed before = new Placed(List.of(archived.manifestKey()), 3, List.of(7L, 8L, 7L));
        Placed after = new Placed(List.of(archived.manifestKey()), 4, List.of(8L, 7L));
        catalog.recordFoundPlaced(claim, before);
        try (Connection connection = fixture.transaction()) {
            assertThat(catalog.recordStaying(connection, key, after, before)).isFalse();
            assertThat(catalog.recordStaying(connection, key, before, after)).isTrue();
            connection.commit();
        }
        assertThat(catalog.placed(key.namespace(), key.table())).containsExactly(Map.entry(key.range(), after));
    }

    @Test
    void refusesADropThatNoLiveCopyAllows() throws SQLException {
        ArchivedChunk newer = copy(key, 2, archived.manifestKey());
        catalog.recordArchived(claim, newer);
        try (Connection connection = fixture.transaction()) {
            assertThatThrownBy(() -> catalog.recordDropped(connection, claim, drop(archived)))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("the catalogue knows no live copy " + archived.manifestKey())
                    .hasMessageContaining("nothing was dropped")
                    .hasMessageContaining("HINT: run `archiver catalog rebuild`");
            catalog.recordDropped(connection, claim, drop(newer));
        }
    }

    @Test
    void refusesToRecordADropOutsideOfItsTransaction() throws SQLException {
        try (Connection connection = fixture.database().archiver()) {
            assertThatThrownBy(() -> catalog.recordDropped(connection, claim, drop(archived)))
                    .isInstanceOf(IllegalStateException.class);
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            assertThatThrownBy(() -> catalog.recordDropped(connection, claim, drop(archived)))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertDropped(false);
    }

    @Test
    void aSessionThatEndedBeforeCommitWasSentDroppedNothing() throws SQLException {
        try (Connection connection = fixture.transaction()) {
            dropChunk(connection);
            fixture.database().execute("SELECT pg_terminate_backend(" + backend(connection) + ", 10000)");
            assertThat(Commits.commit(connection)).isInstanceOf(CommitOutcome.RolledBack.class);
        }
        assertDropped(false);
    }

    @Test
    void aCommitWhoseAnswerWasLostIsFoundByReadingBack() throws Exception {
        try (CutCable cable =
                new CutCable(fixture.database().host(), fixture.database().port())) {
            String url = fixture.database()
                    .jdbcUrl()
                    .replace(":" + fixture.database().port() + "/", ":" + cable.port() + "/")
                    .replace(fixture.database().host(), "127.0.0.1");
            try (Connection connection =
                    DriverManager.getConnection(url, TestDatabase.ARCHIVER, TestDatabase.PASSWORD)) {
                connection.setAutoCommit(false);
                dropChunk(connection);
                assertThat(Commits.commit(connection)).isInstanceOf(CommitOutcome.Unknown.class);
            }
        }
        assertDropped(true);
    }

    @Test
    void aDropThatIsStillUndecidedIsNotCalledEither() throws SQLException {
        Catalog impatient = Catalog.open(fixture.service(), Duration.ofMillis(200));
        try (Connection connection = fixture.transaction()) {
            dropChunk(connection);
            assertThatThrownBy(() -> impatient.wasDropped(claim))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("reading back whether it was dropped")
                    .extracting(thrown -> ((FirnException) thrown).category())
                    .isEqualTo(Category.PASSING);
            connection.commit();
        }
        assertThat(catalog.wasDropped(claim)).isTrue();
    }

    @Test
    void aDropIsRememberedWhenOthersHaveWorkedOnTheChunkSince() throws SQLException {
        try (Connection connection = fixture.transaction()) {
            catalog.recordDropped(connection, claim, drop(archived));
            connection.commit();
        }
        catalog.release(claim);
        Claim late = fixture.claim(key, "successor", LEASE);
        catalog.recordArchived(late, copy(key, 2));
        assertThat(catalog.chunk(key).orElseThrow().state()).isEqualTo(ChunkState.ARCHIVED);
        assertThat(catalog.wasDropped(claim)).isTrue();
        assertThat(catalog.wasDropped(late)).isFalse();
    }

    @Test
    void aServerThatSaysWhyItRolledBackIsBelieved() throws SQLException {
        fixture.database()
                .execute(
                        "DROP TABLE IF EXISTS deferred",
                        "CREATE TABLE deferred (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
        try (Connection connection = fixture.database().admin();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO deferred VALUES (1), (1)");
            assertThat(Commits.commit(connection)).isInstanceOf(CommitOutcome.RolledBack.class);
        }
        try (Connection connection = fixture.transaction();
                Statement statement = connection.createStatement()) {
            dropChunk(connection);
            assertThatThrownBy(() -> statement.execute("SELECT 1 / 0")).isInstanceOf(SQLException.class);
            assertThat(Commits.commit(connection)).isInstanceOf(CommitOutcome.RolledBack.class);
            assertDropped(false); // and its locks are gone
        }
    }

    @Test
    void aChunkThatIsGoneWithoutARecordIsNotedOnce() throws SQLException {
        catalog.recordFoundDropped(claim, "not in the database");
        catalog.recordFoundDropped(claim, "not in the database");
        ChunkRow chunk = catalog.chunk(key).orElseThrow();
        assertThat(chunk.state()).isEqualTo(ChunkState.DROPPED);
        assertThat(chunk.droppedAt()).isPresent();
        assertThat(catalog.wasDropped(claim)).isFalse();
        assertThat(fixture.texts("SELECT detail ->> 'reason' FROM firn.audit WHERE action = 'found dropped'"
                        + " AND namespace = '" + key.namespace() + "'"))
                .containsExactly("not in the database");
    }

    @Test
    void aChunkWithoutACopyIsNeverCalledDropped() {
        ChunkKey bare = fixture.newChunk();
        assertThatThrownBy(() -> catalog.recordFoundDropped(fixture.claim(bare), "not in the database"))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("the catalogue knows no copy of it");
        assertThat(catalog.chunk(bare)).isEmpty();
    }

    private void dropChunk(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE chunk");
        }
        catalog.recordDropped(connection, claim, drop(archived));
    }

    private void assertDropped(boolean expected) throws SQLException {
        assertThat(catalog.wasDropped(claim)).isEqualTo(expected);
        assertThat(fixture.texts("SELECT to_regclass('chunk') IS NULL")).containsExactly(expected ? "t" : "f");
        assertThat(catalog.chunk(key).orElseThrow().state())
                .isEqualTo(expected ? ChunkState.DROPPED : ChunkState.ARCHIVED);
    }

    private static int backend(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }
}
