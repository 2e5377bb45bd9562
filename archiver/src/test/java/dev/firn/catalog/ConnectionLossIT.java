package dev.firn.catalog;

import static dev.firn.catalog.CatalogFixture.copy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.catalog.CatalogFixture.Connections;
import dev.firn.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectionLossIT {

    private static CatalogFixture fixture;

    @BeforeAll
    static void createCatalogue() {
        fixture = CatalogFixture.create();
    }

    @AfterAll
    static void dropCatalogue() {
        fixture.close();
    }

    @BeforeEach
    void forgetConnectionsThatATestHasEnded() {
        fixture.service().getHikariPoolMXBean().softEvictConnections();
    }

    @Test
    void aSessionThatEndsInTheMiddleChangesNothing() throws SQLException {
        Transactions transactions = new Transactions(fixture.service(), Duration.ofSeconds(5), Duration.ofSeconds(5));
        assertThatThrownBy(() -> transactions.run("n", "registering", connection -> {
                    Sql.update(connection, "INSERT INTO firn.namespace (name) VALUES ('half')");
                    fixture.database().terminateBackends();
                    return Sql.update(connection, "INSERT INTO firn.namespace (name) VALUES ('done')");
                }))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("n: registering: ")
                .hasMessageContaining("nothing was changed")
                .hasMessageContaining("HINT: see that the database is up")
                .extracting(thrown -> ((FirnException) thrown).category())
                .isEqualTo(Category.PASSING);
        assertThat(fixture.texts("SELECT 1 FROM firn.namespace WHERE name = 'half'"))
                .isEmpty();
    }

    @Test
    void aSessionThatEndsBeforeCommitIsSentChangesNothing() throws SQLException {
        Transactions transactions = new Transactions(fixture.service(), Duration.ofSeconds(5), Duration.ofSeconds(5));
        assertThatThrownBy(() -> transactions.run("n", "registering", connection -> {
                    Sql.update(connection, "INSERT INTO firn.namespace (name) VALUES ('half')");
                    return fixture.database().terminateBackends();
                }))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("nothing was changed")
                .extracting(thrown -> ((FirnException) thrown).category())
                .isEqualTo(Category.PASSING);
        assertThat(fixture.texts("SELECT 1 FROM firn.namespace WHERE name = 'half'"))
                .isEmpty();
    }

    @Test
    void whatWasRecordedWithoutAnAnswerMayBeRecordedAgain() throws Exception {
        ChunkKey key = fixture.newChunk();
        Claim claim = fixture.claim(key);
        try (CutCable cable =
                new CutCable(fixture.database().host(), fixture.database().port())) {
            String url = "jdbc:postgresql://127.0.0.1:%d/%s"
                    .formatted(cable.port(), fixture.database().name());
            Transactions cut =
                    new Transactions(new Connections(() -> connect(url)), Duration.ofSeconds(5), Duration.ofSeconds(5));
            assertThatThrownBy(() -> cut.run(key, "recording an attempt", connection -> {
                        Sql.update(
                                connection, "UPDATE firn.claim SET attempt = 'unseen' WHERE token = ?", claim.token());
                        return null;
                    }))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("whether it was recorded is not known, no data was touched")
                    .hasMessageContaining("HINT: nothing to do: the next run reads back")
                    .extracting(thrown -> ((FirnException) thrown).category())
                    .isEqualTo(Category.PASSING);
        }
        assertThat(fixture.texts("SELECT attempt FROM firn.claim WHERE token = " + claim.token()))
                .containsExactly("unseen");
        fixture.catalog().recordAttempt(claim, "attempt-1");
        fixture.catalog().recordAttempt(claim, "attempt-1");
        fixture.catalog().recordArchived(claim, copy(key, 1));
        assertThat(fixture.catalog().attempts(key)).hasSize(1);
    }

    @Test
    void thePoolRecoversFromEndedSessions() {
        ChunkKey key = fixture.newChunk();
        Claim claim = fixture.claim(key);
        assertThat(fixture.database().terminateBackends()).isPositive();
        // The first calls may find dead connections that the pool has not tested again yet.
        for (int i = 0; i < 8; i++) {
            try {
                assertThat(fixture.catalog().renew(claim, CatalogFixture.LEASE)).isTrue();
            } catch (FirnException passing) {
                assertThat(passing.category()).isEqualTo(Category.PASSING);
            }
        }
        assertThat(fixture.catalog().renew(claim, CatalogFixture.LEASE)).isTrue();
    }

    @Test
    void aDatabaseThatCannotBeReachedIsAPassingFailure() {
        try (HikariDataSource nowhere = CatalogFixture.pool(fixture.database())) {
            Catalog catalog = Catalog.open(nowhere);
            nowhere.setConnectionTimeout(300);
            fixture.database().execute("ALTER DATABASE " + fixture.database().name() + " CONNECTION LIMIT 0");
            try {
                fixture.database().terminateBackends();
                nowhere.getHikariPoolMXBean().softEvictConnections();
                assertThatThrownBy(() -> catalog.namespace("n"))
                        .isInstanceOf(FirnException.class)
                        .hasMessageContaining("no connection to the database")
                        .hasMessageContaining("nothing was changed")
                        .extracting(thrown -> ((FirnException) thrown).category())
                        .isEqualTo(Category.PASSING);
            } finally {
                fixture.database()
                        .execute("ALTER DATABASE " + fixture.database().name() + " CONNECTION LIMIT -1");
            }
        }
    }

    @Test
    void aStatementThatTakesTooLongIsCancelled() {
        Transactions impatient = new Transactions(fixture.service(), Duration.ofMillis(100), Duration.ofSeconds(5));
        assertThatThrownBy(() ->
                        impatient.run("n", "waiting", connection -> Sql.exists(connection, "SELECT pg_sleep(30)")))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("statement timeout")
                .extracting(thrown -> ((FirnException) thrown).category())
                .isEqualTo(Category.PASSING);
    }

    @Test
    void theNextUserOfAConnectionGetsItsOwnTimeouts() throws SQLException {
        try (HikariDataSource single = CatalogFixture.pool(fixture.database())) {
            single.setMaximumPoolSize(1);
            Transactions transactions = new Transactions(single, Duration.ofSeconds(5), Duration.ofSeconds(5));
            transactions.run("n", "looking", connection -> Sql.exists(connection, "SELECT 1"));
            try (Connection connection = single.getConnection()) {
                assertThat(Sql.list(connection, row -> row.getString(1), "SHOW statement_timeout"))
                        .containsExactly("0");
                assertThat(connection.getAutoCommit()).isTrue();
            }
        }
    }

    private static Connection connect(String url) {
        try {
            return DriverManager.getConnection(url, TestDatabase.ARCHIVER, TestDatabase.PASSWORD);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
