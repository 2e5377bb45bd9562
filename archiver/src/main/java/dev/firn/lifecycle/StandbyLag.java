package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.Pauses;
import dev.firn.config.NamespaceConfig;
import dev.firn.source.StandbyDelays;
import dev.firn.source.StandbyDelays.Delay;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Holds work back while a standby is further behind than the configuration allows: no chunk is begun, and what is loaded
 * waits. Shared by the threads that work on a namespace.
 */
final class StandbyLag {

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /** What is loaded keeps a transaction open that long at most. */
    private static final Duration MOST_WAIT = Duration.ofMinutes(10);

    private static final int MOST_MARKS = 4096;

    /** Where the log ended at some moment. */
    private record Mark(long position, long at) {}

    private final String namespace;
    private final String role;
    private final Optional<Duration> most;
    private final DataSource connections;
    private final Pauses pauses;

    /** Oldest first. A standby that has not replayed one is behind for as long as the mark is old. */
    private final Deque<Mark> marks = new ArrayDeque<>();

    private long lookedAt;
    private boolean looked;

    StandbyLag(NamespaceConfig config, DataSource connections, Pauses pauses) {
        this.namespace = config.name();
        this.role = config.database().user();
        this.most = config.database().standbys().maxLag();
        this.connections = connections;
        this.pauses = pauses;
    }

    /** Why nothing is to be begun just now. */
    Optional<HinderedException> hindrance() {
        if (most.isEmpty()) {
            return Optional.empty();
        }
        try {
            return tooFarBehind().map(this::wait);
        } catch (HinderedException e) {
            return Optional.of(e);
        }
    }

    /** Throws what {@link #hindrance} answers. */
    void requireNone() {
        Optional<HinderedException> hindrance = hindrance();
        if (hindrance.isPresent()) {
            throw hindrance.get();
        }
    }

    /**
     * Between two pieces of what is loaded, as often as one likes: looks once a second, and waits as long as a standby is too
     * far behind.
     */
    void pass(String where) throws InterruptedException {
        if (most.isEmpty() || lookedJustNow()) {
            return;
        }
        long began = pauses.nanoTime();
        for (Optional<String> behind = tooFarBehind(); behind.isPresent(); behind = tooFarBehind()) {
            if (pauses.nanoTime() - began >= MOST_WAIT.toNanos()) {
                throw new HinderedException(
                        Category.PASSING,
                        where,
                        "loading it: given up after waiting for %d minutes, because %s; nothing of it is in the table"
                                .formatted(MOST_WAIT.toMinutes(), behind.get()),
                        hint());
            }
            pauses.pause(LOOK_EVERY);
        }
    }

    private synchronized boolean lookedJustNow() {
        long now = pauses.nanoTime();
        if (looked && now - lookedAt < LOOK_EVERY.toNanos()) {
            return true;
        }
        looked = true;
        lookedAt = now;
        return false;
    }

    private synchronized Optional<String> tooFarBehind() {
        try (Connection connection = connections.getConnection()) {
            requireVisible(connection);
            long now = pauses.nanoTime();
            long written = StandbyDelays.written(connection);
            Optional<String> found = Optional.empty();
            long least = written;
            for (Delay delay : StandbyDelays.list(connection)) {
                least = Math.min(least, delay.position());
                if (found.isEmpty()) {
                    found = tooFar(delay, now);
                }
            }
            forget(least);
            if (marks.isEmpty() || marks.getLast().position() < written) {
                marks.addLast(new Mark(written, now));
            }
            return found;
        } catch (SQLException e) {
            FirnException failure =
                    Failures.of(namespace, "looking how far standbys are behind; nothing was changed", e);
            throw HinderedException.of(failure);
        }
    }

    private Optional<String> tooFar(Delay delay, long now) {
        Duration behind = delay.bytes() == 0 ? Duration.ZERO : longer(delay.reported(), since(delay, now));
        if (!delay.catchingUp() && behind.compareTo(most.orElseThrow()) <= 0) {
            return Optional.empty();
        }
        return Optional.of("standby %s is %s (%d KiB), and database.max-standby-lag is %d s"
                .formatted(
                        delay.name(),
                        delay.catchingUp() ? "catching up" : behind.toSeconds() + " s behind",
                        delay.bytes() >> 10,
                        most.get().toSeconds()));
    }

    /** It reports every ten seconds only, and then how long the last step took: what was seen here is younger. */
    private Duration since(Delay delay, long now) {
        for (Mark mark : marks) {
            if (mark.position() > delay.position()) {
                return Duration.ofNanos(now - mark.at());
            }
        }
        return Duration.ZERO;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** What all have replayed; and should one never move, of the others as many as are enough to tell. */
    private void forget(long replayedByAll) {
        while (!marks.isEmpty() && marks.getFirst().position() <= replayedByAll) {
            marks.removeFirst();
        }
        if (marks.size() >= MOST_MARKS) {
            marks.removeLast();
        }
    }

    /** Without the right, every standby would look as if it were not behind at all. */
    private void requireVisible(Connection connection) throws SQLException {
        if (!StandbyDelays.visible(connection)) {
            throw new HinderedException(
                    Category.REFUSED,
                    namespace,
                    "looking how far standbys are behind, as database.max-standby-lag asks for: %s is not shown it; nothing was"
                                    .formatted(role)
                            + " changed",
                    "GRANT pg_read_all_stats TO %s; or take database.max-standby-lag out".formatted(role));
        }
    }

    private HinderedException wait(String behind) {
        return new HinderedException(
                Category.PASSING, namespace, "beginning a chunk: %s; nothing was changed".formatted(behind), hint());
    }

    private static String hint() {
        return "the next run goes on once it has caught up; see pg_stat_replication on the primary";
    }
}
