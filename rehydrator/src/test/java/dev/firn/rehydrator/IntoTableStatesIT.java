package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.archive.Manifest;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows beside their table while ranges of it come and go. */
class IntoTableStatesIT {

    @TempDir
    private Path home;

    private KeptWeeks weeks;

    @BeforeEach
    void archiveAndDropThreeWeeks() throws SQLException {
        weeks = new KeptWeeks(home);
    }

    @AfterEach
    void close() throws SQLException {
        weeks.close();
    }

    @Test
    void theViewShowsEachRowOnceWhereverItIs() throws SQLException {
        weeks.into("old");
        assertThat(weeks.inDatabase("old_all")).isEqualTo(weeks.all);

        weeks.rehydrate.succeed("test", KeptWeeks.TABLE, "--from", "2024-01-04", "--to", "2024-01-12");
        assertThat(weeks.inDatabase("old_all")).isEqualTo(weeks.all);

        weeks.rehydrate.succeed("release", Firn.NAMESPACE, KeptWeeks.TABLE);
        weeks.firn.succeed("run", Firn.NAMESPACE);
        assertThat(weeks.events.rows(weeks.owner)).isZero();
        assertThat(weeks.inDatabase("old_all")).isEqualTo(weeks.all);

        // A late row is none of those archived: it counts beside them. Once it is archived, though not dropped, nobody
        // can tell by its time.
        weeks.events.write(weeks.owner, EventStore.FIRST_WEEK.plus(Duration.ofHours(1)), "account-3", 900_000);
        assertThat(weeks.count("events.old_all")).isEqualTo(6_001);
        weeks.events.compressAll(weeks.owner);
        weeks.firn.tables(KeptWeeks.NEVER_DROPPED);
        weeks.firn.succeed("run", Firn.NAMESPACE);
        weeks.into("old");
        assertThat(weeks.failure("SELECT count(*) FROM events.old_all"))
                .contains(
                        "events.old_all: of the rows of [2024-01-04, 2024-01-11) some are in the table and some are not");
        weeks.firn.tables(KeptWeeks.TABLES);
        weeks.firn.succeed("run", Firn.NAMESPACE);
        assertThat(weeks.count("events.old_all")).isEqualTo(6_001);
        assertThat(weeks.texts("SELECT position::text FROM events.old WHERE type = 'Late'"))
                .containsExactly("900000");
    }

    @Test
    void whatWasNeverDroppedCountsOnceToo() throws SQLException {
        weeks.rehydrate.succeed("test", KeptWeeks.TABLE, "--from", "2024-01-01", "--to", "2025-01-01");
        weeks.firn.tables(KeptWeeks.NEVER_DROPPED);

        weeks.into("old", "--where", KeptWeeks.STREAM);

        assertThat(weeks.inDatabase("old_all")).isEqualTo(weeks.all);
        assertThat(weeks.difference("old", "stream_name = 'account-3'")).isEmpty();
        // Emptied by somebody else than Firn, the range is shown from where its rows are.
        weeks.execute("DELETE FROM events.messages WHERE time < '2024-01-11 00:00Z'");
        assertThat(weeks.difference("old_all", "stream_name = 'account-3' OR time >= '2024-01-11 00:00Z'"))
                .isEmpty();
    }

    @Test
    void theViewFailsRatherThanToHideRowsOfARangeThatIsNotAllThere() throws SQLException {
        weeks.into("old");
        weeks.rehydrate.succeed("test", KeptWeeks.TABLE, "--from", "2024-01-04", "--to", "2024-01-05");
        assertThat(weeks.inDatabase("old_all")).isEqualTo(weeks.all);
        weeks.execute("TRUNCATE events.messages");
        assertThat(weeks.inDatabase("old_all")).isEqualTo(weeks.all);

        weeks.events.write(weeks.owner, EventStore.FIRST_WEEK.plus(Duration.ofHours(1)), "account-3", 900_000);

        assertThat(weeks.failure("SELECT count(*) FROM events.old_all"))
                .contains("events.old_all: of [2024-01-04, 2024-01-11) 1 of its 2000 archived rows are in the table")
                .contains("query events.messages and events.old each on its own");
        weeks.execute("DELETE FROM events.messages");
        assertThat(weeks.inDatabase("old_all")).isEqualTo(weeks.all);
    }

