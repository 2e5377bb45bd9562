package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FaultPoints;
import dev.firn.archive.Manifest;
import dev.firn.config.Configuration;
import dev.firn.config.Share;
import dev.firn.testing.Firn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Share after share the whole archive is proven again, and what does not prove is an alarm until it does. */
class ScrubShareIT {

    private static final int WEEKS = 4;

    private WeeklyChunks chunks;
    private Firn firn;

    @BeforeEach
    void open(@TempDir Path home) throws SQLException {
        chunks = new WeeklyChunks(home);
        firn = chunks.firn();
        for (int week = 0; week < WEEKS; week++) {
            chunks.addWeek();
        }
        firn.succeed("run", Firn.NAMESPACE);
    }

    @AfterEach
    void close() throws SQLException {
        chunks.close();
    }

    private List<Manifest> live() {
        return firn.live(chunks.events().table());
    }

    private List<String> scrub(Share share) {
        return scrub(share, Progress.NONE);
    }

    private List<String> scrub(Share share, Progress progress) {
        Surroundings surroundings = new Surroundings(Clock.systemUTC(), new SecureRandom(), FaultPoints.NONE);
        try (OpenNamespace namespace = OpenNamespace.open(
                Configuration.namespace(firn.conf(), Firn.NAMESPACE), Firn.NAMESPACE, surroundings)) {
            return namespace.scrub(Optional.empty(), share, progress).copies().stream()
                    .map(copy -> copy.range().toString())
                    .toList();
        }
    }

    @Test
    void everyCopyHasItsTurnAndTheOneProvenLongestAgoIsNext() {
        List<String> proven = new ArrayList<>();
        for (int day = 0; day < WEEKS; day++) {
            List<String> today = scrub(new Share(1, 1_000));
            assertThat(today).hasSize(1);
            proven.addAll(today);
        }

        assertThat(proven).doesNotHaveDuplicates();
        assertThat(scrub(new Share(1, 1_000))).containsExactly(proven.get(0));
        assertThat(scrub(new Share(1, 1))).hasSize(WEEKS);
        assertThat(firn.succeed("scrub", Firn.NAMESPACE, "--share", "60%").out())
                .contains("3 copies proven, 0 not; 0 stray and 0 superseded objects");
    }

    @Test
    void aRebuildForgetsNoOrder() {
        List<String> first = scrub(new Share(1, 1_000));

        firn.succeed("catalog", "rebuild", Firn.NAMESPACE);

        assertThat(scrub(new Share(1, 1_000))).isNotEqualTo(first);
    }

    @Test
    void whoIsInterruptedGoesOnWithTheNextOne() {
        List<String> first = new ArrayList<>();
        try {
            first.addAll(scrub(new Share(1, 1), new Progress() {
                @Override
                public void ended(dev.firn.TableName table, dev.firn.TimeRange range, Work work) {
                    Thread.currentThread().interrupt();
                }
            }));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(first).hasSize(1);

        assertThat(scrub(new Share(1, 1_000))).doesNotContainAnyElementsOf(first);
    }

    @Test
    void whatDoesNotProveIsAnAlarmUntilItDoes() throws Exception {
        Path file = firn.archive().resolve(live().get(1).files().get(0).key());
        byte[] content = Files.readAllBytes(file);
        byte[] altered = content.clone();
        altered[altered.length / 2] ^= 1;
        Files.write(file, altered);

        Firn.Ran ran = firn.run("scrub", Firn.NAMESPACE, "--share", "1/1");

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(5);
        assertThat(ran.out()).contains("3 copies proven, 1 not");
        for (int looks = 0; looks < 2; looks++) {
            assertThat(firn.succeed("status", Firn.NAMESPACE).out())
                    .contains("alarm (scrub): " + live().get(1).range())
                    .contains("its copy, generation 1, does not prove since ")
                    .contains("the alarm ends once `archiver scrub` proves it");
            firn.succeed("catalog", "rebuild", Firn.NAMESPACE);
        }
        Files.write(file, content);
        assertThat(firn.succeed("status", Firn.NAMESPACE).out()).contains("alarm (scrub)");
        firn.succeed("scrub", Firn.NAMESPACE, "--chunk", live().get(1).range().showStart());
        assertThat(firn.succeed("status", Firn.NAMESPACE).out()).doesNotContain("alarm (scrub)");
    }

    @Test
    void refusesAShareThatIsNone() {
        assertThat(firn.run("scrub", Firn.NAMESPACE, "--share", "0%").exitCode())
                .isEqualTo(2);
        assertThat(firn.run("scrub", Firn.NAMESPACE, "--share", "3%", "--chunk", "2024-01-04")
                        .all())
                .contains("--share and --chunk: give one of the two");
    }
}
