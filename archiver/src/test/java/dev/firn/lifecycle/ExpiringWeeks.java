package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.archive.Manifest;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Weeks of events, the first of which are old enough to expire. */
final class ExpiringWeeks implements AutoCloseable {

    private final WeeklyChunks chunks;

    ExpiringWeeks(Path home) throws SQLException {
        this(new WeeklyChunks(home));
    }

    ExpiringWeeks(WeeklyChunks chunks) {
        this.chunks = chunks;
    }

    WeeklyChunks chunks() {
        return chunks;
    }

    /** Configures it so that the archive of so many weeks has come of age. */
    Firn due(int weeks) {
        return chunks.firn().tables("events.messages { archive-after = 1d, " + expireAfter(weeks) + " }");
    }

    static String expireAfter(int weeks) {
        Instant newestDue = EventStore.FIRST_WEEK.plus(EventStore.WEEK.multipliedBy(weeks));
        return "expire-after = %dd"
                .formatted(Duration.between(newestDue, Instant.now()).toDays() - 3);
    }

    Firn firn() {
        return chunks.firn();
    }

    List<Manifest> live() {
        return firn().live(chunks.events().table());
    }

    static String start(int week) {
        return EventStore.FIRST_WEEK
                .plus(EventStore.WEEK.multipliedBy(week))
                .toString()
                .substring(0, 10);
    }

    void write(int week, String stream) throws SQLException {
        chunks.events()
                .write(
                        chunks.owner(),
                        EventStore.FIRST_WEEK
                                .plus(EventStore.WEEK.multipliedBy(week))
                                .plus(Duration.ofHours(5)),
                        stream,
                        1_000_000);
    }

    /** What is where readers look is what live manifests name, and nothing is in the making. */
    void requireClean() {
        Set<String> named = new TreeSet<>();
        live().forEach(manifest -> manifest.files().forEach(file -> named.add(file.key())));
        assertThat(new TreeSet<>(firn().files().stream()
                        .filter(file -> file.contains("/data/") || file.contains("/incoming/"))
                        .toList()))
                .as("all files but manifests")
                .isEqualTo(named);
        assertThat(firn().run("scrub", Firn.NAMESPACE).all()).contains(" 0 not; 0 stray and 0 superseded");
    }

    /** As an operator does after a failure: until there is nothing to do. */
    void expireUntilDone() {
        for (int runs = 0; runs < 5; runs++) {
            chunks.endLeases();
            Firn.Ran ran = firn().run("expire", Firn.NAMESPACE);
            if (ran.exitCode() == 0 && ran.out().contains("0 ranges due, 0 expired, 0 kept, 0 left")) {
                return;
            }
        }
        throw new AssertionError("still something to expire:\n"
                + firn().run("expire", Firn.NAMESPACE).all());
    }

    @Override
    public void close() throws SQLException {
        chunks.close();
    }
}