    @Test
    void theSameOfARangeThatWasNeverDropped() throws SQLException {
        weeks.firn.tables(KeptWeeks.NEVER_DROPPED);
        Instant fourth = EventStore.FIRST_WEEK.plus(EventStore.WEEK.multipliedBy(3));
        if (!weeks.events.hypertable()) {
            weeks.events.addPartition(weeks.owner, fourth);
        }
        for (int position = 1; position <= 3; position++) {
            weeks.events.write(weeks.owner, fourth.plusSeconds(position), "account-3", position);
        }
        weeks.events.compressAll(weeks.owner);
        weeks.firn.succeed("run", Firn.NAMESPACE);
        weeks.into("old");
        assertThat(weeks.count("events.old_all")).isEqualTo(6_003);

        // Deleted from the chunk itself, by whoever owns it: the table is right.
        weeks.execute("DELETE FROM events.messages WHERE position = 2 AND time >= '%s'".formatted(fourth));
        assertThat(weeks.count("events.old_all")).isEqualTo(6_002);
        String[] range = {"test", KeptWeeks.TABLE, "--from", "2024-01-25", "--to", "2024-01-26"};
        assertThat(weeks.rehydrate.succeed(range).out()).contains("1 were there", "it was never dropped");

        weeks.execute(
                weeks.events.hypertable()
                        ? "SELECT drop_chunks('events.messages', timestamptz '2030-01-01')"
                        : "DROP TABLE events.messages_2024_01_25");
        if (!weeks.events.hypertable()) {
            weeks.events.addPartition(weeks.owner, fourth);
        }
        assertThat(weeks.count("events.old_all")).isEqualTo(6_003);
        weeks.events.write(weeks.owner, fourth.plusSeconds(9), "account-3", 9);

        assertThat(weeks.failure("SELECT count(*) FROM events.old_all"))
                .contains("1 of its 3 archived rows are in the table");
        Firn.Ran ran = weeks.rehydrate.run(range);
        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
        assertThat(ran.out())
                .contains("its chunk is not the one that was archived, and has 1 rows of 3", "0 were there, 1 failed");
    }

    @Test
    void columnsThatTheTableHasNoMoreAreNamed() throws SQLException {
        weeks.execute("ALTER TABLE events.messages DROP COLUMN metadata");
        weeks.execute("ALTER TABLE events.messages DROP COLUMN data");
        String[] first = {"test", KeptWeeks.TABLE, "--from", "2024-01-04", "--to", "2024-01-05"};
        String named = "columns that the table has no more stay in the archive alone: data, metadata";

        assertThat(weeks.rehydrate
                        .succeed("test", KeptWeeks.TABLE, "--from", "2024-01-04", "--to", "2024-01-05", "--dry-run")
                        .out())
                .contains(named);
        assertThat(weeks.rehydrate.succeed(first).out()).contains("1 brought back", named);
        assertThat(weeks.into("old", "--dry-run").out()).contains(named);
        assertThat(weeks.into("old").out()).contains("3 brought back", named);
        assertThat(weeks.rehydrate.succeed(first).out())
                .contains("1 were there")
                .doesNotContain(named);
    }

    @Test
    void aSiblingThatIsNotLikeItsOriginalAnyMoreIsNotLoadedInto() throws SQLException {
        weeks.into("old", "--where", KeptWeeks.STREAM);
        weeks.execute("ALTER TABLE events.messages ADD COLUMN region text DEFAULT 'eu'");

        assertThat(weeks.refused("old", "--where", KeptWeeks.STREAM))
                .contains("it lacks what events.messages has by now: region text");

        weeks.rehydrate.succeed(
                "test",
                KeptWeeks.TABLE,
                "--into",
                "table",
                "newer",
                "--where",
                "region=eu",
                "--where",
                KeptWeeks.STREAM);
        assertThat(weeks.count("events.newer")).isEqualTo(300);
    }

    @Test
    void aKeyThatIsInTheArchiveTwiceIsForSomebodyToDecide() throws SQLException {
        Instant first = EventStore.FIRST_WEEK;
        weeks.execute("INSERT INTO events.messages (time, global_position, position, stream_name, type, id)"
                + " SELECT time, 1, position, stream_name, 'Again', id FROM events.kept WHERE time = '" + first + "'");
        weeks.events.compressAll(weeks.owner);
        weeks.firn.succeed("run", Firn.NAMESPACE);
        assertThat(weeks.firn.live(weeks.events.table()))
                .extracting(Manifest::role)
                .contains(Manifest.Role.ADDITION);

        assertThat(weeks.refused("old", "--to", "2024-01-05"))
                .contains("two of them have one key", "--on-conflict keep-live");
        weeks.into("old", "--to", "2024-01-05", "--on-conflict", "keep-live");
        assertThat(weeks.difference("old", "time < '2024-01-05 00:00Z'")).isEmpty();
        weeks.into("old", "--to", "2024-01-05", "--on-conflict", "keep-archived");
        assertThat(weeks.texts("SELECT time::text FROM events.old WHERE type = 'Again'"))
                .hasSize(1);
    }

    @Test
    void aDryRunSaysWhatIsThereAndWhatIsInTheWay() throws SQLException {
        weeks.rehydrate.succeed("test", KeptWeeks.TABLE, "--from", "2024-01-04", "--to", "2024-01-05");
        assertThat(weeks.rehydrate
                        .succeed("test", KeptWeeks.TABLE, "--from", "2024-01-01", "--to", "2024-01-12", "--dry-run")
                        .out())
                .contains("1 to load: 2,000 rows at most", "1 there, 0 refused");
        if (weeks.events.hypertable()) {
            weeks.execute("SELECT add_retention_policy('events.messages', interval '30 days')");
            Firn.Ran ran = weeks.rehydrate.run(
                    "test", KeptWeeks.TABLE, "--from", "2024-01-11", "--to", "2024-01-12", "--dry-run");
            assertThat(ran.exitCode()).isEqualTo(3);
            assertThat(ran.out()).contains("retention policy", "--into table NAME", "1 refused");
        }
    }
}
