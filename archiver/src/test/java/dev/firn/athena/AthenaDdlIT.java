package dev.firn.athena;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code archiver athena ddl}, as a user types it. */
class AthenaDdlIT {

    private static final String TABLES =
            """
            events.messages { archive-after = 1d }
            later.messages { archive-after = 1d }
            events.messages_natural { archive-after = 1d }
            "later\\nDROP TABLE x;\\n--".messages { archive-after = 1d }
            same.x-y { archive-after = 1d }
            same.x_y { archive-after = 1d }
            """;

    @Test
    void printsEveryTableThatIsArchivedWithoutItsDatabase(@TempDir Path home) throws SQLException {
        Firn firn;
        try (TestDatabase database = TestDatabase.create();
                Connection owner = database.owner()) {
            EventStore events = EventStore.create(owner, "events", 2);
            events.fillWeeks(owner, 7, 2, 100);
            events.compressAll(owner);
            firn = Firn.configure(database, home, TABLES).init();
            firn.succeed("run", Firn.NAMESPACE, "--table", "events.messages");
            assertThat(firn.succeed("status", Firn.NAMESPACE, "--table", "events.messages")
                            .out())
                    .doesNotContain("query engines");
        }

        String url = "file://" + firn.archive().toAbsolutePath();
        assertThat(firn.succeed("athena", "ddl", Firn.NAMESPACE, "--table", "events.messages")
                        .out())
                .contains("CREATE EXTERNAL TABLE `firn_test`.`events_messages` (")
                .contains("`data` string COMMENT 'jsonb'")
                .contains("CREATE OR REPLACE VIEW \"firn_test\".\"events_messages_natural_2\" AS")
                .contains("LOCATION '" + url + "/test/events.messages/data/'")
                .contains("\"projection.chunk.range\" = \"20240104T000000Z,NOW+1DAYS\"");
        Firn.Ran all = firn.run("athena", "ddl", Firn.NAMESPACE, "--dialect", "spark");
        assertThat(all.exitCode()).isEqualTo(3);
        assertThat(all.out())
                .contains("CREATE TABLE `firn_test`.`events_messages` (")
                .contains("MSCK REPAIR TABLE `firn_test`.`events_messages`;")
                .contains("-- later.messages: nothing of it is archived yet.")
                .contains("-- later DROP TABLE x; --.messages: nothing of it is archived yet.");
        assertThat(all.err()).contains("same.x_y would be 'same_x_y' too");
        assertThat(firn.run("athena", "ddl", Firn.NAMESPACE, "--dialect", "hive")
                        .exitCode())
                .isEqualTo(2);
        Firn.Ran nothing = firn.run("athena", "ddl", Firn.NAMESPACE, "--table", "later.messages");
        assertThat(nothing.exitCode()).isEqualTo(3);
        assertThat(nothing.out()).isEqualTo("-- later.messages: nothing of it is archived yet.%n%n".formatted());
        assertThat(nothing.err())
                .startsWith("test/later.messages: describing it to query engines: nothing of it was ever archived")
                .contains("HINT: `archiver plan test` shows what is due");
    }

    @Test
    void whatWasPrintedOfCopiesThatHaveExpiredSinceIsRemembered(@TempDir Path home) throws SQLException {
        Firn firn;
        try (TestDatabase database = TestDatabase.create();
                Connection owner = database.owner()) {
            EventStore events = EventStore.create(owner, "events", 2);
            events.fillWeeks(owner, 7, 2, 100);
            events.compressAll(owner);
            firn = Firn.configure(database, home, due(0)).init();
            firn.succeed("run", Firn.NAMESPACE);
            addFinerChunk(database, events);
            events.compressAll(owner);
            firn.succeed("run", Firn.NAMESPACE);
            String warning = "query engines do not see [2024-01-25T06:00:00Z, 2024-01-25T12:00:00Z)";
            assertThat(firn.succeed("status", Firn.NAMESPACE).out())
                    .contains(warning)
                    .contains("; they have no values of note in [2024-01-25T06:00:00Z, 2024-01-25T12:00:00Z)")
                    .contains("Spark looks partitions up: of these tables it shows nothing that was archived after");

            assertThat(firn.tables(due(2)).succeed("expire", Firn.NAMESPACE).out())
                    .contains("2 expired");
            assertThat(firn.succeed("status", Firn.NAMESPACE).out()).contains(warning);
            assertThat(firn.tables(due(4)).succeed("expire", Firn.NAMESPACE).out())
                    .contains("1 expired");
            assertThat(firn.succeed("status", Firn.NAMESPACE).out()).doesNotContain("query engines");
        }

        assertThat(firn.succeed("athena", "ddl", Firn.NAMESPACE).out())
                .contains("-- NO ROW OF IT IS ARCHIVED NOW: it is described as it was last, for rows to come.")
                .contains("CREATE EXTERNAL TABLE `firn_test`.`events_messages` (")
                .contains("`data` string COMMENT 'jsonb'")
                .contains("\"projection.chunk.range\" = \"20240125T060000Z,NOW+1DAYS\"");
    }

    private static void addFinerChunk(TestDatabase database, EventStore events) {
        database.execute(
                "ALTER TABLE events.messages ADD COLUMN note text",
                events.hypertable()
                        ? "SELECT set_chunk_time_interval('events.messages', interval '6 hours')"
                        : "CREATE TABLE events.finer PARTITION OF events.messages"
                                + " FOR VALUES FROM ('2024-01-25T06:00:00Z') TO ('2024-01-25T12:00:00Z')",
                """
                INSERT INTO events.messages (time, position, stream_name, type, data)
                SELECT '2024-01-25T06:00:00Z'::timestamptz + e * interval '1 minute', e, 'finer', 'Finer', '{}'
                FROM generate_series(1, 20) e""");
    }

    /** Copies of so many weeks have come of age. */
    private static String due(int weeks) {
        Instant newestDue = EventStore.FIRST_WEEK.plus(EventStore.WEEK.multipliedBy(weeks));
        return "events.messages { archive-after = 1d, expire-after = %dd }"
                .formatted(Duration.between(newestDue, Instant.now()).toDays() - 3);
    }
}
