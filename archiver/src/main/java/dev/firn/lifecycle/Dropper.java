package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.archive.Promoted;
import dev.firn.catalog.Claim;
import dev.firn.catalog.CommitOutcome;
import dev.firn.catalog.Commits;
import dev.firn.catalog.DropRecord;
import dev.firn.source.Chunk;
import dev.firn.source.ChunkBusyException;
import dev.firn.source.Fingerprint;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops a chunk that holds exactly what its copy holds: looked at again under the lock, in the transaction that drops it
 * and writes it into the catalogue and the audit trail. The only place from which a chunk is dropped.
 */
final class Dropper {

    private static final Logger LOG = LoggerFactory.getLogger(Dropper.class);

    /** What the attempt found. */
    sealed interface Result {

        /** The chunk is gone. */
        record Done(long bytesFreed) implements Result {}

        /** The chunk no longer holds what the copy holds; nothing was changed. */
        record Changed() implements Result {}
    }

    private final TableWork table;
    private final Surroundings surroundings;

    Dropper(TableWork table, Surroundings surroundings) {
        this.table = table;
        this.surroundings = surroundings;
    }

    /**
     * Short attempts, and few: while one waits for its lock, everybody who wants the chunk waits behind it.
     *
     * @param promoted that the copy lies where readers look
     * @param equal that the chunk was seen to hold exactly this copy
     */
    Result drop(Chunk chunk, Promoted promoted, EqualCopy equal, Claim claim) {
        if (!equal.manifest().equals(promoted.manifest())) {
            throw new IllegalArgumentException(
                    "%s is in place, the chunk was compared with %s".formatted(promoted, equal.manifest()));
        }
        int attempts = table.database().lockAttempts();
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt(chunk, equal, claim);
            } catch (ChunkBusyException e) {
                if (attempt == attempts) {
                    throw e;
                }
                LOG.debug("{}: busy, attempt {} of {}", chunk, attempt, attempts);
                pause();
            }
        }
    }

    private Result attempt(Chunk chunk, EqualCopy equal, Claim claim) {
        try (Connection connection = table.connections().getConnection()) {
            connection.setAutoCommit(false);
            // Under REPEATABLE READ a row that came before the lock would stay unseen.
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            boolean finished = false;
            try {
                settle(connection);
                KeptHeads heads = new HeadKeeper(table, surroundings).keep(connection, chunk, equal.manifest());
                surroundings.faults().reached(Steps.HEADS);
                surroundings.faults().reached(Steps.LOCK);
                table.source().lockForDrop(connection, table.table(), chunk);
                surroundings.faults().reached(Steps.LOCKED);
                Optional<Chunk> now = table.source().chunkAt(connection, table.table(), chunk.range());
                if (now.isEmpty() || now.get().oid() != chunk.oid()) {
                    return new Result.Changed();
                }
                Fingerprint underLock = fingerprint(connection, now.get());
                requireSameServer(chunk, equal, underLock);
                if (!equal.stillHolds(underLock) || !heads.holdFor(underLock)) {
                    return new Result.Changed();
                }
                table.guards().require(connection, now.get(), table.where(chunk.range()));
                surroundings.faults().reached(Steps.DROP);
                if (now.get().frozen()) {
                    // The guard was told to let it pass.
                    table.source().unfreeze(connection, table.table(), now.get());
                }
                table.source().drop(connection, table.table(), now.get());
                heads.requireContinuity(connection);
                table.catalog()
                        .recordDropped(
                                connection,
                                claim,
                                new DropRecord(
                                        equal.manifest().key(),
                                        chunk.relation().toString(),
                                        equal.rows(),
                                        now.get().bytes()));
                surroundings.faults().reached(Steps.COMMIT);
                finished = true;
                return finish(connection, now.get(), claim);
            } finally {
                if (!finished) {
                    connection.rollback();
                }
            }
        } catch (SQLException e) {
            throw table.failure(chunk.range(), "dropping it; it was not dropped", e);
        }
    }

    /** After a restart or a fail-over nothing says whether rows were added or lost: the next pass compares all of them. */
    private void requireSameServer(Chunk chunk, EqualCopy equal, Fingerprint now) {
        if (!equal.comparableWith(now)) {
            throw new FirnException(
                    FirnException.Category.PASSING,
                    table.where(chunk.range()),
                    "dropping it: the server was restarted or replaced since it was copied; it was not dropped",
                    "nothing to do: the next run reads the chunk and compares it with its copy");
        }
    }

    private Fingerprint fingerprint(Connection connection, Chunk chunk) throws SQLException {
        return table.source().fingerprint(connection, table.table(), chunk);
    }

    private Result finish(Connection connection, Chunk chunk, Claim claim) {
        CommitOutcome outcome = Commits.commit(connection);
        surroundings.faults().reached(Steps.COMMITTED);
        if (outcome instanceof CommitOutcome.RolledBack rolledBack) {
            throw table.failure(chunk.range(), "dropping it; it was not dropped", rolledBack.cause());
        }
        if (outcome instanceof CommitOutcome.Unknown unknown && !wasDropped(chunk, claim, unknown.cause())) {
            throw table.failure(chunk.range(), "dropping it; it was not dropped", unknown.cause());
        }
        return new Result.Done(chunk.bytes());
    }

    /** The answer to COMMIT was not seen: the catalogue's row, written in the same transaction, tells. */
    private boolean wasDropped(Chunk chunk, Claim claim, SQLException cause) {
        try {
            return table.catalog().wasDropped(claim);
        } catch (FirnException e) {
            e.addSuppressed(cause);
            throw new FirnException(
                    FirnException.Category.PASSING,
                    table.where(chunk.range()),
                    "dropping it: whether it was dropped is not known, its copy is proven and in place",
                    "nothing is lost: the next run looks",
                    e);
        }
    }

    private void settle(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "SET LOCAL lock_timeout = " + table.database().lockTimeout().toMillis());
            // A policy made since the copy must not hide rows from the last look.
            statement.execute("SET LOCAL row_security = off");
            statement.execute(
                    "SET LOCAL statement_timeout = " + Duration.ofMinutes(5).toMillis());
            statement.execute("SET LOCAL idle_in_transaction_session_timeout = "
                    + Duration.ofMinutes(1).toMillis());
        }
    }

    private void pause() {
        new LockPause(
                        table,
                        surroundings,
                        table.table().name().toString(),
                        "dropping a chunk: interrupted between two attempts; it was not dropped",
                        "the next run goes on")
                .take();
    }
}
