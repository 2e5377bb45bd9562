package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.firn.FaultPoints;
import dev.firn.lifecycle.RestoreSteps;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The database hangs up, or goes away and comes back, at every step of the way back: the next run finishes. */
class RestoreDatabaseFaultsIT extends WithArchivedWeeks {

    static final List<String> POINTS = Stream.concat(RestoreSteps.ALL.stream(), Stream.of(RestoreSteps.INDEXING))
            .toList();

    private static final String END_SESSIONS =
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND usename = '" + TestDatabase.ARCHIVER + "'";

    RestoreDatabaseFaultsIT() {
        super(1);
    }

    @ParameterizedTest
    @FieldSource("POINTS")
    void sessionsEndedAtAnyFaultPointCostARunAtMost(String point) throws SQLException {
        requireARunAtMost(point, () -> weeks.database().execute(END_SESSIONS));
    }

    @ParameterizedTest
    @ValueSource(strings = {RestoreSteps.LOADED, RestoreSteps.ATTACHED, RestoreSteps.COMMIT})
    void aRestartOfTheServerInTheMiddleCostsARunAtMost(String point) throws SQLException {
        assumeThat(TestDatabase.canRestart()).isTrue();

        requireARunAtMost(point, weeks.database()::restart);
    }

    private void requireARunAtMost(String point, Runnable fault) throws SQLException {
        AtomicInteger reached = new AtomicInteger();
        FaultPoints once = here -> {
            if (here.equals(point) && reached.getAndIncrement() == 0) {
                fault.run();
            }
        };

        Firn.Ran ran = rehydrate.run(once, ArchivedWeeks.FIRST.toArray(String[]::new));

        assertThat(reached).as("times it came to " + point).hasPositiveValue();
        long rows = weeks.rows();
        if (ran.exitCode() == 0) {
            assertThat(rows).isEqualTo(weeks.whole().rows());
        } else {
            assertThat(ran.exitCode()).as(ran.all()).isEqualTo(4);
            assertThat(ran.all()).contains("HINT: ").doesNotContain("error of Firn itself");
            assertThat(rows)
                    .as("rows of which the run said that they are not there")
                    .isZero();
        }
        weeks.finish();
    }
}
