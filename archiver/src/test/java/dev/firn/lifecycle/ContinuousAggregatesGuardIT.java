package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FirnException;
import dev.firn.testing.Firn;
import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A drop must not cut what continuous aggregates show after their next refresh; overridden, it does. */
@RequiresTimescale
class ContinuousAggregatesGuardIT {

    private static final String OVERRIDDEN = "guards.continuous-aggregates = off";

    static List<String> versions() {
        return TestDatabase.availableTimescaleVersions();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void dropsWhatIsComputedAndTheAggregatesKeepAllOfIt(String version, @TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create(version, home, "")) {
            given.daily();
            given.aggregate("weekly", "time_bucket('7 days', bucket)", "events.daily", "sum(n)");
            given.refresh("daily");
            given.refresh("weekly");

            String out = given.run();

            assertThat(out).contains("0 archived, 4 dropped, 0 failed");
            given.refresh("daily");
            given.refresh("weekly");
            assertThat(given.counted("daily")).isEqualTo(GuardedEvents.ALL);
            assertThat(given.counted("weekly")).isEqualTo(GuardedEvents.ALL);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void waitsForWhatWasWrittenLateAndOverriddenTheNextRefreshCutsIt(String version, @TempDir Path home)
            throws SQLException {
        try (GuardedEvents given = GuardedEvents.create(version, home, "")) {
            given.daily();
            given.refresh("daily");
            given.late(30);
            given.events.compressAll(given.owner);

            assertThat(given.run()).contains("1 archived, 3 dropped, 0 failed");
            assertThat(given.plan())
                    .contains("guarded")
                    .contains("events.daily has buckets in [2024-01-04, 2024-01-11) to compute")
                    .contains("(guard continuous-aggregates)");
            given.refresh("daily");
            assertThat(given.counted("daily")).isEqualTo(GuardedEvents.ALL + 1);

            given.late(50);
            given.events.compressAll(given.owner);
            given.configure(OVERRIDDEN);
            assertThat(given.run()).contains("1 dropped, 0 failed");
            given.refresh("daily");
            // The day of the late row was computed again, from no rows at all: 100 events and the first late one.
            assertThat(given.counted("daily")).isEqualTo(GuardedEvents.ALL + 1 - 100);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void keepsWhatWasNeverComputedAndOverriddenItIsNeverCounted(String version, @TempDir Path home)
            throws SQLException {
        try (GuardedEvents given = GuardedEvents.create(version, home, "")) {
            given.daily();

            assertThat(given.run()).contains("4 archived, 0 dropped, 0 failed");
            assertThat(given.plan()).contains("events.daily is not computed up to 2024-01-11");
            given.execute("CALL refresh_continuous_aggregate('events.daily', '2024-01-18', NULL)");
            assertThat(given.plan()).contains("events.daily has buckets in [2024-01-04, 2024-01-11) to compute");
            assertThat(given.run()).contains("2 dropped, 0 failed");

            given.configure(OVERRIDDEN);
            assertThat(given.run()).contains("2 dropped, 0 failed");
            given.refresh("daily");
            assertThat(given.counted("daily")).isEqualTo(GuardedEvents.ALL / 2);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void keepsAChunkThatSharesABucketWithOneThatStaysAndOverriddenAWriteThereCutsIt(String version, @TempDir Path home)
            throws SQLException {
        try (GuardedEvents given = GuardedEvents.create(version, home, "drop-after = never")) {
            given.aggregate("monthly", "time_bucket('1 month', time)", "events.messages", "count(*)");
            given.aggregate("berlin", "time_bucket('1 day', time, 'Europe/Berlin')", "events.messages", "count(*)");
            given.refresh("monthly");
            given.refresh("berlin");
            assertThat(given.run()).contains("4 archived, 0 dropped, 0 failed");

            given.configure("drop-after = 2d");
            assertThat(given.run()).contains("0 dropped, 0 failed");
            assertThat(given.plan())
                    .contains("a bucket of events.monthly (1 mon) holds rows of it and of [2024-01-11, 2024-01-18),"
                            + " which stays: a write there would cut the bucket");
            given.execute("DROP MATERIALIZED VIEW events.monthly");
            assertThat(given.plan()).contains("a bucket of events.berlin (1 day in Europe/Berlin)");

            given.configure(OVERRIDDEN);
            String first = "2024-01-05";
            assertThat(given.firn
                            .succeed("run", Firn.NAMESPACE, "--chunk", first)
                            .out())
                    .contains("1 dropped");
            given.late(7 * 24);
            given.refresh("berlin");
            // The day in Berlin that begins an hour before the second week: its hour within the first week is cut.
            assertThat(given.counted("berlin")).isBetween(GuardedEvents.ALL + 1 - 6L, GuardedEvents.ALL + 1 - 4L);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void anAggregateOnAnAggregateMayReachBeyondTheChunkItIsComputedFromBucketsThatStay(
            String version, @TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create(version, home, "")) {
            given.daily();
            given.aggregate("monthly", "time_bucket('1 month', bucket)", "events.daily", "sum(n)");
            given.refresh("daily");
            assertThat(given.run()).contains("4 archived, 0 dropped, 0 failed");
            assertThat(given.plan()).contains("events.monthly is not computed up to 2024-02-01");

            given.refresh("monthly");
            String first = "2024-01-05";
            assertThat(given.firn
                            .succeed("run", Firn.NAMESPACE, "--chunk", first)
                            .out())
                    .contains("1 dropped");

            given.late(8 * 24);
            given.refresh("daily");
            given.refresh("monthly");
            assertThat(given.counted("daily")).isEqualTo(GuardedEvents.ALL + 1);
            assertThat(given.counted("monthly")).isEqualTo(GuardedEvents.ALL + 1);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void refreshesFirstWhereItIsAskedTo(String version, @TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create(version, home, "refresh-first = true")) {
            given.daily();
            given.aggregate("weekly", "time_bucket('7 days', bucket)", "events.daily", "sum(n)");

            assertThat(given.plan()).contains("4 of 4 chunks have work to do");
            assertThat(given.run()).contains("0 archived, 4 dropped, 0 failed");

            assertThat(given.counted("daily")).isEqualTo(GuardedEvents.ALL);
            given.refresh("daily");
            given.refresh("weekly");
            assertThat(given.counted("daily")).isEqualTo(GuardedEvents.ALL);
            assertThat(given.counted("weekly")).isEqualTo(GuardedEvents.ALL);
        }
    }

    @Test
    void doesNotRefreshFirstWhereRowsAreInTheArchiveAlone(@TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create(home, "refresh-first = true")) {
            given.daily();
            assertThat(given.run()).contains("4 dropped, 0 failed");
            given.late(30);

            given.configure("refresh-first = true, require-compressed = false");
            assertThat(given.run()).contains("1 archived, 0 dropped, 0 failed");

            assertThat(given.counted("daily")).isEqualTo(GuardedEvents.ALL);
            assertThat(given.events.rows(given.owner)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void waitsForARefreshThatIsOnItsWay(String version, @TempDir Path home) throws Exception {
        try (GuardedEvents given = GuardedEvents.create(version, home, "drop-after = never");
                Connection blocker = given.database.owner();
                Connection refresher = given.database.owner();
                Statement blocking = blocker.createStatement();
                Statement refreshing = refresher.createStatement()) {
            given.daily();
            given.refresh("daily");
            given.late(30);
            given.events.compressAll(given.owner);
            assertThat(given.run()).contains("4 archived, 0 dropped, 0 failed");
            given.configure("");
            String buckets = given.text("SELECT format('%I.%I', materialization_hypertable_schema,"
                    + " materialization_hypertable_name) FROM timescaledb_information.continuous_aggregates");
            blocker.setAutoCommit(false);
            // Readers pass, the refresh does not: it has taken note of what it will compute, and waits to write it.
            blocking.execute("LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE".formatted(buckets));
            CompletableFuture<Void> refresh = CompletableFuture.runAsync(() -> {
                try {
                    refreshing.execute("CALL refresh_continuous_aggregate('events.daily', NULL, NULL)");
                } catch (SQLException e) {
                    throw new IllegalStateException("refreshing", e);
                }
            });
            given.awaitWaiter();

            Firn.Ran ran = given.firn.run("run", Firn.NAMESPACE, "--chunk", "2024-01-05");

            assertThat(ran.out()).doesNotContain("1 dropped");
            assertThat(given.plan()).contains("events.daily has buckets in [2024-01-04, 2024-01-11) to compute");
            blocker.commit();
            refresh.join();
            assertThat(given.counted("daily")).isEqualTo(GuardedEvents.ALL + 1);
            assertThat(given.firn
                            .succeed("run", Firn.NAMESPACE, "--retry-failed")
                            .out())
                    .contains("dropped, 0 failed");
            assertThat(given.events.rows(given.owner)).isZero();
            given.refresh("daily");
            assertThat(given.counted("daily")).isEqualTo(GuardedEvents.ALL + 1);
        }
    }

    @Test
    void looksAgainUnderTheLockAndRefusesWhatBecamePendingSinceItWasPlanned(@TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create(home, "")) {
            given.daily();
            given.refresh("daily");

            Firn.Ran ran = given.firn.run(
                    step -> {
                        if (step.equals(Steps.LOCK)) {
                            created(given);
                        }
                    },
                    "run",
                    Firn.NAMESPACE,
                    "--chunk",
                    "2024-01-05");

            assertThat(ran.exitCode()).isEqualTo(FirnException.Category.PASSING.exitCode());
            assertThat(ran.all())
                    .contains("dropping it: events.hourly is not computed up to 2024-01-11")
                    .contains("(guard continuous-aggregates); it was not dropped");
            assertThat(given.events.rows(given.owner)).isEqualTo(GuardedEvents.ALL);
        }
    }

    private static void created(GuardedEvents given) {
        try {
            given.aggregate("hourly", "time_bucket('1 hour', time)", "events.messages", "count(*)");
        } catch (SQLException e) {
            throw new IllegalStateException("making an aggregate just before the lock", e);
        }
    }

    @Test
    void computesTheBucketsOfNumbersAndDatesAndShiftedOnes(@TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create(home, "")) {
            given.execute("CREATE TABLE events.steps (step int NOT NULL, v int)");
            given.execute("SELECT create_hypertable('events.steps', 'step', chunk_time_interval => 100)");
            given.execute("CREATE FUNCTION events.now() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1000'");
            given.execute("SELECT set_integer_now_func('events.steps', 'events.now')");
            given.execute("INSERT INTO events.steps SELECT i, i FROM generate_series(0, 499) i");
            given.aggregate("tens", "time_bucket(10, step)", "events.steps", "count(*)");
            given.aggregate("shifted", "time_bucket(50, step, 20)", "events.steps", "count(*)");
            given.refresh("tens");
            given.execute("CREATE TABLE events.days (day date NOT NULL, v int)");
            given.execute("SELECT create_hypertable('events.days', 'day', chunk_time_interval => interval '7 days')");
            given.execute("INSERT INTO events.days SELECT date '2024-01-04' + i, i FROM generate_series(0, 27) i");
            given.aggregate("weeks", "time_bucket('7 days', day, date '2024-01-04')", "events.days", "count(*)");
            given.refresh("weeks");
            given.firn.tables(
                    """
                    events.steps { archive-after = 1, require-compressed = false }
                    events.days { archive-after = 1d, require-compressed = false }""");

            Firn.Ran ran = given.firn.succeed("run", Firn.NAMESPACE);
            assertThat(ran.out()).contains("5 archived, 4 dropped, 0 failed");
            assertThat(given.plan()).contains("a bucket of events.shifted (50) holds rows of it and of [100, 200)");
            given.refresh("weeks");
            assertThat(given.counted("weeks")).isEqualTo(28);
        }
    }
}
