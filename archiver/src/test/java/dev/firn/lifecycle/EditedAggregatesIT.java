package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FaultPoints;
import dev.firn.testing.Firn;
import dev.firn.testing.RequiresTimescale;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An edit of what came back, let go before its aggregates were refreshed, must not cost them the bucket. */
@RequiresTimescale
class EditedAggregatesIT {

    @Test
    void aggregatesAreBroughtUpToDateBeforeAnEditedRangeGoes(@TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create(home, "on-edit = replace")) {
            assertThat(given.run()).contains("4 dropped, 0 failed");
            given.late(30);
            given.events.compressAll(given.owner);
            assertThat(given.run()).as("an addition").contains("1 dropped, 0 failed");
            bringBack(given);
            given.daily();
            given.aggregate("weekly", "time_bucket('7 days', bucket)", "events.daily", "sum(n)");
            given.refresh("daily");
            given.refresh("weekly");
            given.execute("DELETE FROM events.messages WHERE stream_name = 'account-3' AND time < '2024-01-11'");
            long kept = given.events.rows(given.owner);
            assertThat(kept).isLessThan(GuardedEvents.ALL);
            letGo(given);
            boolean[] done = new boolean[1];
            FaultPoints lateEdit = point -> {
                // After the refresh and the replacement, before the drop has its lock.
                if (point.equals(Steps.LOCK) && !done[0]) {
                    done[0] = true;
                    late(given, 31);
                }
            };

            Firn.Ran ran = given.firn.run(lateEdit, "run", Firn.NAMESPACE);

            assertThat(ran.out()).as(ran.all()).contains("4 dropped, 0 failed");
            assertThat(done[0]).isTrue();
            assertThat(given.events.rows(given.owner)).isZero();
            long all = kept + 1;
            assertThat(given.archived()).isEqualTo(all);
            for (int i = 0; i < 2; i++) {
                assertThat(given.counted("daily")).isEqualTo(all);
                assertThat(given.counted("weekly")).isEqualTo(all);
                given.refresh("daily");
                given.refresh("weekly");
            }
        }
    }

    private static void bringBack(GuardedEvents given) {
        given.database.execute("SELECT firn.rehydrate('events.messages', '-infinity', 'infinity')");
        assertThat(given.run()).contains("4 brought back");
    }

    private static void letGo(GuardedEvents given) {
        given.database.execute("UPDATE firn.hold SET hold_until = clock_timestamp()");
    }

    private static void late(GuardedEvents given, int hours) {
        try {
            given.late(hours);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
