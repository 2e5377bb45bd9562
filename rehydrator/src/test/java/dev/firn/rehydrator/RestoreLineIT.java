package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FaultPoints;
import dev.firn.FirnException;
import dev.firn.lifecycle.RestoreSteps;
import dev.firn.testing.ArchiverProcess;
import dev.firn.testing.Firn;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Ranges that come back one behind the other on two threads, and indexes that are built beside the proof on a third. */
class RestoreLineIT extends WithArchivedWeeks {

    /** What the first range passes while the second may be on its way already. */
    static final List<String> POINTS = List.of(
            RestoreSteps.INDEXING,
            RestoreSteps.PROVEN,
            RestoreSteps.INDEXED,
            RestoreSteps.READY,
            RestoreSteps.ATTACHED,
            RestoreSteps.COMMIT,
            RestoreSteps.COMMITTED);

    RestoreLineIT() {
        super(3);
    }

    @Test
    void theNextRangeIsLoadedWhileOneIsFinished() throws SQLException {
        CountDownLatch secondLoaded = new CountDownLatch(2);
        AtomicBoolean waited = new AtomicBoolean();
        FaultPoints faults = point -> {
            if (point.equals(RestoreSteps.LOADED)) {
                secondLoaded.countDown();
            }
            if (point.equals(RestoreSteps.READY) && waited.compareAndSet(false, true)) {
                assertThat(await(secondLoaded)).as("loaded beside it").isTrue();
            }
        };

        Firn.Ran ran = rehydrate.run(faults, ALL.toArray(String[]::new));

        assertThat(ran.exitCode()).as(ran.all()).isZero();
        assertThat(ran.out()).contains("3 brought back");
        weeks.requireAllOnce();
    }

    @Test
    void oneThatFailsLeavesThoseBehindItAlone() throws SQLException {
        AtomicInteger finished = new AtomicInteger();
        FaultPoints faults = point -> {
            if (point.equals(RestoreSteps.READY) && finished.incrementAndGet() == 1) {
                throw new FirnException(FirnException.Category.PASSING, "test", "failing on purpose", "run again");
            }
        };

        Firn.Ran ran = rehydrate.run(faults, ALL.toArray(String[]::new));

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(4);
        assertThat(ran.all()).contains("failing on purpose", "2 brought back");
        assertThat(weeks.rows())
                .isEqualTo(weeks.live().get(1).rows() + weeks.live().get(2).rows());
        assertThat(weeks.staging()).isEmpty();
        rehydrate.succeed(ALL.toArray(String[]::new));
        weeks.requireAllOnce();
    }

    @ParameterizedTest
    @FieldSource("POINTS")
    void killedWhileSeveralAreInWorkTheNextOneFinishesAll(String point) throws SQLException {
        try (ArchiverProcess process = startKilledAt(point)) {
            assertThat(process.exitCode()).as(process.output()).isEqualTo(137);
        }
        weeks.endLeases();

        rehydrate.succeed(ALL.toArray(String[]::new));

        weeks.requireAllOnce();
    }

    @Test
    void anIndexThatCannotBeBuiltIsToldAndNothingIsThere() throws SQLException {
        weeks.database().execute("CREATE INDEX unbuildable ON events.messages ((1 / (position - 5)))");
        try {
            Firn.Ran ran = rehydrate.run(ArchivedWeeks.FIRST.toArray(String[]::new));

            assertThat(ran.exitCode()).as(ran.all()).isNotZero();
            assertThat(ran.all()).contains("division by zero", "nothing of it is in the table", "HINT: ");
            assertThat(weeks.rows()).isZero();
            assertThat(weeks.staging()).isEmpty();
        } finally {
            weeks.database().execute("DROP INDEX events.unbuildable");
        }
        weeks.finish();
    }

    /** Else this would take a second for each row. */
    @Test
    @Timeout(100)
    void whatDoesNotProveEqualIsRefusedAndItsIndexesAreGivenUp() throws SQLException {
        weeks.database()
                .execute(
                        "CREATE FUNCTION public.slow(bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE"
                                + " AS 'BEGIN PERFORM pg_sleep(1); RETURN $1; END'",
                        "CREATE INDEX slow ON events.messages (public.slow(position))");
        FaultPoints changing = point -> {
            if (point.equals(RestoreSteps.LOADED)) {
                weeks.database()
                        .execute(
                                """
                                DO $$ BEGIN
                                  EXECUTE (SELECT format('UPDATE %s SET type = ''Changed'' WHERE position = 3', oid::regclass)
                                           FROM pg_class WHERE relname LIKE 'firn_staging%' AND relkind = 'r');
                                END $$""");
            }
        };
        try {
            Firn.Ran ran = rehydrate.run(changing, ArchivedWeeks.FIRST.toArray(String[]::new));

            assertThat(ran.exitCode()).as(ran.all()).isEqualTo(5);
            assertThat(ran.all()).contains("reading back what was loaded", "nothing of it is in the table");
            assertThat(weeks.rows()).isZero();
            assertThat(weeks.staging()).isEmpty();
        } finally {
            weeks.database().execute("DROP INDEX events.slow", "DROP FUNCTION public.slow");
        }
        weeks.finish();
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
