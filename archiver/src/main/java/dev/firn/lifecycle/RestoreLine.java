package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TimeRange;
import dev.firn.lifecycle.RestoreSummary.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Ranges that come back one after the other: while one is proven and made visible on a second thread, the next one is
 * loaded on this one. Never more than two wait or are finished beside it, and never two that overlap.
 */
final class RestoreLine implements AutoCloseable {

    /** One that is finished, and one that waits for that, beside the one that is loaded. */
    private static final int MOST_LOADED = 2;

    private final ExecutorService finisher = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "firn-restore-finisher");
        thread.setDaemon(true);
        return thread;
    });
    private final List<InLine> all = new ArrayList<>();

    /** What it works off. Closing one lets go of it. */
    interface Work extends AutoCloseable {

        TimeRange range();

        /** Answers what became of it, unless it is loaded now and to be finished. */
        Optional<Result> begin();

        /** Nothing where it was given up after all. */
        Optional<Result> finish();

        @Override
        void close();
    }

    private record InLine(Work range, Future<Optional<Result>> result) {}

    /** Loads it; what is left to do of it is done by and by, in this order. */
    void add(Work range) {
        awaitRoom(range);
        boolean handedOver = false;
        try {
            Optional<Result> early = range.begin();
            Future<Optional<Result>> result =
                    early.isPresent() ? CompletableFuture.completedFuture(early) : finisher.submit(() -> finish(range));
            all.add(new InLine(range, result));
            handedOver = early.isEmpty();
        } finally {
            if (!handedOver) {
                range.close();
            }
        }
    }

    private static Optional<Result> finish(Work range) {
        try (range) {
            return range.finish();
        }
    }

    private void awaitRoom(Work next) {
        List<InLine> inWork =
                all.stream().filter(each -> !each.result().isDone()).toList();
        for (int i = 0; i < inWork.size(); i++) {
            // A claim keeps others, and this one too, from whatever it overlaps.
            boolean before = inWork.subList(i, inWork.size()).stream()
                    .anyMatch(each -> each.range().range().overlaps(next.range()));
            if (before || inWork.size() - i > MOST_LOADED) {
                await(inWork.get(i));
            }
        }
    }

    /** Of all of them, in the order in which they were added. */
    List<Result> results() {
        return all.stream().map(RestoreLine::await).flatMap(Optional::stream).toList();
    }

    private static Optional<Result> await(InLine inLine) {
        try {
            return inLine.result().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FirnException(
                    Category.PASSING,
                    "this load",
                    "waiting for its last ranges: interrupted; each of them is back whole, or not at all",
                    "run it again: it goes on with what is not back",
                    e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("a range's work failed outside of its own error handling", e);
        }
    }

    /** Ends the thread: before the store and the database are closed, nobody may still be at work with them. */
    @Override
    public void close() {
        finisher.shutdownNow();
        boolean interrupted = false;
        while (!finisher.isTerminated()) {
            try {
                boolean unused = finisher.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        for (InLine each : all) {
            if (!each.result().isDone()) {
                each.range().close(); // its turn never came
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
