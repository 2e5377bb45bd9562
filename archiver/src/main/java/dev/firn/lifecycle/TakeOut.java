package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.catalog.CommitOutcome;
import dev.firn.catalog.Commits;
import dev.firn.catalog.DropRecord;
import dev.firn.catalog.Placed;
import dev.firn.config.GuardName;
import dev.firn.lifecycle.guards.Objection;
import dev.firn.source.Chunk;
import dev.firn.source.ChunkBusyException;
import dev.firn.source.ContinuousAggregates;
import dev.firn.source.Fingerprint;
import dev.firn.source.StagedRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a range go again whose rows came back among others: into chunks of other bounds than it was archived with, or into
 * one that held later rows.
 *
 * <p>The rule that keeps every row in the archive once: rows that are archived are in the database either as a chunk of
 * just the archived range, or under a record of the catalogue ({@link Placed}), or nobody knows, and then the catalogue
 * does not call the range dropped. While it does not, no chunk that overlaps it, but the one of just its bounds, is
 * archived, compared or dropped ({@link StageFinder}). A range becomes "dropped" again in three ways only: its own chunk is
 * dropped ({@link Dropper}); here; or it was looked for in all chunks over it and not found ({@link GoneChunks}).
 *
 * <p>What goes is exactly what came: the copies are read from the archive once more and proven, the rows left out then are
 * left out now, and each of the others must be in the table, byte for byte. A chunk that holds nothing else is dropped, the
 * rest is deleted row by row, and the catalogue says so in the same transaction. If one row is missing or different, that
 * is an edit, and all of it stays, unless it is archived in place of what came back first ({@link PlacedReplacement}). A row
 * that another range needs that is back, too, stays for that one ({@link WhatCame}).
 * Afterwards the table is as if nothing had come back: chunks that hold later rows are archived like any others.
 */
final class TakeOut {

    private static final Logger LOG = LoggerFactory.getLogger(TakeOut.class);

    private final TableWork work;
    private final HeldClaim claim;
    private final TimeRange range;
    private final Placed placed;
    private final boolean goneIsEdited;
    private final Progress progress;
    private final Surroundings surroundings;

    /** How it ended. */
    sealed interface Result {

        /** Its rows are in the archive alone. */
        record Done(Manifest latest, long rows, long bytesFreed) implements Result {}

        /** Nothing was changed, for now. */
        record Guarded(String why) implements Result {}

        /**
         * Nothing was changed: some rows are not as they came.
         *
         * @param holding what was seen of the chunks that hold rows of the range
         */
        record Edited(String what, Kind kind, List<PlacedPart> holding) implements Result {

            public Edited {
                holding = List.copyOf(holding);
            }
        }

        /** What is wrong with them. */
        enum Kind {
            /** Some are missing or different, and each chunk that they came into has some. */
            CHANGED,
            /** And a chunk is gone, or was emptied, which by itself is no edit. */
            PARTLY_GONE,
            /** They are as they came; but a worker that sleeps over a copy of them, edited, may still publish it. */
            MAY_BE_OVERTAKEN,
            /**
             * They are as they came, in a chunk of just their range, and rows that came later lie among them which they cannot
             * be parted from.
             */
            AMONG_LATER,
            /** Like that which may be overtaken, where a chunk is gone: a copy of what is left must not be the latest one either. */
            WAITS
        }
    }

    /** @param goneIsEdited whether a chunk that somebody else dropped or emptied counts as an edit */
    TakeOut(
            TableWork work,
            HeldClaim claim,
            TimeRange range,
            Placed placed,
            boolean goneIsEdited,
            Progress progress,
            Surroundings surroundings) {
        this.work = work;
        this.claim = claim;
        this.range = range;
        this.placed = placed;
        this.goneIsEdited = goneIsEdited;
        this.progress = progress;
        this.surroundings = surroundings;
    }

