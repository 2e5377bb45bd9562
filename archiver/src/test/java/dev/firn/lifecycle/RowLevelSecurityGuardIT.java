package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testing.EventStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A partition's own policies go with it. Those of the table stay, and hold for what is restored. */
class RowLevelSecurityGuardIT {

    @Test
    void keepsAPartitionWithPoliciesOfItsOwnAndOverriddenTheyAreLost(@TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.archivedPartitions(home, "")) {
            String first = given.firstChunk();
            given.execute("ALTER TABLE %s ENABLE ROW LEVEL SECURITY".formatted(first));
            given.execute("CREATE POLICY own_stream ON %s USING (stream_name = 'account-1')".formatted(first));
            given.execute("GRANT USAGE ON SCHEMA events TO firn_reader");
            given.execute("GRANT SELECT ON %s TO firn_reader".formatted(first));
            assertThat(readable(given, first)).isEqualTo(35);

            assertThat(given.run()).contains("3 dropped, 0 failed");
            assertThat(given.plan())
                    .contains("guarded")
                    .contains("row-level security of events.messages_2024_01_04 itself (own_stream) would go with it")
                    .contains("(guard row-level-security)");
            assertThat(readable(given, first)).isEqualTo(35);

            given.configure("guards { row-level-security = off }");
            assertThat(given.run()).contains("1 dropped, 0 failed");
            assertThat(given.number("SELECT count(*) FROM pg_policy")).isZero();
            // What is put back under the same name may be read by everybody who may read the table.
            given.events.addPartition(given.owner, EventStore.FIRST_WEEK);
            given.events.fillWeeks(given.owner, 1, 1, GuardedEvents.PER_WEEK);
            given.execute("GRANT SELECT ON %s TO firn_reader".formatted(first));
            assertThat(readable(given, first)).isEqualTo(GuardedEvents.PER_WEEK);
        }
    }

    private static long readable(GuardedEvents given, String relation) throws SQLException {
        try (Connection reader = given.database.reader();
                Statement statement = reader.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM " + relation)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
