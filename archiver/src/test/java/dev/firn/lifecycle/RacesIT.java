package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.archive.Manifest;
import dev.firn.testing.Firn;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writers and recompression in between any two steps: whatever they do, every row is in one place, as it was last. */
class RacesIT {

    private static final int OPERATIONS = Integer.getInteger("firn.races", 1_000);
    private static final int MOST_WEEKS = 50 + OPERATIONS;

    @TempDir
    private Path home;

    @Test
    void everyRowIsInOnePlaceWhateverHappensBetweenTheSteps() throws SQLException {
        long seed = Long.getLong("firn.seed", System.nanoTime());
        System.out.printf("races, seed %d (-Dfirn.seed=%d)%n", seed, seed);
        Map<Manifest.Role, Integer> published = new EnumMap<>(Manifest.Role.class);
        try (WeeklyChunks chunks = new WeeklyChunks(home, 60);
                Connection application = chunks.database().owner()) {
            Writers writers = new Writers(application, chunks.events(), new Random(seed));
            while (chunks.weeks() < Steps.ALL.size()
                    || (writers.carriedOut() < OPERATIONS && chunks.weeks() < MOST_WEEKS)) {
                race(chunks, writers);
                chunks.firn()
                        .live(chunks.events().table())
                        .forEach(manifest -> published.merge(manifest.role(), 1, Integer::sum));
            }
            System.out.printf("%d chunks, seed %d: %s%n", chunks.weeks(), seed, writers);
            assertThat(writers.unexpected()).isEmpty();
            assertThat(writers.carriedOut()).isGreaterThanOrEqualTo(OPERATIONS);
            assertThat(writers.pointsTried()).containsAll(Steps.ALL);
            assertThat(published).containsKey(Manifest.Role.REPLACEMENT);
            if (chunks.events().hypertable()) {
                assertThat(published).containsKey(Manifest.Role.ADDITION);
            }
        }
    }

    private static void race(WeeklyChunks chunks, Writers writers) throws SQLException {
        Instant week = chunks.nextWeek();
        chunks.addWeek();
        writers.addWeek(week);

        chunks.firn().run(point -> writers.act(point, week), "run", Firn.NAMESPACE, "--retry-failed");
        // Late rows of a chunk that was dropped make a new chunk, which is due once it is compressed.
        chunks.events().compressAll(chunks.owner());
        decideOnWhatWasAllButEmptied(chunks);
        chunks.runUntilDone(10);

        chunks.requireAllArchivedOnce(chunks.firn().inDatabase(chunks.events().table(), writers.truth()));
    }

    /** Of a chunk that lost nearly all of its rows, and the others were rewritten: the writers meant it. */
    private static void decideOnWhatWasAllButEmptied(WeeklyChunks chunks) {
        chunks.endLeases();
        Matcher asked = Pattern.compile("--chunk (\\S+) --divergent replace")
                .matcher(chunks.firn()
                        .run("run", Firn.NAMESPACE, "--retry-failed")
                        .all());
        while (asked.find()) {
            chunks.firn()
                    .run(
                            "run",
                            Firn.NAMESPACE,
                            "--table",
                            "events.messages",
                            "--chunk",
                            asked.group(1),
                            "--divergent",
                            "replace",
                            "--retry-failed");
        }
    }
}
