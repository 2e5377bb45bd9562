package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.LogContext;
import dev.firn.source.ChunkLoader;
import dev.firn.source.IndexedRows;
import dev.firn.source.StagedRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the indexes of what was loaded on a second connection, while the proof reads it on the first. The build lets
 * nobody write to the rows, and changes none of them. Given up, it is cancelled in the database too.
 */
final class IndexBuild implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(IndexBuild.class);
    private static final long CANCEL_EVERY_MILLIS = 100;

    private final Connection connection;
    private final Thread thread;
    private IndexedRows indexed;
    private Throwable failure;

    private IndexBuild(Connection connection, ChunkLoader loader, StagedRows rows, Surroundings surroundings) {
        this.connection = connection;
        this.thread = new Thread(
                LogContext.carried(() -> build(loader, rows, surroundings)),
                Thread.currentThread().getName() + "-indexes");
        thread.setDaemon(true);
        thread.start();
    }

    static IndexBuild begin(TableWork work, ChunkLoader loader, StagedRows rows, Surroundings surroundings)
            throws SQLException {
        Connection connection = work.connections().getConnection();
        try {
            StagingArea.settle(connection);
            return new IndexBuild(connection, loader, rows, surroundings);
        } catch (SQLException | RuntimeException | Error e) {
            connection.close();
            throw e;
        }
    }

    private void build(ChunkLoader loader, StagedRows rows, Surroundings surroundings) {
        try {
            surroundings.faults().reached(RestoreSteps.INDEXING);
            indexed = loader.index(connection, rows);
            connection.commit();
        } catch (SQLException | RuntimeException | Error e) {
            failure = e;
        }
    }

    /** Waits for the last index; throws what the build failed with. */
    IndexedRows finish() throws SQLException {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FirnException(
                    Category.PASSING,
                    "this load",
                    "building indexes: interrupted; nothing of it is in the table",
                    "run it again",
                    e);
        }
        if (failure instanceof SQLException sql) {
            throw sql;
        }
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        return indexed;
    }

    /** Ends the thread: while it builds, what was loaded could not be removed. */
    @Override
    public void close() throws SQLException {
        boolean interrupted = false;
        while (thread.isAlive()) {
            cancel();
            try {
                TimeUnit.MILLISECONDS.timedJoin(thread, CANCEL_EVERY_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        connection.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The statement that runs now; the next one is cancelled at the next call. */
    private void cancel() {
        try {
            connection.unwrap(PGConnection.class).cancelQuery();
        } catch (SQLException e) {
            LOG.debug("cancelling the build of indexes: {}", e.getMessage());
        }
    }
}