    Result run() {
        List<Manifest> copies = copies();
        boolean mayBeOvertaken =
                SleepingAttempts.sinceItCameBack(work, lastOf(work.archive().liveOf(range)));
        try (StagingArea area = StagingArea.open(work, claim.claim())) {
            Optional<String> objection =
                    objection(area.loader().placement(area.connection(), range).overlapping());
            area.connection().rollback();
            if (objection.isPresent()) {
                return new Result.Guarded(objection.get());
            }
            WhatCame came = gather(area, copies);
            surroundings.faults().reached(TakeOutSteps.GATHERED);
            PlacedEdits edits = new PlacedEdits(came.expected(), goneIsEdited, mayBeOvertaken);
            return attempts(area, came, edits, lastOf(copies));
        } catch (SQLException e) {
            throw work.failure(range, "taking out what came back; it is in the table still", e);
        }
    }

    /** Whether some of its rows are not as they came. Changes nothing. */
    boolean isEdited() {
        List<Manifest> copies = copies();
        try (StagingArea area = StagingArea.open(work, claim.claim())) {
            WhatCame came = gather(area, copies);
            return new PlacedEdits(came.expected(), goneIsEdited, false)
                    .of(PlacedPart.look(work, came.rows()))
                    .isPresent();
        } catch (SQLException e) {
            throw work.failure(range, "looking whether it is as it came back; nothing was changed", e);
        }
    }

    /** Those that came back. */
    private List<Manifest> copies() {
        // An addition that a sleeping worker has published since is of rows that stay.
        List<Manifest> copies = work.archive().liveOf(range).stream()
                .filter(copy -> placed.manifestKeys().contains(copy.key()) || copy.role() != Manifest.Role.ADDITION)
                .toList();
        List<String> keys = copies.stream().map(Manifest::key).toList();
        if (!keys.equals(placed.manifestKeys())) {
            throw new FirnException(
                    Category.DATA,
                    work.where(range),
                    "taking out what came back: %s came back, and the archive has %s now; it stays, and nothing was changed"
                            .formatted(placed.manifestKeys(), keys),
                    "something else archived or removed copies of this range: look at the audit trail (firn.audit_trail)");
        }
        return copies;
    }

    private WhatCame gather(StagingArea area, List<Manifest> copies) throws SQLException {
        return WhatCame.gather(work, area, range, placed, copies, progress, surroundings);
    }

    private static Manifest lastOf(List<Manifest> copies) {
        return copies.get(copies.size() - 1);
    }

    private Optional<String> objection(List<Chunk> chunks) {
        for (Chunk chunk : chunks) {
            Optional<Objection> objection = new GuardedDrop(work).objection(chunk);
            if (objection.isPresent()) {
                return Optional.of(chunk + ": " + objection.get());
            }
        }
        return Optional.empty();
    }

    private Result attempts(StagingArea area, WhatCame came, PlacedEdits edits, Manifest latest) throws SQLException {
        int attempts = work.database().lockAttempts();
        for (int attempt = 1; ; attempt++) {
            List<PlacedPart> parts = PlacedPart.look(work, came.rows());
            surroundings.faults().reached(TakeOutSteps.LOOKED);
            Optional<Result.Edited> edited = edits.of(parts);
            if (edited.isPresent()) {
                return edited.get();
            }
            try {
                return attempt(
                        area,
                        came,
                        parts.stream().filter(part -> !part.isEmptied()).toList(),
                        latest);
            } catch (ChunkBusyException e) {
                area.connection().rollback();
                if (attempt == attempts) {
                    throw e;
                }
                LOG.debug("{}: busy, attempt {} of {}", work.where(range), attempt, attempts);
                pause();
            }
        }
    }

