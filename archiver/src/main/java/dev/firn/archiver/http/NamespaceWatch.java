package dev.firn.archiver.http;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.archiver.http.ServiceView.Failure;
import dev.firn.archiver.http.ServiceView.InProgress;
import dev.firn.lifecycle.ChunkResult;
import dev.firn.lifecycle.Progress;
import dev.firn.lifecycle.RestoreSummary;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Watches the work on one namespace: what is in progress, what failed lately, and, for the metrics, all that is done. The
 * service makes one for each namespace, and gives it to all work on that.
 */
public final class NamespaceWatch implements Watcher {

    private static final int MOST_FAILURES = 20;

    private record Key(TableName table, TimeRange range, Progress.Work what) {}

    private final Map<Key, InProgress> inProgress = new ConcurrentHashMap<>();
    private final Deque<Failure> failures = new ArrayDeque<>();
    private final Counters counters;
    private final Clock clock;
    private final Watcher next;

    /** @param next told of everything, too */
    NamespaceWatch(Counters counters, Clock clock, Watcher next) {
        this.counters = counters;
        this.clock = clock;
        this.next = next;
    }

    /** What is in progress, oldest first. */
    public List<InProgress> work() {
        return inProgress.values().stream()
                .sorted(Comparator.comparing(InProgress::since))
                .toList();
    }

    /** The last failures, newest first. */
    public List<Failure> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    @Override
    public void failed(Optional<TableName> table, Optional<TimeRange> range, FirnException failure) {
        remember(table, range, failure);
        next.failed(table, range, failure);
    }

    private void remember(Optional<TableName> table, Optional<TimeRange> range, FirnException failure) {
        synchronized (failures) {
            failures.addFirst(new Failure(clock.instant(), table, range, failure));
            if (failures.size() > MOST_FAILURES) {
                failures.removeLast();
            }
        }
    }

    @Override
    public void started(TableName table, TimeRange range, Progress.Work what, long expectedRows) {
        inProgress.put(
                new Key(table, range, what), new InProgress(table, range, what, 0, 0, expectedRows, clock.instant()));
        next.started(table, range, what, expectedRows);
    }

    @Override
    public void advanced(TableName table, TimeRange range, Progress.Work what, long rows, long bytes) {
        inProgress.computeIfPresent(new Key(table, range, what), (key, before) -> {
            counters.moved(table, what, rows - before.rows(), bytes - before.bytes());
            return new InProgress(table, range, what, rows, bytes, before.expectedRows(), before.since());
        });
        next.advanced(table, range, what, rows, bytes);
    }

    @Override
    public void ended(TableName table, TimeRange range, Progress.Work what) {
        inProgress.remove(new Key(table, range, what));
        next.ended(table, range, what);
    }

    @Override
    public void passed(TableName table, TimeRange range, Stage stage, Duration took) {
        counters.passed(table, stage, took);
        next.passed(table, range, stage, took);
    }

    @Override
    public void notProven(TableName table, TimeRange range, FirnException why) {
        counters.notProven(table);
        next.notProven(table, range, why);
    }

    @Override
    public void archived(ChunkResult result) {
        counters.archived(result);
        result.failure()
                .ifPresent(failure -> remember(Optional.of(result.table()), Optional.of(result.range()), failure));
        next.archived(result);
    }

    @Override
    public void restored(RestoreSummary.Result result) {
        counters.restored(result);
        result.failure()
                .ifPresent(failure -> remember(Optional.of(result.table()), Optional.of(result.range()), failure));
        next.restored(result);
    }
}
