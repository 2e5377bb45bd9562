package dev.firn.lifecycle;

import dev.firn.TimeRange;
import dev.firn.catalog.RestoreRequest.Standing;
import dev.firn.lifecycle.RestoreSummary.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The archived ranges of one request on their way back, in a {@link RestoreLine}. Whether it may go on is asked before
 * each is loaded, and again before each is made visible; what is loaded by then and may not is let go of.
 */
final class RequestedRanges implements AutoCloseable {

    private final HeldRequest held;
    private final RequestProgress progress;
    private final RestoreLine line = new RestoreLine();
    private final List<InTurn> all = new ArrayList<>();
    private final AtomicReference<Standing> standing = new AtomicReference<>(Standing.HELD);

    RequestedRanges(HeldRequest held, RequestProgress progress) {
        this.held = held;
        this.progress = progress;
    }

    /** Answers false, and does nothing, once the request is to go no further. */
    boolean add(ArchivedPiece piece, RangeInWork range) {
        if (!mayGoOn()) {
            range.close();
            return false;
        }
        InTurn next = new InTurn(piece, range);
        all.add(next);
        line.add(next);
        return true;
    }

    private boolean mayGoOn() {
        standing.compareAndSet(Standing.HELD, held.standing());
        return standing.get() == Standing.HELD;
    }

    /** How the request stood when that was last asked; what has stopped it once stops all that is left of it. */
    Standing standing() {
        return standing.get();
    }

    /** Waits for the last one; throws what one of them failed with that is no result. */
    void await() {
        line.results();
    }

    /** Of those that came to an end, in the order in which they were added. */
    List<Result> results() {
        return all.stream().flatMap(each -> each.result.stream()).toList();
    }

    @Override
    public void close() {
        line.close();
    }

    private final class InTurn implements RestoreLine.Work {

        private final ArchivedPiece piece;
        private final RangeInWork range;
        private volatile Optional<Result> result = Optional.empty();

        private InTurn(ArchivedPiece piece, RangeInWork range) {
            this.piece = piece;
            this.range = range;
        }

        @Override
        public TimeRange range() {
            return range.range();
        }

        @Override
        public Optional<Result> begin() {
            progress.begin(piece);
            return ended(range.begin());
        }

        @Override
        public Optional<Result> finish() {
            if (!mayGoOn()) {
                progress.giveUp(piece);
                return Optional.empty();
            }
            return ended(range.finish());
        }

        private Optional<Result> ended(Optional<Result> how) {
            how.ifPresent(each -> progress.end(piece, each));
            result = how;
            return how;
        }

        @Override
        public void close() {
            range.close();
        }
    }
}
