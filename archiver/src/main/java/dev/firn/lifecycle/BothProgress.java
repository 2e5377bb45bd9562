package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.TimeRange;
import java.time.Duration;

/** Two who watch the same work. */
record BothProgress(Progress first, Progress second) implements Progress {

    @Override
    public void started(TableName table, TimeRange range, Work work, long expectedRows) {
        first.started(table, range, work, expectedRows);
        second.started(table, range, work, expectedRows);
    }

    @Override
    public void advanced(TableName table, TimeRange range, Work work, long rows, long bytes) {
        first.advanced(table, range, work, rows, bytes);
        second.advanced(table, range, work, rows, bytes);
    }

    @Override
    public void ended(TableName table, TimeRange range, Work work) {
        first.ended(table, range, work);
        second.ended(table, range, work);
    }

    @Override
    public void passed(TableName table, TimeRange range, Stage stage, Duration took) {
        first.passed(table, range, stage, took);
        second.passed(table, range, stage, took);
    }

    @Override
    public void notProven(TableName table, TimeRange range, FirnException why) {
        first.notProven(table, range, why);
        second.notProven(table, range, why);
    }

    @Override
    public void archived(ChunkResult result) {
        first.archived(result);
        second.archived(result);
    }

    @Override
    public void restored(RestoreSummary.Result result) {
        first.restored(result);
        second.restored(result);
    }
}
