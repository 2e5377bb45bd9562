package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.LogContext;
import dev.firn.TimeRange;
import dev.firn.archive.Expiry;
import dev.firn.archive.Manifest;
import dev.firn.archive.Presence;
import dev.firn.catalog.ArchivedChunk;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.ChunkState;
import dev.firn.catalog.Claim;
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
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One range on its way back: {@link #begin} claims and loads it, {@link #finish} proves it and makes it visible, on the
 * same thread or a later one. Closing it lets go of it.
 */
final class RangeInWork implements RestoreLine.Work {

    private static final Logger LOG = LoggerFactory.getLogger(RangeInWork.class);

    private final TableWork work;
    private final ReturnGuards guards;
    private final String holder;
    private final RestoreOptions options;
    private final ScheduledExecutorService timer;
    private final Progress progress;
    private final Surroundings surroundings;
    private ArchivedPiece piece;
    private Instant started;
    private HeldClaim claim;
    private RangeRestore restore;

    /** @param listed what is archived of it, as it was before it was claimed */
    RangeInWork(
            TableWork work,
            ArchivedPiece listed,
            ReturnGuards guards,
            String holder,
            RestoreOptions options,
            ScheduledExecutorService timer,
            Progress progress,
            Surroundings surroundings) {
        this.work = work;
        this.piece = listed;
        this.guards = guards;
        this.holder = holder;
        this.options = options;
        this.timer = timer;
        this.progress = progress;
        this.surroundings = surroundings;
    }

    @Override
    public TimeRange range() {
        return piece.range();
    }

    @Override
    public Optional<Result> begin() {
        started = surroundings.clock().instant();
        Optional<Result> early = guarded(this::load, Optional::of);
        early.ifPresent(progress::restored);
        return early;
    }

    /** What {@link #begin} has loaded. */
    @Override
    public Optional<Result> finish() {
        Result result = guarded(this::complete, failed -> failed);
        progress.restored(result);
        return Optional.of(result);
    }

    private Result complete() throws SQLException {
        List<String> notes = new ArrayList<>(restore.finish());
        LeftBehind.note(work.table(), piece.copies()).ifPresent(notes::add);
        LOG.info("{}: brought back, {} rows", work.where(piece.range()), piece.rows());
        return result(Outcome.RESTORED, notes, Optional.empty());
    }

    private Optional<Result> load() throws SQLException {
        Optional<Claim> free = work.catalog()
                .claim(
                        work.key(piece.range()),
                        holder,
                        Claim.Purpose.RESTORE,
                        work.settings().claim().lease());
        if (free.isEmpty()) {
            return Optional.of(result(Outcome.LEFT, List.of(), Optional.empty()));
        }
        claim = new HeldClaim(work.catalog(), free.get(), work.settings().claim(), timer);
        surroundings.faults().reached(RestoreSteps.CLAIMED);
        new Reprieves(work, surroundings).ofWhatComesBack(free.get());
        // Late rows may have been archived, and dropped, since it was listed; under the claim nothing is any more.
        piece = piece.now(work.archive());
        Optional<Expiry> expiry = work.archive().expiryOf(piece.range());
        if (piece.copies().isEmpty() && expiry.isPresent()) {
            throw Restore.expired(work, expiry.get());
        }
        settleCopies();
        if (Whereabouts.of(work, piece) == Whereabouts.THERE) {
            return Optional.of(result(Outcome.THERE, prolong(), Optional.empty()));
        }
        new MissingManifests(work).requireNone(piece);
        guards.require(piece.range(), until());
        work.fence().check();
        restore = new RangeRestore(work, piece, claim, options, progress, surroundings);
        restore.load();
        return Optional.empty();
    }

    private <T> T guarded(LogContext.Work<T, SQLException> step, Function<Result, T> ofFailure) {
        return LogContext.answering(work.namespace(), work.table().name(), piece.range(), () -> {
            FirnException failure;
            try {
                return step.run();
            } catch (FirnException e) {
                failure = e;
            } catch (SQLException e) {
                failure = work.failure(piece.range(), "bringing it back; nothing of it is in the table", e);
            }
            LOG.warn("{}", failure.getMessage());
            return ofFailure.apply(result(Outcome.FAILED, List.of(), Optional.of(failure)));
        });
    }

    /**
     * A worker that died may have published a copy and no more: it is not in the books, nor where readers find it. As the
     * next pass would, so that its rows are not taken for others than those in the chunk, and no reader finds them twice.
     */
    private void settleCopies() {
        Optional<ChunkRow> dropped =
                work.catalog().chunk(work.key(piece.range())).filter(row -> row.state() == ChunkState.DROPPED);
        Set<String> known = dropped.stream()
                .flatMap(row -> row.copies().stream())
                .map(ArchivedChunk::manifestKey)
                .collect(Collectors.toSet());
        for (Manifest copy : piece.copies()) {
            if (dropped.isPresent() && !known.contains(copy.key())) {
                work.catalog().recordArchived(claim.claim(), ArchivedChunks.of(copy, OptionalLong.empty()));
            }
            if (isToBePutInPlace(copy)) {
                work.fence().check();
                new Clearing(work).after(work.archive().promote(copy));
            }
        }
    }

    /** Or is there, beside what it replaces. */
    private boolean isToBePutInPlace(Manifest copy) {
        Presence presence = work.archive().presence(copy);
        return presence == Presence.PROMOTABLE
                || (presence == Presence.PROMOTED
                        && !copy.supersedes().isEmpty()
                        && !work.archive().cleaner().superseded(copy.range()).isEmpty());
    }

    /** What is there stays at least as long as is asked for now, also what a pass was about to drop. */
    private List<String> prolong() throws SQLException {
        Optional<ChunkRow> row = work.catalog().chunk(work.key(piece.range()));
        String known = row.isEmpty() || row.get().state() != ChunkState.RESTORED ? "it was never dropped; " : "";
        Optional<Instant> held = Restore.held(work, piece);
        Instant end = Restore.longer(held, until());
        guards.requireLasting(piece.range(), end);
        if (!held.equals(Optional.of(end))) {
            work.catalog().placeHold(work.key(piece.range()), end, holder);
        }
        return List.of(known + "kept " + Keep.show(end));
    }

    private Instant until() {
        return options.until(work.config(), surroundings.clock().instant());
    }

    private Result result(Outcome outcome, List<String> notes, Optional<FirnException> failure) {
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
        try {
            if (restore != null) {
                restore.close();
            }
        } catch (SQLException e) {
            LOG.warn("{}: the connection of its load: {}", work.where(piece.range()), e.getMessage());
        } finally {
            if (claim != null) {
                claim.close();
            }
        }
    }
}
