package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A retention policy drops by age and asks nobody: what it is about to take is copied before. */
@RequiresTimescale
class RetentionGuardIT {

    private static final String NOT_YET = "archive-after = 20000d, require-compressed = false";

    static List<String> versions() {
        return TestDatabase.availableTimescaleVersions();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void copiesAheadWhatAPolicyIsAboutToDropAndOverriddenThatIsLost(String version, @TempDir Path home)
            throws SQLException {
        try (GuardedEvents given = GuardedEvents.create(version, home, NOT_YET)) {
            assertThat(given.run()).contains("0 archived, 0 dropped, 0 failed");
            // Takes the first two weeks, and no more of them for years.
            long job = given.number(
                    "SELECT add_retention_policy('events.messages', now() - timestamptz '2024-01-18 12:00Z')");

            given.configure("guards { retention = off }, " + NOT_YET);
            assertThat(given.plan()).contains("0 of 4 chunks have work to do").doesNotContain("retention");
            given.configure(NOT_YET);
            assertThat(given.plan())
                    .contains("2 of 4 chunks have work to do")
                    .contains("a retention policy (job %d, after".formatted(job))
                    .contains("copied as it is, ahead of its time (guard retention)");
            assertThat(given.status())
                    .contains("alarm (retention): a retention policy (job %d) drops chunks after".formatted(job))
                    .contains("[2024-01-04, 2024-01-11) has no copy, and the retention policy (job %d)".formatted(job));

            assertThat(given.run()).contains("2 archived, 0 dropped, 0 failed");
            given.execute("CALL run_job(%d)".formatted(job));
            assertThat(given.events.rows(given.owner)).isEqualTo(GuardedEvents.ALL / 2);
            assertThat(given.archived()).isEqualTo(GuardedEvents.ALL / 2);

            given.configure("guards { retention = off }, " + NOT_YET);
            given.execute("SELECT remove_retention_policy('events.messages')");
            job = given.number("SELECT add_retention_policy('events.messages', interval '1 day')");
            assertThat(given.run()).contains("0 archived, 0 dropped, 0 failed");
            given.execute("CALL run_job(%d)".formatted(job));
            assertThat(given.events.rows(given.owner)).isZero();
            assertThat(given.archived()).as("the other half is nowhere").isEqualTo(GuardedEvents.ALL / 2);
        }
    }

    @Test
    void saysThatAPolicyTakesWhatIsOnHold(@TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create(home, "drop-after = never")) {
            given.run();
            given.database.execute(
                    """
                    INSERT INTO firn.hold (namespace, table_schema, table_name, range_kind, range_start, range_end,
                                           range_text, hold_until, placed_by)
                    SELECT namespace, table_schema, table_name, range_kind, range_start, range_end, range_text,
                           now() + interval '3 days', 'a test'
                    FROM firn.chunk ORDER BY range_start LIMIT 1""");
            assertThat(given.status()).doesNotContain("alarm");

            long job = given.number("SELECT add_retention_policy('events.messages', interval '1 year')");

            assertThat(given.status())
                    .contains(
                            "warning (retention): a retention policy (job %d) drops chunks after 1 year".formatted(job))
                    .contains("alarm (retention): [2024-01-04, 2024-01-11) is on hold until")
                    .contains("remove_retention_policy('\"events\".\"messages\"')");
            given.execute("SELECT alter_job(%d, scheduled => false)".formatted(job));
            assertThat(given.status()).doesNotContain("alarm").doesNotContain("warning");
        }
    }
}
