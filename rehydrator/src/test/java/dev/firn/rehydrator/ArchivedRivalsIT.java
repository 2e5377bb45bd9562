package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.lifecycle.Steps;
import dev.firn.lifecycle.TakeOutSteps;
import dev.firn.testing.Firn;
import dev.firn.testing.RequiresTimescale;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archived rows that meet other archived rows of their key on the way back: none of them is lost for the other. */
class ArchivedRivalsIT {

    /** Of the second week. */
    private static final String AGAIN =
            "CREATE TABLE events.again AS SELECT * FROM events.messages WHERE global_position BETWEEN 701 AND 702";

    private static final String SEND_AGAIN = "INSERT INTO events.messages SELECT * FROM events.again";
    private static final String CHANGE =
            "UPDATE events.messages SET type = 'Different' WHERE stream_name LIKE 'account-%'";
    private static final String REPLACE = "on-edit = replace";

    @TempDir
    private Path home;

    /** Two rows of the second week are sent again after it was dropped, otherwise. */
    private static Digest sendAgain(CutAnew cutAnew, int days) throws SQLException {
        cutAnew.lateRowsThatStay(days);
        cutAnew.execute(SEND_AGAIN);
        cutAnew.execute(CHANGE);
        cutAnew.events.compressAll(cutAnew.owner);
        return cutAnew.inDatabase();
    }

    /** A pass changes nothing of the archive but what it drops, and nobody is told of an edit. */
    private static void requireGoesUnchanged(CutAnew cutAnew, Digest archived) throws SQLException {
        cutAnew.release();
        Firn.Ran ran = cutAnew.run();
        assertThat(ran.all()).doesNotContain("edited");
        assertThat(cutAnew.inDatabase().rows()).isZero();
        assertThat(cutAnew.archived()).isEqualTo(archived);
        assertThat(cutAnew.firn.live(cutAnew.events.table()))
                .noneMatch(manifest -> manifest.role() == Manifest.Role.REPLACEMENT);
    }

