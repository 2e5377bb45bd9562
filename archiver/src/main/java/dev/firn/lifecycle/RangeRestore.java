package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.archive.Manifest;
import dev.firn.catalog.CommitOutcome;
import dev.firn.catalog.Commits;
import dev.firn.catalog.RestoreRecord;
import dev.firn.source.Chunk;
import dev.firn.source.ChunkBusyException;
import dev.firn.source.ChunkLoader;
import dev.firn.source.Moved;
import dev.firn.source.OnConflict;
import dev.firn.source.Placement;
import dev.firn.source.ReadyChunk;
import dev.firn.source.StagedRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Brings one claimed range back: every copy of it loaded and proven where nobody looks, then all of it made visible, put
 * on hold and written into the catalogue in one transaction.
 */
final class RangeRestore {

    private static final Duration SILENT_AT_MOST = Duration.ofMinutes(5);

    private final TableWork work;
    private final ChunkLoader loader;
    private final ArchivedPiece piece;
    private final HeldClaim claim;
    private final RestoreOptions options;
    private final Progress progress;
    private final Surroundings surroundings;
    private final List<String> notes = new ArrayList<>();

    RangeRestore(
            TableWork work,
            ArchivedPiece piece,
            HeldClaim claim,
            RestoreOptions options,
            Progress progress,
            Surroundings surroundings) {
        this.work = work;
        this.loader = work.source().loader(work.table());
        this.piece = piece;
        this.claim = claim;
        this.options = options;
        this.progress = progress;
        this.surroundings = surroundings;
    }

    /** Answers what a person should know besides. */
    List<String> run() {
        try (Connection connection = work.connections().getConnection()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            limitSilence(connection);
            try {
                List<StagedRows> staged = new ArrayList<>();
                for (Manifest copy : piece.copies()) {
                    String token = RestoreTokens.of(claim.claim(), staged.size());
                    staged.add(new StagingLoad(work, loader, copy, progress, surroundings).run(connection, token));
                }
                makeVisible(connection, staged);
            } finally {
                StagingSweep.of(work, loader, List.of(claim.claim())).run(connection);
            }
        } catch (SQLException e) {
            throw work.failure(piece.range(), "bringing it back; nothing of it is in the table", e);
        }
        return notes;
    }

    /** A process that sleeps over its locks must not keep a table's owner from them for ever. */
    static void limitSilence(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET idle_in_transaction_session_timeout = " + SILENT_AT_MOST.toMillis());
        }
        connection.commit();
    }

    private void makeVisible(Connection connection, List<StagedRows> staged) throws SQLException {
        // Where the range is free its first copy becomes the chunk; what else there is goes into a chunk row by row.
        Optional<ReadyChunk> ready = placement(connection).isFree()
                ? Optional.of(loader.ready(connection, staged.get(0)))
                : Optional.empty();
        connection.commit();
        surroundings.faults().reached(RestoreSteps.READY);
        int attempts = work.database().lockAttempts();
        for (int attempt = 1; ; attempt++) {
            try {
                attempt(connection, staged, ready);
                return;
            } catch (ChunkBusyException e) {
                connection.rollback();
                if (attempt == attempts || placement(connection).isFree() != ready.isPresent()) {
                    throw e;
                }
                pause();
            }
        }
    }

    private void attempt(Connection connection, List<StagedRows> staged, Optional<ReadyChunk> ready)
            throws SQLException {
        notes.clear();
        for (StagedRows rows : staged) {
            loader.moveSequences(connection, rows);
        }
        Chunk chunk;
        if (ready.isPresent()) {
            Manifest first = piece.copies().get(0);
            boolean compress = options.compress() && first.source().compressed();
            chunk = loader.attach(connection, ready.get(), compress, Optional.of(formerName(first)));
        } else {
            chunk = sameRange(placement(connection));
        }
        for (StagedRows rows : staged.subList(ready.isPresent() ? 1 : 0, staged.size())) {
            note(
                    loader.move(
                            connection,
                            rows,
                            chunk,
                            OnConflict.valueOf(options.onConflict().name())),
                    rows);
        }
        surroundings.faults().reached(RestoreSteps.ATTACHED);
        claim.require("making it visible");
        work.fence().check();
        work.catalog()
                .recordRestored(
                        connection,
                        claim.claim(),
                        new RestoreRecord(
                                piece.keys(),
                                chunk.relation().toString(),
                                piece.rows(),
                                options.keep()
                                        .orElse(work.config().keepRestored())
                                        .until(surroundings.clock().instant())));
        surroundings.faults().reached(RestoreSteps.COMMIT);
        finish(connection);
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

    private Placement placement(Connection connection) throws SQLException {
        return loader.placement(connection, piece.range());
    }

    /** Late rows have made a chunk of just this range. Of any other range, nobody could tell its rows apart later. */
    private Chunk sameRange(Placement placement) {
        List<Chunk> there = placement.overlapping();
        if (there.size() == 1 && there.get(0).range().equals(piece.range())) {
            return there.get(0);
        }
        throw doesNotFit(work, piece, placement);
    }

    static FirnException doesNotFit(TableWork work, ArchivedPiece piece, Placement placement) {
        return new FirnException(
                Category.REFUSED,
                work.where(piece.range()),
                "bringing it back: chunks of other ranges lie over it now (%s); nothing of it is in the table"
                        .formatted(placement.overlapping()),
                "--into table NAME loads it into a table beside it, and `rehydrate cat` prints its rows");
    }

    private void note(Moved moved, StagedRows rows) {
        if (moved.equal() + moved.keptLive() + moved.replaced() > 0) {
            notes.add("%s: %d rows added, %d were there already, %d gave way to a live row, %d live rows gave way"
                    .formatted(rows, moved.added(), moved.equal(), moved.keptLive(), moved.replaced()));
        }
    }

    private static String formerName(Manifest manifest) {
        String relation = manifest.source().relation();
        return relation.substring(relation.indexOf('.') + 1);
    }

    private void pause() {
        long millis = work.database().lockPause().toMillis();
        try {
            TimeUnit.MILLISECONDS.sleep(millis + surroundings.random().nextLong(millis + 1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FirnException(
                    Category.PASSING,
                    work.where(piece.range()),
                    "bringing it back: interrupted between two attempts; nothing of it is in the table",
                    "run it again",
                    e);
        }
    }
}
