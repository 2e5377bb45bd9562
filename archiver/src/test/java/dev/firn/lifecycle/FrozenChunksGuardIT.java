package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testing.Firn;
import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever freezes a chunk wants it kept as it is. It is copied all the same. */
@RequiresTimescale
class FrozenChunksGuardIT {

    static List<String> versions() {
        return TestDatabase.availableTimescaleVersions();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void copiesAFrozenChunkAndKeepsItAndOverriddenItGoes(String version, @TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create(version, home, "")) {
            given.execute("SELECT _timescaledb_functions.freeze_chunk('%s')".formatted(given.firstChunk()));

            assertThat(given.plan()).contains("not dropped: the chunk is frozen");
            assertThat(given.run()).contains("1 archived, 3 dropped, 0 failed");
            assertThat(given.plan()).contains("guarded").contains("(guard frozen-chunks)");
            assertThat(given.run()).contains("0 dropped, 0 failed");
            assertThat(given.events.rows(given.owner)).isEqualTo(GuardedEvents.PER_WEEK);

            given.configure("guards { frozen-chunks = off }");
            assertThat(given.run()).contains("1 dropped, 0 failed");
            assertThat(given.events.rows(given.owner)).isZero();
        }
    }

    @Test
    void seesAChunkFrozenBetweenTheCopyAndTheDrop(@TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create(home, "")) {
            String freeze = "SELECT _timescaledb_functions.freeze_chunk('%s')".formatted(given.firstChunk());

            Firn.Ran ran = given.firn.run(
                    step -> {
                        if (step.equals(Steps.LOCK)) {
                            given.database.execute(freeze);
                        }
                    },
                    "run",
                    Firn.NAMESPACE,
                    "--chunk",
                    "2024-01-05");

            // Freezing changes the chunk's status, so it is copied again, and then the guard sees it.
            assertThat(ran.exitCode()).isZero();
            assertThat(ran.out()).contains("1 archived, 0 dropped, 0 failed");
            assertThat(given.events.rows(given.owner)).isEqualTo(GuardedEvents.ALL);
        }
    }
}
