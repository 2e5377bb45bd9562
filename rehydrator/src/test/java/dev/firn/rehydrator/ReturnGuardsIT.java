package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.lifecycle.TakeOutSteps;
import dev.firn.testing.Firn;
import dev.firn.testing.RequiresTimescale;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps a range from coming back into its table, and what would happen without that. */
@RequiresTimescale
class ReturnGuardsIT {

    private static final String OFF = "guards { continuous-aggregates = off }";
    private static final int ALL = 3 * CutAnew.PER_WEEK;

    @TempDir
    private Path home;

    private static String aggregate(int days) {
        return """
            CREATE MATERIALIZED VIEW events.counts WITH (timescaledb.continuous, timescaledb.materialized_only) AS
            SELECT time_bucket('%d days', time, timestamptz '2024-01-04 00:00Z') AS bucket, count(*) AS n
            FROM events.messages GROUP BY 1 WITH NO DATA;;
            CALL refresh_continuous_aggregate('events.counts', NULL, NULL)"""
                .formatted(days);
    }

    private static void refresh(CutAnew cutAnew) throws SQLException {
        cutAnew.execute("CALL refresh_continuous_aggregate('events.counts', NULL, NULL)");
    }

    private static long counted(CutAnew cutAnew) throws SQLException {
        return cutAnew.number("SELECT coalesce(sum(n), 0) FROM events.counts");
    }

