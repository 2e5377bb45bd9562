package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.CommitOutcome;
import dev.firn.catalog.Commits;
import dev.firn.catalog.RestoreRecord;
import dev.firn.source.Chunk;
import dev.firn.source.ChunkBusyException;
import dev.firn.source.ChunkLoader;
import dev.firn.source.ChunkStorage;
import dev.firn.source.IndexedRows;
import dev.firn.source.StagedRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Brings one claimed range back: every copy of it loaded and proven where nobody looks, then all of it made visible, put
 * on hold and written into the catalogue in one transaction. Two threads may share the work: {@link #load}, then
 * {@link #finish}. Closing it removes what is not visible.
 */
final class RangeRestore implements AutoCloseable {

    private final TableWork work;
    private final ChunkLoader loader;
    private final ArchivedPiece piece;
    private final HeldClaim claim;
    private final RestoreOptions options;
    private final Progress progress;
    private final Surroundings surroundings;
    private final StagingArea area;
    private final List<StagingArea.Unproven> loaded = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private Optional<IndexBuild> build = Optional.empty();
    private Optional<ChunkRow.LoadedAs> loadedAs = Optional.empty();

    RangeRestore(
            TableWork work,
            ArchivedPiece piece,
            HeldClaim claim,
            RestoreOptions options,
            Progress progress,
            Surroundings surroundings)
            throws SQLException {
        this.work = work;
        this.loader = work.source().loader(work.table());
        this.piece = piece;
        this.claim = claim;
        this.options = options;
        this.progress = progress;
        this.surroundings = surroundings;
        this.area = StagingArea.open(work, claim.claim());
    }

    /** Leaves the indexes of what was loaded in the making: that goes on while others are loaded, proven and attached. */
    void load() throws SQLException {
        loaded.addAll(area.loadUnproven(piece.copies(), progress, surroundings));
        awaitStandbys();
        // The first copy is what becomes a chunk, unless others lie there: then it needs no indexes.
        if (loader.placement(area.connection(), piece.range()).isFree()) {
            build = Optional.of(IndexBuild.begin(work, loader, loaded.get(0).rows(), surroundings));
        }
        area.connection().rollback();
    }

    /** Answers what a person should know besides. */
    List<String> finish() throws SQLException {
        for (StagingArea.Unproven each : loaded) {
            area.prove(each);
        }
        IndexedRows first = indexed();
        List<StagedRows> staged =
                loaded.stream().map(StagingArea.Unproven::rows).toList();
        loadedAs =
                new StagedDigest(work, loader, piece.copies(), surroundings.throttle()).of(area.connection(), staged);
        Instant begun = surroundings.clock().instant();
        makeVisible(area.connection(), staged, first);
        progress.passed(
                work.table().name(),
                piece.range(),
                Progress.Stage.ATTACH,
                Duration.between(begun, surroundings.clock().instant()));
        return Stream.concat(notes.stream(), area.note().stream()).toList();
    }

    private IndexedRows indexed() throws SQLException {
        if (build.isEmpty()) {
            return new IndexedRows(loaded.get(0).rows(), List.of());
        }
        IndexedRows indexed = build.get().finish();
        build.get().close();
        surroundings.faults().reached(RestoreSteps.INDEXED);
        return indexed;
    }

    private void makeVisible(Connection connection, List<StagedRows> staged, IndexedRows first) throws SQLException {
        Placing placing = Placing.prepare(connection, work, loader, piece, options, staged, first);
        connection.commit();
        surroundings.faults().reached(RestoreSteps.READY);
        int attempts = work.database().lockAttempts();
        for (int attempt = 1; ; attempt++) {
            try {
                attempt(connection, staged, placing);
                return;
            } catch (ChunkBusyException e) {
                connection.rollback();
                if (attempt == attempts || !placing.fits(connection)) {
                    throw e;
                }
                connection.rollback();
                pause();
            }
        }
    }

    private void attempt(Connection connection, List<StagedRows> staged, Placing placing) throws SQLException {
        notes.clear();
        for (StagedRows rows : staged) {
            loader.moveSequences(connection, rows);
        }
        Placing.Result placed = placing.place(connection);
        notes.addAll(placed.notes());
        surroundings.faults().reached(RestoreSteps.ATTACHED);
        claim.require("making it visible");
        work.fence().check();
        work.catalog()
                .recordRestored(
                        connection,
                        claim.claim(),
                        new RestoreRecord(
                                piece.keys(),
                                placed.chunks().stream()
                                        .map(chunk -> chunk.relation().toString())
                                        .collect(Collectors.joining(", ")),
                                storage(connection, placed),
                                piece.rows(),
                                options.until(
                                        work.config(), surroundings.clock().instant()),
                                loadedAs),
                        placed.placed());
        surroundings.faults().reached(RestoreSteps.COMMIT);
        finish(connection);
    }

    private Optional<String> storage(Connection connection, Placing.Result placed) throws SQLException {
        for (Chunk chunk : placed.chunks()) {
            if (chunk.range().equals(piece.range())) {
                return Optional.of(ChunkStorage.of(connection, chunk).toString());
            }
        }
        return Optional.empty();
    }

    private void finish(Connection connection) {
        CommitOutcome outcome = Commits.commit(connection);
        surroundings.faults().reached(RestoreSteps.COMMITTED);
        if (outcome instanceof CommitOutcome.RolledBack rolledBack) {
            throw work.failure(piece.range(), "bringing it back; nothing of it is in the table", rolledBack.cause());
        }
        if (outcome instanceof CommitOutcome.Unknown unknown && !wasRestored(unknown.cause())) {
            throw work.failure(piece.range(), "bringing it back; nothing of it is in the table", unknown.cause());
        }
    }

    /** The answer to COMMIT was not seen: the audit trail, written in the same transaction, tells. */
    private boolean wasRestored(SQLException cause) {
        try {
            return work.catalog().wasRestored(claim.claim());
        } catch (FirnException e) {
            e.addSuppressed(cause);
            throw new FirnException(
                    Category.PASSING,
                    work.where(piece.range()),
                    "bringing it back: whether it is in the table is not known; it is there whole and on hold, or not at all",
                    "run it again: it looks",
                    e);
        }
    }

    @Override
    public void close() throws SQLException {
        try (area) {
            if (build.isPresent()) {
                build.get().close();
            }
        }
    }

    private void pause() {
        new LockPause(
                        work,
                        surroundings,
                        work.where(piece.range()),
                        "bringing it back: interrupted between two attempts; nothing of it is in the table",
                        "run it again")
                .take();
    }

    /** Indexes and compression write as much again as was loaded. */
    private void awaitStandbys() {
        try {
            work.lag().pass(work.where(piece.range()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FirnException(
                    Category.PASSING,
                    work.where(piece.range()),
                    "bringing it back: interrupted while it was loaded; nothing of it is in the table",
                    "run it again",
                    e);
        }
    }
}
