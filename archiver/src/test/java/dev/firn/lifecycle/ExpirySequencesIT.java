package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.testing.Firn;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is cut off, run again, lost and rebuilt, in any order: what has expired never comes back, and of what has not
 * every row stays, once.
 */
class ExpirySequencesIT {

    private static final int DUE = 4;
    private static final int KEPT = 2;
    private static final int STEPS = Integer.getInteger("firn.expirySteps", 8);

    private final Set<String> gone = new HashSet<>();

    @Test
    void noSequenceBringsExpiredRowsBackOrLosesOthers(@TempDir Path home) throws SQLException {
        long seed = Long.getLong("firn.seed", System.nanoTime());
        System.out.printf("%d steps, seed %d (-Dfirn.seed=%d)%n", STEPS, seed, seed);
        Random random = new Random(seed);
        try (ExpiringWeeks weeks = new ExpiringWeeks(home)) {
            for (int week = 0; week < DUE + KEPT; week++) {
                weeks.chunks().addWeek();
            }
            weeks.firn().succeed("run", Firn.NAMESPACE);
            Digest kept = digest(weeks.live().subList(DUE, DUE + KEPT));
            long lastDueEnd = weeks.live().get(DUE - 1).range().end();
            weeks.due(DUE);
            for (int step = 0; step < STEPS; step++) {
                List<Manifest> before = weeks.live();
                step(random, weeks);
                requireSound(weeks, before, kept, lastDueEnd);
            }
            weeks.chunks().events().compressAll(weeks.chunks().owner());
            weeks.chunks().runUntilDone();
            weeks.expireUntilDone();
            assertThat(weeks.firn().ledger(weeks.chunks().events().table())).isEqualTo(kept);
            weeks.requireClean();
            assertThat(weeks.firn().succeed("status", Firn.NAMESPACE).out()).doesNotContain("edited", "scrub");
        }
    }

    private static void step(Random random, ExpiringWeeks weeks) throws SQLException {
        Firn firn = weeks.firn();
        weeks.chunks().endLeases();
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> cutOff(random, firn, ExpirySteps.ALL, "expire", Firn.NAMESPACE);
            case 3 -> cutOff(random, firn, Steps.ALL, "run", Firn.NAMESPACE, "--retry-failed");
            case 4 -> firn.run("run", Firn.NAMESPACE, "--retry-failed");
            case 5 -> firn.succeed("catalog", "rebuild", Firn.NAMESPACE);
            case 6 -> loseTheCatalogue(random, weeks);
            default -> {
                weeks.write(random.nextInt(DUE), "late-" + random.nextInt());
                weeks.chunks().events().compressAll(weeks.chunks().owner());
            }
        }
    }

    /** While new rows lie where others were dropped, nobody could say any more which they are, and a person is asked. */
    private static void loseTheCatalogue(Random random, ExpiringWeeks weeks) throws SQLException {
        weeks.chunks().runUntilDone();
        weeks.chunks().database().execute("DROP SCHEMA firn CASCADE");
        weeks.firn().init(true);
        if (random.nextBoolean()) {
            weeks.firn().succeed("catalog", "rebuild", Firn.NAMESPACE);
        }
        weeks.chunks().runUntilDone();
    }

    /** The steps of it, as many as chance lets pass. */
    private static void cutOff(Random random, Firn firn, List<String> points, String... command) {
        String point = points.get(random.nextInt(points.size()));
        int passes = random.nextInt(3);
        AtomicInteger passed = new AtomicInteger();
        firn.run(
                reached -> {
                    if (reached.equals(point) && passed.getAndIncrement() == passes) {
                        throw new FirnException(Category.PASSING, point, "cut off", "run it again");
                    }
                },
                command);
    }

    private void requireSound(ExpiringWeeks weeks, List<Manifest> before, Digest kept, long lastDueEnd)
            throws SQLException {
        List<Manifest> now = weeks.live();
        Set<String> keys = now.stream().map(Manifest::key).collect(Collectors.toSet());
        before.stream().map(Manifest::key).filter(key -> !keys.contains(key)).forEach(gone::add);
        assertThat(keys).as("live").noneMatch(gone::contains);
        assertThat(digest(now.stream()
                        .filter(manifest -> manifest.range().end() > lastDueEnd)
                        .toList()))
                .as("what is not to expire")
                .isEqualTo(kept);
    }

    private static Digest digest(List<Manifest> manifests) {
        Digest sum = Digest.EMPTY;
        for (Manifest manifest : manifests) {
            sum = sum.plus(manifest.digest());
        }
        return sum;
    }
}
