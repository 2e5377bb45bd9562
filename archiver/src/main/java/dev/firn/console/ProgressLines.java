package dev.firn.console;

import dev.firn.TableName;
import dev.firn.TimeRange;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Long work as log lines: its start, every ten seconds of it, its end. */
final class ProgressLines extends ProgressView {

    private static final Logger LOG = LoggerFactory.getLogger("dev.firn.progress");
    private static final long EVERY_NANOS = Duration.ofSeconds(10).toNanos();

    private final Map<String, State> states = new ConcurrentHashMap<>();

    private static final class State {
        private final long expectedRows;
        private final long startedAt = System.nanoTime();
        private long lastLineAt = startedAt;
        private long rows;
        private long bytes;

        State(long expectedRows) {
            this.expectedRows = expectedRows;
        }

        String text(TableName table, TimeRange range, Work work, long now) {
            Duration elapsed = Duration.ofNanos(now - startedAt);
            return new ProgressText(table, range, work, rows, expectedRows, bytes, elapsed).soFar();
        }
    }

    @Override
    public void started(TableName table, TimeRange range, Work work, long expectedRows) {
        states.put(key(table, range, work), new State(expectedRows));
        LOG.info("{} {}: {}, {} rows", table, range, word(work), Human.count(expectedRows));
    }

    @Override
    public void advanced(TableName table, TimeRange range, Work work, long rows, long bytes) {
        State state = states.get(key(table, range, work));
        if (state == null) {
            return;
        }
        state.rows = rows;
        state.bytes = bytes;
        long now = System.nanoTime();
        if (now - state.lastLineAt >= EVERY_NANOS) {
            state.lastLineAt = now;
            LOG.info("{} {}: {}, {}", table, range, word(work), state.text(table, range, work, now));
        }
    }

    @Override
    public void ended(TableName table, TimeRange range, Work work) {
        State state = states.remove(key(table, range, work));
        if (state != null) {
            LOG.info(
                    "{} {}: {} ended, {}", table, range, word(work), state.text(table, range, work, System.nanoTime()));
        }
    }

    private static String key(TableName table, TimeRange range, Work work) {
        return table + " " + range + " " + work;
    }

    @Override
    public void close() {
        states.clear();
    }
}
