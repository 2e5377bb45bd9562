package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import dev.firn.copy.Digest;
import dev.firn.testing.RequiresTimescale;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Retention policies that do not go by the age of rows: by when a chunk was made, and by numbers. */
@RequiresTimescale
class RetentionPoliciesIT {

    private static final String NOT_YET = "archive-after = 20000d, require-compressed = false";

    /** What such a policy does: until 2.25 it fails in TimescaleDB itself, "could not find drop_after in config". */
    private static final String ACT = "SELECT drop_chunks('events.messages', created_before => interval '60 days')";

    @Test
    void copiesAheadWhatAPolicyByCreationIsAboutToDropAndOverriddenThatIsLost(@TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create(home, NOT_YET)) {
            long job = given.number(
                    "SELECT add_retention_policy('events.messages', drop_created_before => interval '60 days')");
            assertThat(given.plan()).contains("0 of 4 chunks have work to do");
            makeOlder(given, "range_start < '2024-01-18'");

            given.configure("guards { retention = off }, " + NOT_YET);
            assertThat(given.plan()).contains("0 of 4 chunks have work to do");
            given.configure(NOT_YET);
            assertThat(given.status())
                    .contains("[2024-01-04, 2024-01-11) has no copy, and the retention policy (job %d)".formatted(job))
                    .contains("[2024-01-11, 2024-01-18) has no copy")
                    .doesNotContain("[2024-01-18, 2024-01-25) has no copy");
            assertThat(given.run()).contains("2 archived, 0 dropped, 0 failed");
            given.execute(ACT);
            assertThat(given.events.rows(given.owner)).isEqualTo(GuardedEvents.ALL / 2);
            assertThat(given.archived()).isEqualTo(GuardedEvents.ALL / 2);

            given.configure("guards { retention = off }, " + NOT_YET);
            makeOlder(given, "true");
            assertThat(given.run()).contains("0 archived, 0 dropped, 0 failed");
            given.execute(ACT);
            assertThat(given.events.rows(given.owner)).isZero();
            assertThat(given.archived()).as("the other half is nowhere").isEqualTo(GuardedEvents.ALL / 2);
        }
    }

    /** As if TimescaleDB had made these chunks 60 days earlier. */
    private static void makeOlder(GuardedEvents given, String which) {
        given.database.execute(
                """
                UPDATE _timescaledb_catalog.chunk c SET creation_time = now() - interval '61 days'
                FROM timescaledb_information.chunks i
                WHERE (i.chunk_schema, i.chunk_name) = (c.schema_name, c.table_name) AND %s"""
                        .formatted(which));
    }

    @Test
    void copiesAheadWhatAPolicyByNumbersIsAboutToDropAndOverriddenThatIsLost(@TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create(home, NOT_YET)) {
            given.execute("CREATE TABLE events.steps (step bigint NOT NULL, v text)");
            given.execute("SELECT create_hypertable('events.steps', 'step', chunk_time_interval => 100)");
            given.execute(
                    "CREATE FUNCTION events.now() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT bigint ''1000'''");
            given.execute("SELECT set_integer_now_func('events.steps', 'events.now')");
            given.execute("INSERT INTO events.steps SELECT i, md5(i::text) FROM generate_series(0, 999) i");
            TableName steps = new TableName("events", "steps");
            Digest all = given.firn.inDatabase(steps);
            String notYet = "events.steps { archive-after = 5000, require-compressed = false, %s }";
            given.firn.tables(notYet.formatted("guards { retention = off }"));
            // Takes what ends at 700 or before.
            long job = given.number("SELECT add_retention_policy('events.steps', bigint '300')");
            assertThat(given.plan()).contains("0 of 10 chunks have work to do");

            given.firn.tables(notYet.formatted(""));
            assertThat(given.status())
                    .contains("a retention policy (job %d) drops chunks after 300".formatted(job))
                    .contains("[0, 100) has no copy, and the retention policy (job %d)".formatted(job));
            // And the next chunk, which is only a chunk's width of numbers away.
            assertThat(given.run()).contains("8 archived, 0 dropped, 0 failed");
            given.execute("CALL run_job(%d)".formatted(job));
            assertThat(given.number("SELECT count(*) FROM events.steps")).isEqualTo(300);
            assertThat(given.archived()).isEqualTo(800);

            given.firn.tables(notYet.formatted("guards { retention = off }"));
            given.execute("CREATE OR REPLACE FUNCTION events.now() RETURNS bigint LANGUAGE sql STABLE AS"
                    + " 'SELECT bigint ''1300'''");
            assertThat(given.run()).contains("0 archived, 0 dropped, 0 failed");
            given.execute("CALL run_job(%d)".formatted(job));
            assertThat(given.number("SELECT count(*) FROM events.steps")).isZero();
            assertThat(given.firn.ledger(steps).rows()).as("200 are nowhere").isEqualTo(all.rows() - 200);
        }
    }
}
