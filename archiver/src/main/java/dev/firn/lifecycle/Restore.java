package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.LogContext;
import dev.firn.TimeRange;
import dev.firn.archive.Expiry;
import dev.firn.archive.Manifest;
import dev.firn.archive.Presence;
import dev.firn.catalog.ArchivedChunk;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.ChunkState;
import dev.firn.catalog.Claim;
import dev.firn.catalog.Hold;
import dev.firn.config.Keep;
import dev.firn.lifecycle.RestoreSummary.Outcome;
import dev.firn.lifecycle.RestoreSummary.Result;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings archived ranges of one table back, oldest first, each whole or not at all. */
final class Restore implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Restore.class);

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

    List<Result> run(TableWork work) {
        List<ArchivedPiece> pieces = pieces(work, options.span());
        ReturnGuards guards = guards(work, pieces);
        List<Result> results = new ArrayList<>();
        for (ArchivedPiece piece : pieces) {
            results.add(run(work, piece, guards));
        }
        tellExpired(expired(work, options.span()), results);
        return results;
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

    /** What is archived of a span; refused where nothing is, or where it cannot be read now. */
    static List<ArchivedPiece> pieces(TableWork work, PositionSpan span) {
        List<ArchivedPiece> pieces = new MissingManifests(work)
                .withLost(ArchivedPiece.overlapping(work.archive().live(), span), span);
        if (pieces.isEmpty()) {
            List<Expiry> expired = expired(work, span);
            if (!expired.isEmpty()) {
                throw expired(work, expired.get(expired.size() - 1));
            }
            throw new FirnException(
                    Category.REFUSED,
                    work.namespace() + "/" + work.table().name(),
                    "looking for what is to be brought back: nothing is archived there; nothing was loaded",
                    "`rehydrate list " + work.namespace() + "` shows what is archived");
        }
        new RestingFiles(work).requireNone(pieces);
        return pieces;
    }

    /** What was archived of a span, and has expired. */
    private static List<Expiry> expired(TableWork work, PositionSpan span) {
        return work.archive().expiries().stream()
                .filter(expiry ->
                        expiry.range().overlaps(span.resolve(expiry.range().kind())))
                .toList();
    }

    private static FirnException expired(TableWork work, Expiry expiry) {
        return new FirnException(
                Category.REFUSED,
                work.where(expiry.range()),
                "bringing it back: its copies were removed on %s, because they were older than expire-after = %s; nothing was"
                                .formatted(expiry.expiredAt(), expiry.after())
                        + " loaded",
                "the archive has no rows of it any more; where the bucket keeps older versions, they may be there for a while");
    }

    /** @param pieces all that are to come back together */
    static ReturnGuards guards(TableWork work, List<ArchivedPiece> pieces) {
        return new ReturnGuards(work, pieces.stream().map(ArchivedPiece::range).collect(Collectors.toSet()));
    }

    Result run(TableWork work, ArchivedPiece piece, ReturnGuards guards) {
        Result result = LogContext.answering(
                work.namespace(), work.table().name(), piece.range(), () -> bringBack(work, piece, guards));
        progress.restored(result);
        return result;
    }

    private Result bringBack(TableWork work, ArchivedPiece listed, ReturnGuards guards) {
        ArchivedPiece piece = listed;
        Instant started = surroundings.clock().instant();
        try {
            Optional<Claim> claim = work.catalog()
                    .claim(
                            work.key(piece.range()),
                            holder,
                            Claim.Purpose.RESTORE,
                            work.settings().claim().lease());
            if (claim.isEmpty()) {
                return result(piece, work, Outcome.LEFT, started, List.of(), Optional.empty());
            }
            try (HeldClaim held =
                    new HeldClaim(work.catalog(), claim.get(), work.settings().claim(), timer)) {
                surroundings.faults().reached(RestoreSteps.CLAIMED);
                // Late rows may have been archived, and dropped, since it was listed; under the claim nothing is any
                // more.
                piece = listed.now(work.archive());
                Optional<Expiry> expiry = work.archive().expiryOf(piece.range());
                if (piece.copies().isEmpty() && expiry.isPresent()) {
                    throw expired(work, expiry.get());
                }
                finish(work, piece, claim.get());
                if (Whereabouts.of(work, piece) == Whereabouts.THERE) {
                    return result(piece, work, Outcome.THERE, started, prolong(work, piece, guards), Optional.empty());
                }
                new MissingManifests(work).requireNone(piece);
                guards.require(piece.range(), until(work));
                work.fence().check();
                List<String> notes = new RangeRestore(work, piece, held, options, progress, surroundings).run();
                LOG.info("{}: brought back, {} rows", work.where(piece.range()), piece.rows());
                return result(piece, work, Outcome.RESTORED, started, notes, Optional.empty());
            }
        } catch (FirnException e) {
            LOG.warn("{}", e.getMessage());
            return result(piece, work, Outcome.FAILED, started, List.of(), Optional.of(e));
        } catch (SQLException e) {
            FirnException failure = work.failure(piece.range(), "bringing it back; nothing of it is in the table", e);
            LOG.warn("{}", failure.getMessage());
            return result(piece, work, Outcome.FAILED, started, List.of(), Optional.of(failure));
        }
    }

    /**
     * A worker that died may have published an addition and no more: it is not in the books, nor where readers find it. As
     * the next pass would, so that its rows are not taken for others than those in the chunk.
     */
    private static void finish(TableWork work, ArchivedPiece piece, Claim claim) {
        Optional<ChunkRow> dropped =
                work.catalog().chunk(work.key(piece.range())).filter(row -> row.state() == ChunkState.DROPPED);
        Set<String> known = dropped.stream()
                .flatMap(row -> row.copies().stream())
                .map(ArchivedChunk::manifestKey)
                .collect(Collectors.toSet());
        for (Manifest copy : piece.copies()) {
            if (dropped.isPresent() && !known.contains(copy.key())) {
                work.catalog().recordArchived(claim, ArchivedChunks.of(copy, OptionalLong.empty()));
            }
            if (work.archive().presence(copy) == Presence.PROMOTABLE) {
                work.fence().check();
                work.archive().promote(copy);
            }
        }
    }

    /** What is there stays at least as long as is asked for now, also what a pass was about to drop. */
    private List<String> prolong(TableWork work, ArchivedPiece piece, ReturnGuards guards) throws SQLException {
        Optional<ChunkRow> row = work.catalog().chunk(work.key(piece.range()));
        String known = row.isEmpty() || row.get().state() != ChunkState.RESTORED ? "it was never dropped; " : "";
        Optional<Instant> held = held(work, piece);
        Instant end = longer(held, until(work));
        guards.requireLasting(piece.range(), end);
        if (!held.equals(Optional.of(end))) {
            work.catalog().placeHold(work.key(piece.range()), end, holder);
        }
        return List.of(known + "kept " + Keep.show(end));
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

    private Instant until(TableWork work) {
        return options.keep()
                .orElse(work.config().keepRestored())
                .until(surroundings.clock().instant());
    }

    private Result result(
            ArchivedPiece piece,
            TableWork work,
            Outcome outcome,
            Instant started,
            List<String> notes,
            Optional<FirnException> failure) {
        return new Result(
                work.table().name(),
                piece.range(),
                outcome,
                piece.rows(),
                outcome == Outcome.RESTORED ? piece.bytes() : 0,
                Duration.between(started, surroundings.clock().instant()),
                notes,
                failure);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