    @Test
    @RequiresTimescale
    void ofTwoCopiesOfARangeTheOneArchivedLastComesBackAndTheOtherStaysArchived() throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, REPLACE, AGAIN)) {
            Digest late = sendAgain(cutAnew, 7);
            cutAnew.runUntilEmpty();
            Digest archived = cutAnew.archived();
            assertThat(archived).isEqualTo(cutAnew.all.plus(late));

            Firn.Ran refused = cutAnew.tryRestore("2024-01-11", "2024-01-18");

            assertThat(refused.exitCode()).as(refused.all()).isEqualTo(3);
            assertThat(refused.all())
                    .contains("two archived rows of it have the same key of index")
                    .contains("Different")
                    .contains("--on-conflict keep-archived")
                    .doesNotContain("live {");
            assertThat(cutAnew.inDatabase().rows()).isZero();
            Firn.Ran restored = cutAnew.restore("2024-01-11", "2024-01-18", "--on-conflict", "keep-archived");
            assertThat(restored.out()).contains("2 archived rows stay away").doesNotContain("live row");
            assertThat(cutAnew.number("SELECT count(*) FROM events.messages WHERE type = 'Different'"))
                    .isEqualTo(2);
            assertThat(cutAnew.inDatabase().rows()).isEqualTo(CutAnew.PER_WEEK + 2);
            requireGoesUnchanged(cutAnew, archived);
            cutAnew.restore("2024-01-11", "2024-01-18", "--on-conflict", "keep-live");
            assertThat(cutAnew.number("SELECT count(*) FROM events.messages WHERE type = 'Different'"))
                    .isZero();
            assertThat(cutAnew.inDatabase().rows()).isEqualTo(CutAnew.PER_WEEK + 2);
            requireGoesUnchanged(cutAnew, archived);
        }
    }

    @Test
    @RequiresTimescale
    void anEditBesideThemReplacesNoCopyUnasked() throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, REPLACE, AGAIN)) {
            sendAgain(cutAnew, 7);
            cutAnew.runUntilEmpty();
            Digest archived = cutAnew.archived();
            cutAnew.restore("2024-01-11", "2024-01-18", "--on-conflict", "keep-archived");
            cutAnew.execute("UPDATE events.messages SET type = 'Edited' || type WHERE position = 39");
            cutAnew.release();

            Firn.Ran ran = cutAnew.firn.run("run", Firn.NAMESPACE);

            assertThat(ran.exitCode()).as(ran.all()).isEqualTo(5);
            assertThat(ran.all()).contains("2 archived rows did not come back with it");
            assertThat(cutAnew.archived()).isEqualTo(archived);
        }
    }

    @Test
    @RequiresTimescale
    void aCopyThatStandsInTheTableStaysThereAndIsNotCalledLive() throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, REPLACE, AGAIN)) {
            Digest standing = sendAgain(cutAnew, 7);
            cutAnew.firn.run(Meanwhile.failing(Steps.LOCK), "run", Firn.NAMESPACE);
            cutAnew.endLeases();
            assertThat(cutAnew.inDatabase()).isEqualTo(standing);
            Digest archived = cutAnew.archived();
            Firn.Ran refused = cutAnew.tryRestore("2024-01-11", "2024-01-18");
            assertThat(refused.all())
                    .contains("two archived rows of it have the same key of index")
                    .doesNotContain("live {");

            cutAnew.restore("2024-01-11", "2024-01-18", "--on-conflict", "keep-archived");

            assertThat(cutAnew.number("SELECT count(*) FROM events.messages WHERE type = 'Different'"))
                    .isEqualTo(2);
            assertThat(cutAnew.inDatabase().rows()).isEqualTo(CutAnew.PER_WEEK + 2);
            cutAnew.release();
            cutAnew.firn.succeed("run", Firn.NAMESPACE, "--retry-failed");
            assertThat(cutAnew.inDatabase().rows()).isZero();
            assertThat(cutAnew.archived()).isEqualTo(archived);
        }
    }

    /** The 30 days that begin before the first week, with rows that the second week has otherwise. */
    @Test
    @RequiresTimescale
    void aRangeThatCameBackDoesNotLoseARowForAnother() throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, REPLACE, AGAIN)) {
            Digest late = sendAgain(cutAnew, 30);
            cutAnew.runUntilEmpty();
            Digest archived = cutAnew.archived();
            cutAnew.restore("2023-12-20", "2023-12-25");
            assertThat(cutAnew.inDatabase()).isEqualTo(late);

            Firn.Ran refused = cutAnew.tryRestore("2024-01-12", "2024-01-13", "--on-conflict", "keep-archived");

            assertThat(refused.exitCode()).as(refused.all()).isEqualTo(3);
            assertThat(refused.all())
                    .contains("nothing says that it was dropped")
                    .contains("Different")
                    .contains("HINT: --on-conflict keep-live");
            assertThat(cutAnew.inDatabase()).isEqualTo(late);
            assertThat(cutAnew.tryRestore("2024-01-12", "2024-01-13").all())
                    .contains("may be those of [2023-12-19")
                    .doesNotContain("live {");
            cutAnew.restore("2024-01-12", "2024-01-13", "--on-conflict", "keep-live");
            assertThat(cutAnew.inDatabase().rows()).isEqualTo(CutAnew.PER_WEEK + 2);
            requireGoesUnchanged(cutAnew, archived);
        }
    }

    @Test
    @RequiresTimescale
    void aRowThatTwoRangesHaveStaysUntilTheLastOfThemGoes() throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, REPLACE, AGAIN)) {
            cutAnew.lateRowsThatStay(30);
            cutAnew.execute(SEND_AGAIN);
            cutAnew.events.compressAll(cutAnew.owner);
            cutAnew.runUntilEmpty();
            Digest archived = cutAnew.archived();
            // It stays, so that none of them is a chunk of its own.
            cutAnew.write(1, 100, "later-1");
            Digest live = cutAnew.inDatabase();
            cutAnew.restore("2023-12-20", "2023-12-25");
            cutAnew.restore("2024-01-12", "2024-01-13", "--keep", "forever");
            cutAnew.rehydrate.succeed(
                    "release", Firn.NAMESPACE, CutAnew.TABLE, "--from", "2023-12-20", "--to", "2023-12-25");

            cutAnew.run();

            assertThat(cutAnew.inDatabase()).isEqualTo(live.plus(cutAnew.week(1)));
            cutAnew.release();
            assertThat(cutAnew.run().all()).doesNotContain("edited");
            assertThat(cutAnew.inDatabase()).isEqualTo(live);
            assertThat(cutAnew.archived()).isEqualTo(archived);
        }
    }

    /** The archive says nothing of the column, so the row in the table is another one, and stays. */
    @Test
    @RequiresTimescale
    void aRowThatDiffersInAColumnThatWasAddedSinceStaysWhenTheRestGoes() throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, REPLACE, AGAIN)) {
            cutAnew.lateRowsThatStay(14);
            cutAnew.execute(SEND_AGAIN);
            cutAnew.execute("ALTER TABLE events.messages ADD COLUMN x int DEFAULT 1");
            cutAnew.execute("UPDATE events.messages SET x = 2 WHERE global_position = 701");
            assertThat(cutAnew.restore("2024-01-11", "2024-01-18").out()).contains("2 were there already");
            assertThat(cutAnew.inDatabase().rows()).isEqualTo(CutAnew.PER_WEEK + 2);
            cutAnew.release();

            Firn.Ran ran = cutAnew.run();

            assertThat(ran.all()).doesNotContain("edited");
            assertThat(cutAnew.number(
                            "SELECT coalesce(sum(x), 0) FROM events.messages WHERE stream_name LIKE 'account-%'"))
                    .isEqualTo(2);
            assertThat(cutAnew.inDatabase().rows()).isEqualTo(3);
            assertThat(cutAnew.archived()).isEqualTo(cutAnew.all);
        }
    }

    /** Rows that came later lie in the same chunk: by its digest it is never what came back. */
    @Test
    @RequiresTimescale
    void aRangeThatCouldNotGoYetIsNotTakenForEdited() throws SQLException {
        try (CutAnew cutAnew = CutAnew.prepared(home, REPLACE, "")) {
            cutAnew.lateRowsThatStay(7);
            cutAnew.restore("2024-01-11", "2024-01-18");
            Digest back = cutAnew.inDatabase();
            cutAnew.release();
            for (String retry : List.of("--retry-failed", "--retry-failed")) {
                Firn.Ran ran = cutAnew.firn.run(Meanwhile.failing(TakeOutSteps.TAKEN), "run", Firn.NAMESPACE, retry);
                cutAnew.endLeases();

                assertThat(ran.all()).contains("1 failed").doesNotContain("edited");
                assertThat(cutAnew.inDatabase()).isEqualTo(back);
                assertThat(cutAnew.archived()).isEqualTo(cutAnew.all);
            }
            cutAnew.firn.succeed("run", Firn.NAMESPACE, "--retry-failed");
            assertThat(cutAnew.rowsOf("account-%")).isZero();
            assertThat(cutAnew.archived()).isEqualTo(cutAnew.all);
        }
    }
}
