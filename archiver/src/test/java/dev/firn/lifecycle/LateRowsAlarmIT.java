package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A row written into a dropped range makes the next refresh cut what was counted there: that is told before. */
@RequiresTimescale
class LateRowsAlarmIT {

    private static final String ALARM =
            "alarm (continuous-aggregates): [2024-01-04, 2024-01-11) was written into after its"
                    + " rows went to the archive, and the next refresh of events.daily computes its buckets without them";

    static List<String> versions() {
        return TestDatabase.availableTimescaleVersions();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void raisesAnAlarmBeforeTheRefreshThatDoesTheDamage(String version, @TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create(version, home, "")) {
            given.daily();
            given.refresh("daily");
            assertThat(given.run()).contains("4 dropped, 0 failed");
            given.refresh("daily");
            assertThat(given.status()).doesNotContain("alarm");

            given.late(30);

            assertThat(given.status()).contains(ALARM).contains("HINT: pause its refresh policy");
            assertThat(given.plan()).contains(ALARM);
            assertThat(given.counted("daily")).isEqualTo(GuardedEvents.ALL);
            given.refresh("daily");
            // The second day had 100 events, and has the late one now.
            assertThat(given.counted("daily")).isEqualTo(GuardedEvents.ALL - 100 + 1);
        }
    }

    /** The buckets are all that is left of the rows. */
    @Test
    void alsoWhereTheRowsHaveExpired(@TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create(home, ExpiringWeeks.expireAfter(1))) {
            given.daily();
            given.refresh("daily");
            assertThat(given.run()).contains("4 dropped, 0 failed");
            given.refresh("daily");
            assertThat(given.expire()).contains("1 expired");
            assertThat(given.status()).doesNotContain("alarm");

            given.late(30);

            assertThat(given.status()).contains(ALARM);
        }
    }
}
