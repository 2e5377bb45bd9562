package dev.firn.lifecycle;

import dev.firn.TableName;
import dev.firn.archive.Expiry;
import dev.firn.catalog.Hold;
import dev.firn.lifecycle.RestoreSummary.Result;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;

/** Brings archived ranges of one table back, oldest first, each whole or not at all. */
final class Restore implements AutoCloseable {

    private final String holder;
    private final RestoreOptions options;
    private final Progress progress;
    private final Surroundings surroundings;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "firn-claims");
        thread.setDaemon(true);
        return thread;
    });

    Restore(String holder, RestoreOptions options, Progress progress, Surroundings surroundings) {
        this.holder = holder;
        this.options = options;
        this.progress = progress;
        this.surroundings = surroundings;
    }

    /** Into a table beside it instead. */
    List<Result> run(TableWork work, Beside beside) throws SQLException {
        return new RestoreBeside(holder, options, progress, surroundings, timer).run(work, beside);
    }

    /** @param pieces all that is archived of the span */
    List<Result> run(TableWork work, List<ArchivedPiece> pieces) {
        ReturnGuards guards = guards(work, pieces);
        try (RestoreLine line = new RestoreLine()) {
            for (ArchivedPiece piece : pieces) {
                line.add(inWork(work, piece, guards));
            }
            List<Result> results = new ArrayList<>(line.results());
            tellExpired(expired(work, options.span()), results);
            return results;
        }
    }

    /** Who asked for more than there is should not take what came back for all of it. */
    private static void tellExpired(List<Expiry> expired, List<Result> results) {
        if (!expired.isEmpty()) {
            Result first = results.get(0);
            List<String> notes = new ArrayList<>(first.notes());
            notes.add("asked for besides, and expired: "
                    + expired.stream()
                            .map(expiry -> "%s (%d rows)".formatted(expiry.range(), expiry.rows()))
                            .collect(Collectors.joining(", ")));
            results.set(
                    0,
                    new Result(
                            first.table(),
                            first.range(),
                            first.outcome(),
                            first.rows(),
                            first.bytes(),
                            first.took(),
                            notes,
                            first.failure()));
        }
    }

    /**
     * What is archived of a span.
     *
     * @throws NothingArchivedException where nothing is
     */
    static List<ArchivedPiece> pieces(TableWork work, PositionSpan span) {
        List<ArchivedPiece> pieces = new MissingManifests(work)
                .withLost(ArchivedPiece.overlapping(work.archive().live(), span), span);
        if (pieces.isEmpty()) {
            List<Expiry> expired = expired(work, span);
            if (!expired.isEmpty()) {
                throw expired(work, expired.get(expired.size() - 1));
            }
            throw nothingArchived(work.namespace(), work.table().name());
        }
        return pieces;
    }

    static NothingArchivedException nothingArchived(String namespace, TableName table) {
        return new NothingArchivedException(
                namespace + "/" + table,
                "looking for what is to be brought back: nothing is archived there; nothing was loaded",
                "`rehydrate list " + namespace + "` shows what is archived",
                "nothing is archived there");
    }

    /** What was archived of a span, and has expired. */
    private static List<Expiry> expired(TableWork work, PositionSpan span) {
        return work.archive().expiries().stream()
                .filter(expiry ->
                        expiry.range().overlaps(span.resolve(expiry.range().kind())))
                .toList();
    }

    static NothingArchivedException expired(TableWork work, Expiry expiry) {
        return new NothingArchivedException(
                work.where(expiry.range()),
                "bringing it back: its copies were removed on %s, because they were older than expire-after = %s; nothing was"
                                .formatted(expiry.expiredAt(), expiry.after())
                        + " loaded",
                "the archive has no rows of it any more; where the bucket keeps older versions, they may be there for a while",
                "nothing is archived there any more: %s has expired".formatted(expiry.range()));
    }

    /** @param pieces all that are to come back together */
    static ReturnGuards guards(TableWork work, List<ArchivedPiece> pieces) {
        return new ReturnGuards(work, pieces.stream().map(ArchivedPiece::range).collect(Collectors.toSet()));
    }

    /** One of them, from its claim to its hold. */
    RangeInWork inWork(TableWork work, ArchivedPiece listed, ReturnGuards guards) {
        return new RangeInWork(work, listed, guards, holder, options, timer, progress, surroundings);
    }

    /** Until when it is held already; a hold that is over counts for nothing, and does no harm. */
    static Optional<Instant> held(TableWork work, ArchivedPiece piece) {
        return work.catalog().holds(work.namespace(), work.table().name()).stream()
                .filter(hold -> hold.key().range().equals(piece.range()))
                .map(Hold::until)
                .findFirst();
    }

    static Instant longer(Optional<Instant> held, Instant wanted) {
        return held.filter(wanted::isBefore).orElse(wanted);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
