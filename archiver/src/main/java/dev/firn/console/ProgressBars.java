package dev.firn.console;

import dev.firn.TableName;
import dev.firn.TimeRange;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Long work as bars on a terminal: rows, bytes, rate and the time left. */
final class ProgressBars extends ProgressView {

    private static final int REFRESH_MILLIS = 200;

    private final Map<String, ProgressBar> bars = new ConcurrentHashMap<>();
    private final PrintWriter err;

    ProgressBars(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void started(TableName table, TimeRange range, Work work, long expectedRows) {
        err.flush();
        bars.put(
                key(table, range, work),
                new ProgressBarBuilder()
                        .setTaskName("%s %s %s".formatted(word(work), table.name(), range))
                        .setInitialMax(expectedRows)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUnit(" rows", 1)
                        .setUpdateIntervalMillis(REFRESH_MILLIS)
                        .showSpeed()
                        .build());
    }

    @Override
    public void advanced(TableName table, TimeRange range, Work work, long rows, long bytes) {
        ProgressBar bar = bars.get(key(table, range, work));
        if (bar != null) {
            bar.stepTo(rows);
            bar.setExtraMessage(Human.bytes(bytes));
        }
    }

    @Override
    public void ended(TableName table, TimeRange range, Work work) {
        ProgressBar bar = bars.remove(key(table, range, work));
        if (bar != null) {
            bar.close();
        }
    }

    private static String key(TableName table, TimeRange range, Work work) {
        return table + " " + range + " " + work;
    }

    @Override
    public void close() {
        bars.values().forEach(ProgressBar::close);
        bars.clear();
    }
}
