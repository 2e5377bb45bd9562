package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.copy.Digest;
import dev.firn.testing.ArchiverProcess;
import dev.firn.testing.Firn;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** SIGKILL at every named instruction, and at random moments: the next run finishes, and every row is in one place. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KillIT {

    static final java.util.List<String> POINTS = Steps.ALL;

    private static final int RANDOM_KILLS = Integer.getInteger("firn.kills", 10);

    private Path home;

    private WeeklyChunks chunks;

    @BeforeAll
    void start(@TempDir Path directory) throws SQLException {
        home = directory;
        chunks = new WeeklyChunks(home);
    }

    @AfterAll
    void stop() throws SQLException {
        chunks.close();
    }

    @ParameterizedTest
    @FieldSource("POINTS")
    void killedAtAnyFaultPointTheNextRunFinishes(String point) throws SQLException {
        Digest all = chunks.addWeek();

        try (ArchiverProcess process = start("KILL", point)) {
            assertThat(process.exitCode()).as(process.output()).isEqualTo(137);
        }

        chunks.runUntilDone();
        chunks.requireAllArchivedOnce(all);
    }

    @Test
    void killedAtRandomMomentsTheNextRunFinishes() throws SQLException {
        long seed = Long.getLong("firn.seed", System.nanoTime());
        System.out.printf("%d kills at random moments, seed %d (-Dfirn.seed=%d)%n", RANDOM_KILLS, seed, seed);
        Random random = new Random(seed);
        int alive = 0;
        for (int i = 0; i < RANDOM_KILLS; i++) {
            Digest all = chunks.addWeek();
            try (ArchiverProcess process = start("KILL", "never")) {
                alive += process.killAfter(300 + random.nextInt(2_700)) ? 1 : 0;
                process.exitCode();
            }
            chunks.runUntilDone();
            chunks.requireAllArchivedOnce(all);
        }
        System.out.printf("%d of them found the program alive%n", alive);
        assertThat(alive).isPositive();
    }

    private ArchiverProcess start(String signal, String point) {
        return ArchiverProcess.start(
                home, signal, point, 1, "--conf", chunks.firn().conf().toString(), "run", Firn.NAMESPACE);
    }
}
