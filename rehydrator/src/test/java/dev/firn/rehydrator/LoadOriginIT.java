package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.firn.testing.Firn;
import dev.firn.testing.RequiresTimescale;
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

/** Who decodes the log can tell rows that came back from rows that are new. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@RequiresTimescale
class LoadOriginIT {

    private static final String SLOT = "firn_origin_test";

    private ArchivedWeeks weeks;

    @BeforeAll
    void archiveOneWeekAndDecodeTheLog(@TempDir Path home) throws SQLException {
        assumeThat(TestDatabase.canRestart()).isTrue();
        weeks = new ArchivedWeeks(home, 2);
        // A statement of its own: it runs in no transaction.
        weeks.database().execute("ALTER SYSTEM SET wal_level = 'logical'");
        weeks.database().restart();
        weeks.database().execute("SELECT pg_create_logical_replication_slot('%s', 'test_decoding')".formatted(SLOT));
    }

    @AfterAll
    void close() {
        if (weeks != null) {
            weeks.database()
                    .execute(
                            "SELECT pg_drop_replication_slot('%s')".formatted(SLOT),
                            "SELECT pg_replication_origin_drop('firn')");
            weeks.database().execute("ALTER SYSTEM RESET wal_level");
            weeks.database().restart();
            weeks.close();
        }
    }

    @Test
    void rowsThatComeBackCarryAnOriginAndNewOnesDoNot() throws SQLException {
        weeks.database().execute("SELECT count(*) FROM pg_logical_slot_get_changes('%s', NULL, NULL)".formatted(SLOT));
        Firn.Ran ran = new Rehydrate(weeks.firn())
                .succeed(Firn.NAMESPACE, ArchivedWeeks.TABLE, "--from", "2024-01-01", "--to", "2025-01-01");
        try (Connection owner = weeks.database().owner()) {
            weeks.events().write(owner, Instant.parse("2024-02-01T00:00:00Z"), "new-1", 0);
        }

        assertThat(ran.out()).contains("2 brought back").doesNotContain("replication origin");
        assertThat(inserts("0"))
                .anyMatch(change -> change.contains("account-1"))
                .anyMatch(LoadOriginIT::isNew);
        assertThat(inserts("1")).isNotEmpty().allMatch(LoadOriginIT::isNew);
        weeks.dropAgain();
    }

    @Test
    void whereItMayNotBeUsedThatIsSaid() {
        weeks.database()
                .execute("REVOKE EXECUTE ON FUNCTION pg_catalog.pg_replication_origin_session_setup(text) FROM "
                        + TestDatabase.ARCHIVER);

        Firn.Ran ran = new Rehydrate(weeks.firn()).succeed(ArchivedWeeks.FIRST.toArray(String[]::new));

        assertThat(ran.out()).contains("loaded without a replication origin").contains("--print-sql");
        weeks.database()
                .execute("GRANT EXECUTE ON FUNCTION pg_catalog.pg_replication_origin_session_setup(text) TO "
                        + TestDatabase.ARCHIVER);
        weeks.dropAgain();
    }

    /** Rows of events, as a consumer is told of them. */
    private List<String> inserts(String onlyLocal) throws SQLException {
        try (Connection admin = weeks.database().admin()) {
            return Shop.texts(
                            admin,
                            "SELECT data FROM pg_logical_slot_peek_changes('%s', NULL, NULL, 'only-local', '%s')"
                                    .formatted(SLOT, onlyLocal))
                    .stream()
                    .filter(change -> change.contains("INSERT:") && change.contains("global_position"))
                    .toList();
        }
    }

    private static boolean isNew(String change) {
        return change.contains("new-1");
    }
}
