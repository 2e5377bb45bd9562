package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FaultPoints;
import dev.firn.config.Configuration;
import dev.firn.copy.Digest;
import dev.firn.testing.Firn;
import dev.firn.testing.VirtualPauses;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is copied, proven, brought back and read back, by a clock that only goes on while somebody is held back. */
class ThrottledIT {

    private static final int BYTES = 4 << 20;

    @TempDir
    private Path home;

    private final VirtualPauses time = new VirtualPauses();

    @Test
    void holdsAllThatIsMovedBothWaysToTheRate() throws SQLException {
        try (WeeklyChunks chunks = new WeeklyChunks(home)) {
            Firn firn = chunks.firn();
            Digest all = chunks.addWeek(BYTES);
            firn.write(
                    "url = \"file:%s\"".formatted(firn.archive().toAbsolutePath()),
                    WeeklyChunks.TABLES,
                    "limits.bytes-per-second = 64KiB");

            Firn.Ran ran = firn.run(surroundings(), "run", Firn.NAMESPACE);

            assertThat(ran.exitCode()).as(ran.all()).isZero();
            chunks.requireAllArchivedOnce(all);
            long archived = firn.live(chunks.events().table()).get(0).bytes();
            assertThat(time.passed().toSeconds())
                    .as("seconds for what was read from the database, and from the archive")
                    .isBetween(seconds(BYTES + archived), seconds(2L * BYTES + 2 * archived));
            Duration before = time.passed();

            restore(firn, chunks);

            assertThat(time.passed().minus(before).toSeconds())
                    .as("seconds for what was loaded, and read back")
                    .isBetween(seconds(2L * BYTES), seconds(4L * BYTES));
            assertThat(firn.inDatabase(chunks.events().table())).isEqualTo(all);
        }
    }

    private static long seconds(long bytes) {
        return bytes / (64 << 10) - 1;
    }

    private void restore(Firn firn, WeeklyChunks chunks) {
        try (OpenNamespace open = OpenNamespace.open(
                Configuration.namespace(firn.conf(), Firn.NAMESPACE), Firn.NAMESPACE, surroundings())) {
            RestoreSummary summary = open.restore(
                    new RestoreOptions(
                            List.of(chunks.events().table()),
                            PositionSpan.ALL,
                            Optional.empty(),
                            true,
                            RestoreOptions.Conflict.REFUSE),
                    Progress.NONE);
            assertThat(summary.ranges()).singleElement().satisfies(result -> assertThat(result.outcome())
                    .isEqualTo(RestoreSummary.Outcome.RESTORED));
        }
    }

    private Surroundings surroundings() {
        return new Surroundings(Clock.systemUTC(), new SecureRandom(), FaultPoints.NONE, time);
    }
}
