package dev.firn.lifecycle;

import dev.firn.TableName;
import dev.firn.TimeRange;

/** Counts what one piece of work has moved and tells whoever watches. */
final class Meter implements AutoCloseable {

    private final Progress progress;
    private final TableName table;
    private final TimeRange range;
    private final Progress.Work work;
    private long rows;
    private long bytes;

    Meter(Progress progress, TableName table, TimeRange range, Progress.Work work) {
        this.progress = progress;
        this.table = table;
        this.range = range;
        this.work = work;
    }

    void start(long expectedRows) {
        progress.started(table, range, work, expectedRows);
    }

    void add(long moreRows, long moreBytes) {
        reached(rows + moreRows, bytes + moreBytes);
    }

    void reached(long rowsSoFar, long bytesSoFar) {
        rows = rowsSoFar;
        bytes = bytesSoFar;
        progress.advanced(table, range, work, rows, bytes);
    }

    @Override
    public void close() {
        progress.ended(table, range, work);
    }
}
