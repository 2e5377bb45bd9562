package dev.firn.athena;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code archiver athena ddl}, as a user types it. */
class AthenaDdlIT {

    private static final String TABLES =
            """
            events.messages { archive-after = 1d }
            later.messages { archive-after = 1d }
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
                .contains("LOCATION '" + url + "/test/events.messages/data/'")
                .contains("\"projection.chunk.range\" = \"20240104T000000Z,NOW+1DAYS\"");
        Firn.Ran all = firn.run("athena", "ddl", Firn.NAMESPACE, "--dialect", "spark");
        assertThat(all.exitCode()).isEqualTo(3);
        assertThat(all.out())
                .contains("CREATE TABLE `firn_test`.`events_messages` (")
                .contains("MSCK REPAIR TABLE `firn_test`.`events_messages`;")
                .contains("-- later.messages: nothing of it is archived yet.");
        assertThat(all.err()).contains("same.x_y would be 'same_x_y' too");
        assertThat(firn.run("athena", "ddl", Firn.NAMESPACE, "--dialect", "hive")
                        .exitCode())
                .isEqualTo(2);
    }
}