    @Test
    void aWholeRangeLeavesAnAggregateAsItIsAndCuresWhatALateRowWouldHaveCut() throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, "", aggregate(1))) {
            assertThat(counted(cutAnew)).isEqualTo(ALL);
            cutAnew.restore("2024-01-04", "2024-01-11");
            refresh(cutAnew);
            assertThat(counted(cutAnew)).isEqualTo(ALL);
            cutAnew.release();
            cutAnew.runUntilEmpty();
            refresh(cutAnew);
            assertThat(counted(cutAnew)).isEqualTo(ALL);
            cutAnew.lateRows(7);

            cutAnew.restore("2024-01-11", "2024-01-18");
            refresh(cutAnew);

            assertThat(counted(cutAnew)).isEqualTo(ALL + 2);
            cutAnew.release();

            Firn.Ran ran = cutAnew.run();

            assertThat(ran.all()).doesNotContain("edited");
            assertThat(cutAnew.inDatabase().rows()).isZero();
            refresh(cutAnew);
            assertThat(counted(cutAnew)).isEqualTo(ALL + 2);
            cutAnew.requireEachRowOnce(ALL + 2);
        }
    }

    /** Where edits are kept nobody may archive one by the way. */
    @Test
    void anEditWhileItIsArchivedWithTheRowsThatCameLaterKeepsIt() throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, "", aggregate(1))) {
            cutAnew.lateRows(7);
            cutAnew.restore("2024-01-11", "2024-01-18");
            refresh(cutAnew);
            cutAnew.release();

            Firn.Ran ran = cutAnew.firn.run(
                    Meanwhile.once(
                            TakeOutSteps.LOOKED,
                            () -> cutAnew.execute(
                                    "UPDATE events.messages SET type = 'Edited' WHERE global_position = 701")),
                    "run",
                    Firn.NAMESPACE);

            assertThat(ran.all()).contains("somebody worked on it while it was copied");
            assertThat(cutAnew.archived()).isEqualTo(cutAnew.all);
            assertThat(cutAnew.firn.run("run", Firn.NAMESPACE, "--retry-failed").out())
                    .contains("edited, kept");
            assertThat(cutAnew.archived()).isEqualTo(cutAnew.all);
        }
    }

    @Test
    void rowsAreNotAddedToChunksOfOtherBoundsWhereTheirGoingWouldCutAnAggregate() throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, "", aggregate(1))) {
            cutAnew.lateRows(14);

            Firn.Ran refused = cutAnew.tryRestore("2024-01-11", "2024-01-18");

            assertThat(refused.exitCode()).as(refused.all()).isEqualTo(3);
            assertThat(refused.all()).contains("chunks of other bounds").contains("--into table");
            assertThat(cutAnew.rowsOf("account-%")).isZero();
            cutAnew.configure(OFF);
            cutAnew.restore("2024-01-11", "2024-01-18");
            refresh(cutAnew);
            assertThat(counted(cutAnew)).isEqualTo(ALL + 2);
            cutAnew.release();
            cutAnew.configure("");
            cutAnew.run();
            assertThat(cutAnew.rowsOf("account-%")).as("kept by the guard").isEqualTo(CutAnew.PER_WEEK);
            cutAnew.configure(OFF);
            cutAnew.runUntilEmpty();
            refresh(cutAnew);
            assertThat(counted(cutAnew)).as("what the guard is there for").isLessThan(ALL);
        }
    }

    @Test
    void aBucketIsNotBroughtBackByHalves() throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, OFF, aggregate(14))) {
            cutAnew.configure("");

            Firn.Ran refused = cutAnew.tryRestore("2024-01-11", "2024-01-18");

            assertThat(refused.exitCode()).as(refused.all()).isEqualTo(3);
            assertThat(refused.all()).contains("stays away").contains("--into table");
            assertThat(cutAnew.restore("2024-01-04", "2024-01-18").out()).contains("2 brought back");
            cutAnew.execute("UPDATE events.messages SET type = type");
            refresh(cutAnew);
            assertThat(counted(cutAnew)).isEqualTo(ALL);
            cutAnew.configure(OFF);
            cutAnew.release();
            cutAnew.runUntilEmpty();
            cutAnew.restore("2024-01-11", "2024-01-18");
            cutAnew.execute("UPDATE events.messages SET type = type WHERE position = 39");
            refresh(cutAnew);
            assertThat(counted(cutAnew)).as("what the guard is there for").isLessThan(ALL);
        }
    }

    @Test
    void aRetentionPolicyThatActsBeforeTheHoldEndsIsNamed() throws SQLException {
        try (CutAnew cutAnew = new CutAnew(home)) {
            cutAnew.execute("SELECT add_retention_policy('events.messages',"
                    + " date_trunc('day', now() - timestamptz '2024-01-18 00:00Z') + interval '30 days')");

            Firn.Ran refused = cutAnew.tryRestore("2024-01-11", "2024-01-18", "--keep", "60d");

            assertThat(refused.exitCode()).as(refused.all()).isEqualTo(3);
            assertThat(refused.all()).contains("before its hold ends").contains("alter_job(");
            assertThat(cutAnew.tryRestore("2024-01-11", "2024-01-18", "--keep", "forever")
                            .exitCode())
                    .isEqualTo(3);
            assertThat(cutAnew.restore("2024-01-11", "2024-01-18").out()).contains("1 brought back");
        }
    }

    @Test
    void aHoldIsNotProlongedPastTheDayOnWhichAPolicyDropsTheRange() throws SQLException {
        try (CutAnew cutAnew = new CutAnew(home)) {
            cutAnew.restore("2024-01-11", "2024-01-18");
            cutAnew.execute("SELECT add_retention_policy('events.messages',"
                    + " date_trunc('day', now() - timestamptz '2024-01-18 00:00Z') + interval '30 days')");
            String held = held(cutAnew);

            assertThat(cutAnew.tryRestore("2024-01-11", "2024-01-18", "--keep", "60d", "--dry-run")
                            .all())
                    .contains("would drop it before that hold ends");
            Firn.Ran refused = cutAnew.tryRestore("2024-01-11", "2024-01-18", "--keep", "60d");

            assertThat(refused.exitCode()).as(refused.all()).isEqualTo(3);
            assertThat(refused.all())
                    .contains("keeping it: it is in the table, and the table's retention policy (job ")
                    .contains("would drop it before that hold ends (until ")
                    .contains("how long it is held was not changed")
                    .contains("HINT: remove the policy");
            assertThat(held(cutAnew)).isEqualTo(held);
            assertThat(cutAnew.restore("2024-01-11", "2024-01-18", "--keep", "10d")
                            .out())
                    .contains("1 were there");
            assertThat(held(cutAnew)).isGreaterThan(held);
            assertThat(cutAnew.rowsOf("account-%")).isEqualTo(CutAnew.PER_WEEK);
        }
    }

    /** To a policy by creation what came back is as old as its chunk, not as new as what is loaded now. */
    @Test
    void aPolicyByCreationCountsFromWhenTheChunkWasMade() throws SQLException {
        try (CutAnew cutAnew = new CutAnew(home)) {
            cutAnew.restore("2024-01-11", "2024-01-18", "--keep", "1h");
            cutAnew.execute("SELECT add_retention_policy('events.messages', drop_created_before => interval '1 day')");
            cutAnew.database.execute(
                    "UPDATE _timescaledb_catalog.chunk SET creation_time = now() - interval '20 hours'");

            assertThat(cutAnew.tryRestore("2024-01-11", "2024-01-18", "--keep", "12h")
                            .all())
                    .contains("after 1 day) would drop it before that hold ends (until ");
            assertThat(cutAnew.restore("2024-01-11", "2024-01-18", "--keep", "2h")
                            .out())
                    .contains("1 were there");
        }
    }

    @Test
    void rowsAreNotAddedToAChunkThatAPolicyByCreationDropsBeforeTheirHoldEnds() throws SQLException {
        try (CutAnew cutAnew = new CutAnew(home)) {
            cutAnew.lateRows(14);
            cutAnew.execute("SELECT add_retention_policy('events.messages', drop_created_before => interval '1 day')");
            cutAnew.database.execute(
                    "UPDATE _timescaledb_catalog.chunk SET creation_time = now() - interval '20 hours'");

            assertThat(cutAnew.tryRestore("2024-01-11", "2024-01-18", "--keep", "12h")
                            .all())
                    .contains("after 1 day) would drop it again before its hold ends (until ");
            assertThat(cutAnew.restore("2024-01-11", "2024-01-18", "--keep", "2h")
                            .out())
                    .contains("1 brought back");
        }
    }

    private static String held(CutAnew cutAnew) throws SQLException {
        try (Connection admin = cutAnew.database.admin();
                Statement statement = admin.createStatement();
                ResultSet rows = statement.executeQuery("SELECT hold_until::text FROM firn.hold")) {
            rows.next();
            return rows.getString(1);
        }
    }
}
