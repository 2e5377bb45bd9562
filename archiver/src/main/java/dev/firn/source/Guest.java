package dev.firn.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an export a good guest: each second it looks, over a connection of its own, whether anybody waits behind the
 * export, or the snapshot has grown too old, and then cancels what the export runs. Whoever runs it finds the reason in
 * {@link #reason} and backs off.
 */
public final class Guest implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Guest.class);

    // pg_blocking_pids locks the whole lock table for a moment: asked only about those who wait at all.
    private static final String WAITERS =
            """
            SELECT format('process %s of %s waits for it', a.pid, coalesce(a.usename, a.backend_type, 'the server'))
            FROM (SELECT DISTINCT pid FROM pg_locks WHERE NOT granted) waiting JOIN pg_stat_activity a USING (pid)
            WHERE ? = ANY (pg_blocking_pids(pid)) LIMIT 1""";

    // On a standby nobody but replay asks for such a lock, and pg_blocking_pids does not see it wait.
    private static final String REPLAY =
            """
            SELECT 'replay of what the primary did to it waits for it'
            FROM pg_locks waiting JOIN pg_locks held USING (locktype, database, relation)
            WHERE pg_is_in_recovery() AND waiting.locktype = 'relation' AND NOT waiting.granted
              AND waiting.mode = 'AccessExclusiveLock' AND held.granted AND held.pid = ? LIMIT 1""";

    private static final String TOO_OLD =
            """
            SELECT format('its snapshot is older than %s seconds', round(?::numeric / 1000))
            FROM pg_stat_activity
            WHERE pid = ? AND clock_timestamp() - xact_start > ?::bigint * interval '1 millisecond'""";

    private final Connection connection;
    private final int backendPid;
    private final Duration maxSnapshotAge;
    private final ScheduledExecutorService clock;
    private volatile String reason;

    private Guest(Connection connection, int backendPid, Duration maxSnapshotAge) {
        this.connection = connection;
        this.backendPid = backendPid;
        this.maxSnapshotAge = maxSnapshotAge;
        this.clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "guest of " + backendPid);
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Starts watching an export.
     *
     * @param second another connection of the same role, in autocommit, which it uses alone until it is closed
     * @param every how often it looks: a second
     */
    public static Guest watch(Connection second, ExportSession session, ExportLimits limits, Duration every) {
        Guest guest = new Guest(second, session.backendPid(), limits.maxSnapshotAge());
        long millis = every.toMillis();
        Future<?> unused =
                guest.clock.scheduleWithFixedDelay(guest::lookQuietly, millis, millis, TimeUnit.MILLISECONDS);
        return guest;
    }

    /** Why the export was cancelled; empty while it was not. */
    public Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    /** Looks once, now. Answers whether the export is cancelled. */
    synchronized boolean look() throws SQLException {
        if (reason == null) {
            Optional<String> found = Query.first(connection, WAITERS, row -> row.getString(1), backendPid);
            if (found.isEmpty()) {
                found = Query.first(connection, REPLAY, row -> row.getString(1), backendPid);
            }
            if (found.isEmpty()) {
                long millis = maxSnapshotAge.toMillis();
                found = Query.first(connection, TOO_OLD, row -> row.getString(1), millis, backendPid, millis);
            }
            reason = found.orElse(null);
        }
        if (reason != null) {
            // Again at every look: the export may be between two statements.
            Query.text(connection, "SELECT pg_cancel_backend(?)", backendPid);
        }
        return reason != null;
    }

    private void lookQuietly() {
        try {
            look();
        } catch (SQLException e) {
            LOG.warn(
                    "could not look whether anybody waits for the export of process {}: {}",
                    backendPid,
                    e.getMessage());
        }
    }

    /** Stops watching; the connection is the caller's again, and no cancellation comes after. */
    @Override
    public void close() {
        clock.shutdown();
        try {
            if (!clock.awaitTermination(10, TimeUnit.SECONDS)) {
                clock.shutdownNow();
            }
        } catch (InterruptedException e) {
            clock.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
