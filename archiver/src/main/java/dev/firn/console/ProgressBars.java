package dev.firn.console;

import dev.firn.TableName;
import dev.firn.TimeRange;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;

/**
 * Long work as bars on a terminal: rows, bytes, rate and the time left. Log lines go above the bars, for which the
 * standard error is diverted as long as this is open.
 */
final class ProgressBars extends ProgressView {

    private static final int REFRESH_MILLIS = 200;

    private final Map<String, Bar> bars = new ConcurrentHashMap<>();
    private final PrintWriter err;
    private final PrintStream terminal = System.err;
    private final LiveLines lines = new LiveLines(terminal);
    private final PrintStream above = lines.above();

    ProgressBars(PrintWriter err) {
        this.err = err;
        err.flush();
        System.setErr(above);
    }

    @Override
    public void started(TableName table, TimeRange range, Work work, long expectedRows) {
        err.flush();
        bars.put(key(table, range, work), new Bar(table, range, work, expectedRows));
    }

    @Override
    public void advanced(TableName table, TimeRange range, Work work, long rows, long bytes) {
        Bar bar = bars.get(key(table, range, work));
        if (bar != null) {
            bar.bytes = bytes;
            bar.shown.stepTo(rows);
        }
    }

    @Override
    public void ended(TableName table, TimeRange range, Work work) {
        Bar bar = bars.remove(key(table, range, work));
        if (bar != null) {
            bar.end();
        }
    }

    private static String key(TableName table, TimeRange range, Work work) {
        return table + " " + range + " " + work;
    }

    @Override
    public void close() {
        bars.values().forEach(Bar::end);
        bars.clear();
        above.close();
        System.setErr(terminal);
    }

    /** One piece of work; the library's part is to draw it now and then, and to know the terminal's width. */
    private final class Bar implements ProgressBarConsumer {

        private final ConsoleProgressBarConsumer console = new ConsoleProgressBarConsumer(terminal);
        private final TableName table;
        private final TimeRange range;
        private final Work work;
        private final long expectedRows;
        private final ProgressBar shown;
        private volatile long bytes;
        private boolean ended;

        Bar(TableName table, TimeRange range, Work work, long expectedRows) {
            this.table = table;
            this.range = range;
            this.work = work;
            this.expectedRows = expectedRows;
            shown = new ProgressBarBuilder()
                    .setInitialMax(expectedRows)
                    .setUpdateIntervalMillis(REFRESH_MILLIS)
                    .setRenderer((state, width) -> text(state.getCurrent(), state.getElapsedAfterStart(), width))
                    .setConsumer(this)
                    .build();
        }

        private String text(long rows, Duration elapsed, int width) {
            return new ProgressText(table, range, work, rows, expectedRows, bytes, elapsed).fitted(width);
        }

        @Override
        public int getMaxRenderedLength() {
            return console.getMaxRenderedLength();
        }

        @Override
        public synchronized void accept(String text) {
            if (!ended) {
                lines.show(this, text);
            }
        }

        /** Leaves what it has come to on the terminal. Closing waits for the library's thread, so it is done unlocked. */
        void end() {
            shown.close();
            synchronized (this) {
                accept(text(shown.getCurrent(), shown.getElapsedAfterStart(), getMaxRenderedLength()));
                ended = true;
            }
            lines.settle(this);
        }

        /** The library draws once more after this. */
        @Override
        public void close() {}
    }
}
