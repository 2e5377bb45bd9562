package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A drop may cut what continuous aggregates show after their next refresh: such a table is copied only. */
@RequiresTimescale
class AggregatedTableIT {

    @Test
    void copiesButDoesNotDropFromATableThatContinuousAggregatesAreMadeFrom(@TempDir Path home) throws SQLException {
        try (TestDatabase database = TestDatabase.create();
                Connection owner = database.owner();
                Statement statement = owner.createStatement()) {
            EventStore events = EventStore.create(owner, "events", 2);
            events.fillWeeks(owner, 1, 2, 500);
            events.compressAll(owner);
            statement.execute("CREATE MATERIALIZED VIEW events.daily WITH (timescaledb.continuous) AS SELECT"
                    + " time_bucket('1 day', time) AS day, count(*) FROM events.messages GROUP BY 1 WITH NO DATA");
            Firn firn = Firn.configure(database, home, "events.messages { archive-after = 1d }")
                    .init();

            Firn.Ran ran = firn.succeed("run", Firn.NAMESPACE);

            assertThat(ran.out()).contains("2 archived, 0 dropped, 0 failed");
            assertThat(events.rows(owner)).isEqualTo(1_000);
            assertThat(firn.succeed("plan", Firn.NAMESPACE).out())
                    .contains("guarded")
                    .contains("[events.daily]");
        }
    }
}
