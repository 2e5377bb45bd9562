package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.catalog.Requests;
import dev.firn.catalog.RestoreRequest;
import dev.firn.catalog.RestoreRequest.End;
import dev.firn.catalog.RestoreRequest.Standing;
import dev.firn.config.Keep;
import dev.firn.config.ServiceConfig;
import dev.firn.lifecycle.RequestResult.Outcome;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works off what was asked for with {@code firn.rehydrate()}, oldest first, by the same {@link Restore} and {@link RestoreLine}
 * that the command uses. A worker that dies leaves its request to the next one, who finds there what is back already.
 */
final class RequestedRestores implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RequestedRestores.class);
    private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    /** How it gets at a table that the configuration has. */
    interface Tables {
        TableWork open(TableName table) throws SQLException;
    }

    private final String namespace;
    private final Requests requests;
    private final Tables tables;
    private final String holder;
    private final ServiceConfig.Claim settings;
    private final Progress progress;
    private final Surroundings surroundings;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "firn-requests");
        thread.setDaemon(true);
        return thread;
    });

    RequestedRestores(
            String namespace,
            Requests requests,
            Tables tables,
            String holder,
            ServiceConfig.Claim settings,
            Progress progress,
            Surroundings surroundings) {
        this.namespace = namespace;
        this.requests = requests;
        this.tables = tables;
        this.holder = holder;
        this.settings = settings;
        this.progress = progress;
        this.surroundings = surroundings;
    }

    /**
     * Every open request once.
     *
     * @param only those of this table
     * @param impatient also those whose pause after a failure is not over
     */
    List<RequestResult> run(Optional<TableName> only, boolean impatient) {
        requests.forgetOld(namespace);
        List<RequestResult> results = new ArrayList<>();
        long last = 0;
        while (!Thread.currentThread().isInterrupted()) {
            Optional<RestoreRequest> next = requests.take(namespace, only, last, impatient, holder, settings.lease());
            if (next.isEmpty()) {
                break;
            }
            last = next.get().id();
            results.add(run(next.get()));
        }
        return results;
    }

    private RequestResult run(RestoreRequest request) {
        LOG.info("{}: taken up", request);
        surroundings.faults().reached(RestoreSteps.REQUEST_TAKEN);
        RequestProgress watched = new RequestProgress(requests, request, progress);
        try (HeldRequest held = new HeldRequest(requests, request, watched, settings, timer)) {
            RequestResult result = settled(request, work(request, held, watched));
            LOG.info("{}: {}", request, result.outcome().word());
            return result;
        }
    }

    private RequestResult work(RestoreRequest request, HeldRequest held, RequestProgress watched) {
        RequestedRanges ranges = new RequestedRanges(held, watched);
        try (Restore restore = new Restore(holder, options(request), watched, surroundings)) {
            TableWork work = tables.open(request.table());
            List<ArchivedPiece> pieces = Restore.pieces(work, options(request).span());
            RestingFiles resting = new RestingFiles(work.store(), work.namespace());
            resting.lookAtWhatComesBack(work, pieces);
            resting.requireNone("bringing it back", "nothing was loaded");
            ReturnGuards guards = Restore.guards(work, pieces);
            watched.listed(pieces);
            boolean interrupted = bringBack(pieces, piece -> restore.inWork(work, piece, guards), ranges);
            if (interrupted) {
                return result(request, Outcome.OPEN, ranges.results(), Optional.of(interrupted(request)));
            }
            if (ranges.standing() != Standing.HELD) {
                return result(
                        request,
                        ranges.standing() == Standing.LOST ? Outcome.LEFT : Outcome.CANCELLED,
                        ranges.results(),
                        Optional.empty());
            }
            surroundings.faults().reached(RestoreSteps.REQUEST_WORKED);
            return judged(request, ranges.results());
        } catch (SQLException e) {
            return failed(
                    request,
                    ranges.results(),
                    Failures.of(request.toString(), "looking for what is to be brought back; nothing was loaded", e));
        } catch (RuntimeException | OutOfMemoryError e) {
            return failed(
                    request,
                    ranges.results(),
                    ChunkFailures.explain(
                            request.toString(),
                            "bringing it back",
                            "each range of it is back whole, or not at all",
                            e));
        }
    }

    /** Answers whether it was interrupted between two ranges; nobody is at any of them any more. */
    private static boolean bringBack(
            List<ArchivedPiece> pieces, Function<ArchivedPiece, RangeInWork> begun, RequestedRanges ranges) {
        try (ranges) {
            for (ArchivedPiece piece : pieces) {
                if (Thread.currentThread().isInterrupted()) {
                    return true;
                }
                if (!ranges.add(piece, begun.apply(piece))) {
                    break;
                }
            }
            ranges.await();
            return false;
        }
    }

    /** The gravest of what went wrong decides; but nothing is over while a range may come back at the next try. */
    private static RequestResult judged(RestoreRequest request, List<RestoreSummary.Result> ranges) {
        RestoreSummary summary = new RestoreSummary(ranges);
        List<FirnException> failures =
                ranges.stream().flatMap(range -> range.failure().stream()).toList();
        Optional<FirnException> passing = failures.stream()
                .filter(failure -> failure.category() == Category.PASSING)
                .findFirst();
        if (passing.isPresent()) {
            return failed(request, ranges, passing.get());
        }
        if (summary.count(RestoreSummary.Outcome.LEFT) > 0) {
            return failed(request, ranges, atWork(request));
        }
        Optional<FirnException> data = failures.stream()
                .filter(failure -> failure.category() == Category.DATA)
                .findFirst();
        Optional<FirnException> gravest = data.or(() -> failures.stream().findFirst());
        return gravest.map(failure -> failed(request, ranges, failure))
                .orElseGet(() -> result(request, Outcome.DONE, ranges, Optional.empty()));
    }

    private static RequestResult failed(
            RestoreRequest request, List<RestoreSummary.Result> ranges, FirnException failure) {
        Outcome outcome =
                switch (failure.category()) {
                    case PASSING -> Outcome.OPEN;
                    case REFUSED, CONFIGURATION -> Outcome.REFUSED;
                    case DATA -> Outcome.FAILED;
                };
        return result(request, outcome, ranges, Optional.of(failure));
    }

    /** Writes it down; whoever has lost the request by now decides nothing. */
    private RequestResult settled(RestoreRequest request, RequestResult result) {
        boolean written =
                switch (result.outcome()) {
                    case DONE -> requests.end(request, End.DONE, Optional.empty());
                    case REFUSED -> requests.end(request, End.REFUSED, result.failure());
                    case FAILED -> requests.end(request, End.FAILED, result.failure());
                    case CANCELLED -> requests.end(request, End.CANCELLED, Optional.empty());
                    case OPEN -> requests.putBack(request, result.failure().orElseThrow(), pause(request.tries()));
                    case LEFT -> false;
                };
        surroundings.faults().reached(RestoreSteps.REQUEST_SETTLED);
        return written ? result : result(request, Outcome.LEFT, result.ranges(), result.failure());
    }

    /** Doubles with each try. */
    private static Duration pause(int tries) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(tries - 1, 10));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    private static RestoreOptions options(RestoreRequest request) {
        return new RestoreOptions(
                List.of(request.table()),
                new PositionSpan(
                        position(request.range().kind(), request.range().start()),
                        position(request.range().kind(), request.range().end())),
                request.keep().map(Keep::parse),
                true,
                RestoreOptions.Conflict.REFUSE);
    }

    private static Optional<String> position(TimeKind kind, long position) {
        return position == Long.MIN_VALUE || position == Long.MAX_VALUE
                ? Optional.empty()
                : Optional.of(dev.firn.TimeRange.show(kind, position));
    }

    private static FirnException atWork(RestoreRequest request) {
        return new FirnException(
                Category.PASSING,
                request.toString(),
                "bringing it back: another worker is at one of its ranges; what is back stays",
                "nothing to do: it is tried again");
    }

    private static FirnException interrupted(RestoreRequest request) {
        return new FirnException(
                Category.PASSING,
                request.toString(),
                "bringing it back: interrupted between two ranges; what is back stays",
                "nothing to do: the next run goes on");
    }

    private static RequestResult result(
            RestoreRequest request,
            Outcome outcome,
            List<RestoreSummary.Result> ranges,
            Optional<FirnException> failure) {
        return new RequestResult(request.id(), request.table(), request.range(), outcome, ranges, failure);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
