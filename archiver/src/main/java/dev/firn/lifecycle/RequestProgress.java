package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.catalog.Requests;
import dev.firn.catalog.RestoreRequest;
import dev.firn.catalog.RestoreRequest.Part;
import dev.firn.catalog.RestoreRequest.RangeState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Writes down how far a request is: each range as it begins and ends, and the rows of the one in work now and then. */
final class RequestProgress implements Progress {

    private final Requests requests;
    private final RestoreRequest request;
    private final Progress watcher;
    private Optional<Part> inWork = Optional.empty();
    private final AtomicLong loadedBefore = new AtomicLong();
    private final AtomicLong loaded = new AtomicLong();

    RequestProgress(Requests requests, RestoreRequest request, Progress watcher) {
        this.requests = requests;
        this.request = request;
        this.watcher = watcher;
    }

    void listed(List<ArchivedPiece> pieces) {
        requests.recordParts(request, pieces.stream().map(RequestProgress::part).toList());
    }

    synchronized void begin(ArchivedPiece piece) {
        inWork = Optional.of(part(piece));
        loadedBefore.set(0);
        loaded.set(0);
        requests.recordPart(request, part(piece), RangeState.LOADING, 0, Optional.empty());
    }

    synchronized void end(ArchivedPiece piece, RestoreSummary.Result result) {
        inWork = Optional.empty();
        RangeState state =
                switch (result.outcome()) {
                    case RESTORED -> RangeState.RESTORED;
                    case THERE -> RangeState.THERE;
                    case LEFT -> RangeState.LEFT;
                    case FAILED -> RangeState.FAILED;
                };
        boolean isBack = state == RangeState.RESTORED || state == RangeState.THERE;
        String note = result.failure()
                .map(failure -> failure.what() + ". HINT: " + failure.hint())
                .orElseGet(() -> String.join("; ", result.notes()));
        requests.recordPart(
                request,
                part(piece),
                state,
                isBack ? result.rows() : 0,
                Optional.of(note).filter(text -> !text.isEmpty()));
    }

    /** Called by another thread than the rest; the load does not wait for it. */
    synchronized void write() {
        inWork.ifPresent(part -> requests.recordPart(
                request, part, RangeState.LOADING, loadedBefore.get() + loaded.get(), Optional.empty()));
    }

    @Override
    public void started(TableName table, TimeRange range, Work work, long expectedRows) {
        watcher.started(table, range, work, expectedRows);
    }

    @Override
    public void advanced(TableName table, TimeRange range, Work work, long rows, long bytes) {
        if (work == Work.LOAD) {
            loaded.set(rows);
        }
        watcher.advanced(table, range, work, rows, bytes);
    }

    @Override
    public void ended(TableName table, TimeRange range, Work work) {
        if (work == Work.LOAD) {
            loadedBefore.addAndGet(loaded.getAndSet(0));
        }
        watcher.ended(table, range, work);
    }

    @Override
    public void passed(TableName table, TimeRange range, Stage stage, Duration took) {
        watcher.passed(table, range, stage, took);
    }

    @Override
    public void notProven(TableName table, TimeRange range, FirnException why) {
        watcher.notProven(table, range, why);
    }

    @Override
    public void restored(RestoreSummary.Result result) {
        watcher.restored(result);
    }

    private static Part part(ArchivedPiece piece) {
        return new Part(piece.range(), piece.rows(), piece.bytes());
    }
}