    private Result attempt(StagingArea area, WhatCame came, List<PlacedPart> parts, Manifest latest)
            throws SQLException {
        Connection connection = area.connection();
        settle(connection);
        if (parts.stream().anyMatch(part -> !part.holdsNothingElse())
                && work.config().guards().isOn(GuardName.CONTINUOUS_AGGREGATES)) {
            List<?> aggregates = new ContinuousAggregates(connection, work.table()).all();
            if (!aggregates.isEmpty()) {
                connection.rollback();
                if (canBeArchivedWithTheRest(parts)) {
                    return new Result.Edited("", Result.Kind.AMONG_LATER, parts);
                }
                return new Result.Guarded("deleting rows one by one would have %s compute its buckets without them"
                        .formatted(aggregates));
            }
        }
        new HeadKeeper(work, surroundings).requireKept(connection, range, placed.manifestKeys());
        long taken = 0;
        long freed = 0;
        // What takes longer comes first: chunks that are dropped are locked for a moment only.
        for (PlacedPart part : parts) {
            if (!part.holdsNothingElse()) {
                taken += take(area, came.rows(), part);
            }
        }
        surroundings.faults().reached(TakeOutSteps.TAKEN);
        List<PlacedPart> alone =
                parts.stream().filter(PlacedPart::holdsNothingElse).toList();
        for (PlacedPart part : alone) {
            work.source().lockForDrop(connection, work.table(), part.chunk());
        }
        surroundings.faults().reached(TakeOutSteps.LOCKED);
        for (PlacedPart part : alone) {
            drop(connection, part);
            freed += part.chunk().bytes();
            taken += part.found().equal();
        }
        came.handOn(connection, work);
        claim.require("taking out what came back");
        work.fence().check();
        String relations =
                parts.stream().map(part -> part.chunk().relation().toString()).collect(Collectors.joining(", "));
        work.catalog().recordDropped(connection, claim.claim(), new DropRecord(latest.key(), relations, taken, freed));
        surroundings.faults().reached(TakeOutSteps.COMMIT);
        finish(connection);
        return new Result.Done(latest, taken, freed);
    }

    private boolean canBeArchivedWithTheRest(List<PlacedPart> parts) {
        return parts.size() == 1
                && parts.get(0).chunk().range().equals(range)
                && new ArchivedBeside(work, range).notDropped().isEmpty();
    }

    private void drop(Connection connection, PlacedPart part) throws SQLException {
        Chunk chunk = part.chunk();
        Fingerprint underLock = work.source().fingerprint(connection, work.table(), chunk);
        if (!part.fingerprint().comparableWith(underLock) || !part.fingerprint().equals(underLock)) {
            throw new ChunkBusyException(
                    chunk.toString(), "dropping it: it changed while it was looked at; nothing was dropped", null);
        }
        work.guards().require(connection, chunk, work.where(range));
        if (chunk.frozen()) {
            // The guard was told to let it pass.
            work.source().unfreeze(connection, work.table(), chunk);
        }
        work.source().drop(connection, work.table(), chunk);
    }

    private long take(StagingArea area, StagedRows rows, PlacedPart part) throws SQLException {
        Chunk chunk = part.chunk();
        if (chunk.compressed()) {
            work.source().lockForDrop(area.connection(), work.table(), chunk);
        }
        work.guards().require(area.connection(), chunk, work.where(range));
        long taken = area.loader().take(area.connection(), rows, chunk);
        if (taken != part.found().staged()) {
            throw new ChunkBusyException(
                    chunk.toString(),
                    "taking archived rows out of it: %d of %d were as they came; nothing was changed"
                            .formatted(taken, part.found().staged()),
                    null);
        }
        return taken;
    }

    private void settle(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "SET LOCAL lock_timeout = " + work.database().lockTimeout().toMillis());
            statement.execute("SET LOCAL row_security = off");
            statement.execute("SET LOCAL idle_in_transaction_session_timeout = "
                    + Duration.ofMinutes(1).toMillis());
        }
    }

    private void finish(Connection connection) {
        CommitOutcome outcome = Commits.commit(connection);
        surroundings.faults().reached(TakeOutSteps.COMMITTED);
        String doing = "taking out what came back; it is in the table still";
        if (outcome instanceof CommitOutcome.RolledBack rolledBack) {
            throw work.failure(range, doing, rolledBack.cause());
        }
        if (outcome instanceof CommitOutcome.Unknown unknown && !work.catalog().wasDropped(claim.claim())) {
            throw work.failure(range, doing, unknown.cause());
        }
    }

    private void pause() {
        new LockPause(
                        work,
                        surroundings,
                        work.where(range),
                        "taking out what came back: interrupted between two attempts; it is in the table still",
                        "the next run goes on")
                .take();
    }
}
