package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FirnException;
import dev.firn.testing.Firn;
import dev.firn.testing.RequiresTimescale;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job at work on a chunk is waited for; overridden, Firn asks for the lock as often as it may. */
@RequiresTimescale
class PolicyJobsGuardIT {

    @Test
    void waitsForAJobAndOverriddenContendsWithItForTheLock(@TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create(home, "drop-after = never");
                Connection job = given.database.owner();
                Statement working = job.createStatement()) {
            assertThat(given.run()).contains("4 archived, 0 dropped, 0 failed");
            given.configure("");
            long id = given.number("SELECT add_retention_policy('events.messages', interval '1 day')");
            job.setAutoCommit(false);
            working.execute("SET application_name = 'Retention Policy [%d]'".formatted(id));
            working.execute("CALL run_job(%d)".formatted(id));

            AtomicInteger attempts = new AtomicInteger();
            Firn.Ran ran = given.firn.run(step -> count(step, attempts), "run", Firn.NAMESPACE);
            assertThat(ran.exitCode()).isZero();
            assertThat(ran.out()).contains("0 dropped, 0 failed");
            assertThat(attempts).hasValue(0);
            assertThat(given.plan())
                    .contains("guarded")
                    .contains("(Retention Policy [%d]) holds AccessExclusiveLock".formatted(id))
                    .contains("(guard policy-jobs)");
            assertThat(given.firn.succeed("status", Firn.NAMESPACE).out()).contains("events.messages");

            job.rollback();
            assertThat(given.run()).contains("4 dropped, 0 failed");
        }
    }

    @Test
    void overriddenItContendsWithTheJobForTheLock(@TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create(home, "");
                Connection job = given.database.owner();
                Statement working = job.createStatement()) {
            given.execute("CREATE PROCEDURE events.look_after(job_id int, config jsonb) LANGUAGE plpgsql AS"
                    + " $$ BEGIN ANALYZE %s; END $$".formatted(given.firstChunk()));
            long id = given.number("SELECT add_job('events.look_after', interval '1 day')");
            job.setAutoCommit(false);
            working.execute("CALL run_job(%d)".formatted(id));
            AtomicInteger attempts = new AtomicInteger();

            Firn.Ran waiting =
                    given.firn.run(step -> count(step, attempts), "run", Firn.NAMESPACE, "--chunk", "2024-01-05");
            assertThat(waiting.out()).contains("1 archived, 0 dropped, 0 failed");
            assertThat(attempts).hasValue(0);

            given.configure("guards { policy-jobs = off }");
            Firn.Ran fighting =
                    given.firn.run(step -> count(step, attempts), "run", Firn.NAMESPACE, "--chunk", "2024-01-05");
            assertThat(fighting.exitCode()).isEqualTo(FirnException.Category.PASSING.exitCode());
            assertThat(attempts).hasValue(20);
            assertThat(given.events.rows(given.owner)).isEqualTo(GuardedEvents.ALL);
        }
    }

    private static void count(String step, AtomicInteger attempts) {
        if (step.equals(Steps.LOCK)) {
            attempts.incrementAndGet();
        }
    }
}
