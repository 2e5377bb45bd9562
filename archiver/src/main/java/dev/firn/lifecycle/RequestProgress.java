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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Writes down how far a request is: each range as it begins and ends, and the rows of those in work now and then. */
final class RequestProgress implements Progress {

    private final Requests requests;
    private final RestoreRequest request;
    private final Progress watcher;
    private final Map<TimeRange, InWork> inWork = new ConcurrentHashMap<>();

    /**
     * A range that is not at its end.
     *
     * @param loadedBefore rows of the copies of it that are loaded
     * @param loaded rows of the one that is being loaded
     */
    private record InWork(Part part, AtomicLong loadedBefore, AtomicLong loaded) {

        private InWork(Part part) {
            this(part, new AtomicLong(), new AtomicLong());
        }

        private long rows() {
            return loadedBefore.get() + loaded.get();
        }
    }

    RequestProgress(Requests requests, RestoreRequest request, Progress watcher) {
        this.requests = requests;
        this.request = request;
        this.watcher = watcher;
    }

    void listed(List<ArchivedPiece> pieces) {
        requests.recordParts(request, pieces.stream().map(RequestProgress::part).toList());
    }

    synchronized void begin(ArchivedPiece piece) {
        inWork.put(piece.range(), new InWork(part(piece)));
        requests.recordPart(request, part(piece), RangeState.LOADING, 0, Optional.empty());
    }

    /** It is loaded, or was to be, and is not made visible now. */
    synchronized void giveUp(ArchivedPiece piece) {
        inWork.remove(piece.range());
        requests.recordPart(request, part(piece), RangeState.WAITING, 0, Optional.empty());
    }

    synchronized void end(ArchivedPiece piece, RestoreSummary.Result result) {
        inWork.remove(piece.range());
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
        for (InWork each : inWork.values()) {
            requests.recordPart(request, each.part(), RangeState.LOADING, each.rows(), Optional.empty());
        }
    }

    @Override
    public void started(TableName table, TimeRange range, Work work, long expectedRows) {
        watcher.started(table, range, work, expectedRows);
    }

    @Override
    public void advanced(TableName table, TimeRange range, Work work, long rows, long bytes) {
        InWork loading = inWork.get(range);
        if (work == Work.LOAD && loading != null) {
            loading.loaded().set(rows);
        }
        watcher.advanced(table, range, work, rows, bytes);
    }

    @Override
    public void ended(TableName table, TimeRange range, Work work) {
        InWork loading = inWork.get(range);
        if (work == Work.LOAD && loading != null) {
            loading.loadedBefore().addAndGet(loading.loaded().getAndSet(0));
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
