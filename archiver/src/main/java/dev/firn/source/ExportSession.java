package dev.firn.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One chunk, or several, in one read-only REPEATABLE READ snapshot, with every setting pinned that decides what rows look
 * like. Everything that is recorded of a copy (rows, count, fingerprint) is read in it. Closing it gives the connection
 * back as it was.
 *
 * @param chunks as the snapshot sees them
 * @param snapshot as {@code pg_current_snapshot()} prints it
 * @param backendPid the process that a {@link Guest} watches
 * @param openedAt by the server's clock
 */
public record ExportSession(
        Connection connection, List<Chunk> chunks, String snapshot, int backendPid, Instant openedAt)
        implements AutoCloseable {

    private static final int TRANSACTION_TIMEOUT_SINCE = 170000;

    public ExportSession {
        chunks = List.copyOf(chunks);
    }

    /**
     * Opens the snapshot on a connection that is in no transaction.
     *
     * @param listed the chunk as it was listed; busy when it has been replaced or recompressed since
     * @throws dev.firn.FirnException on a standby, through a pooler, or where reads may be partial
     */
    public static ExportSession open(
            Connection connection, ChunkSource source, Table table, Chunk listed, ExportLimits limits)
            throws SQLException {
        return open(connection, source, table, List.of(listed), limits);
    }

    /** The same of several chunks. */
    public static ExportSession open(
            Connection connection, ChunkSource source, Table table, List<Chunk> listed, ExportLimits limits)
            throws SQLException {
        DirectConnection.require(connection, listed.get(0).toString());
        return begin(connection, source, table, listed, limits);
    }

    /** The same on a standby, which shows what its primary showed some time ago. */
    public static ExportSession openOnStandby(
            Connection connection, ChunkSource source, Table table, Chunk listed, ExportLimits limits)
            throws SQLException {
        DirectConnection.requireOnStandby(connection, listed.toString());
        return begin(connection, source, table, List.of(listed), limits);
    }

    private static ExportSession begin(
            Connection connection, ChunkSource source, Table table, List<Chunk> listed, ExportLimits limits)
            throws SQLException {
        List<String> needed = existing(connection, WholeReads.NEEDED_ON);
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try {
            pin(connection, source.info(), needed, limits);
            for (Chunk chunk : listed) {
                lock(connection, chunk);
            }
            return opened(connection, source, table, listed);
        } catch (SQLException | RuntimeException e) {
            try {
                end(connection);
            } catch (SQLException ending) {
                e.addSuppressed(ending);
            }
            throw e;
        }
    }

    private static ExportSession opened(Connection connection, ChunkSource source, Table table, List<Chunk> listed)
            throws SQLException {
        String snapshot = Query.text(connection, "SELECT pg_current_snapshot()::text");
        source.requireWholeReads(connection, table);
        List<Chunk> chunks = new ArrayList<>();
        for (Chunk chunk : listed) {
            chunks.add(same(connection, source, table, chunk));
        }
        Instant now =
                Query.one(connection, "SELECT now()", row -> row.getTimestamp(1).toInstant());
        return new ExportSession(connection, chunks, snapshot, DirectConnection.backendPid(connection), now);
    }

    private static Chunk same(Connection connection, ChunkSource source, Table table, Chunk listed)
            throws SQLException {
        Chunk chunk = FingerprintReader.requireSame(connection, source, table, listed);
        if (!chunk.twin().equals(listed.twin())) {
            throw new ChunkBusyException(
                    listed.toString(),
                    "opening a snapshot of it: it was compressed again meanwhile; Firn changed nothing",
                    null);
        }
        return chunk;
    }

    /** Where it is of one chunk only. */
    public Chunk chunk() {
        if (chunks.size() != 1) {
            throw new IllegalStateException("a snapshot of %d chunks".formatted(chunks.size()));
        }
        return chunks.get(0);
    }

    /** SET LOCAL, not set_config: that would be a query, and the snapshot has to be younger than the lock. */
    private static void pin(Connection connection, SourceInfo info, List<String> needed, ExportLimits limits)
            throws SQLException {
        List<String> sets = new ArrayList<>();
        for (Map.Entry<String, String> setting : PinnedFormats.SETTINGS.entrySet()) {
            sets.add(set(setting.getKey(), "'" + setting.getValue() + "'"));
        }
        sets.add(set("row_security", "off"));
        sets.add(set("max_parallel_workers_per_gather", "0"));
        // Or a scan may start in the middle of the chunk, where another one has come to, and end before it.
        sets.add(set("synchronize_seqscans", "off"));
        sets.add(set("jit", "off"));
        sets.add(set("statement_timeout", millis(limits.statementTimeout())));
        sets.add(set("lock_timeout", millis(limits.lockTimeout())));
        sets.add(set("idle_in_transaction_session_timeout", millis(limits.idleInTransactionTimeout())));
        if (info.serverVersionNumber() >= TRANSACTION_TIMEOUT_SINCE) {
            // A second bound on the snapshot's age, should this program hang; the first one is the guest's.
            sets.add(set("transaction_timeout", millis(limits.maxSnapshotAge().multipliedBy(2))));
        }
        needed.forEach(name -> sets.add(set(name, "on")));
        Query.execute(connection, String.join("; ", sets));
    }

    /**
     * Before the snapshot, since it protects nobody from TRUNCATE, which is how compression empties a chunk's heap: a
     * snapshot from before would find no rows at all, and its own bookkeeping would agree.
     */
    private static void lock(Connection connection, Chunk listed) throws SQLException {
        try {
            String relations = "ONLY " + listed.relation().quoted();
            if (listed.twin().isPresent()) {
                relations += ", ONLY " + listed.twin().get().relation().quoted();
            }
            Query.execute(connection, "LOCK TABLE " + relations + " IN ACCESS SHARE MODE");
        } catch (SQLException e) {
            throw new DropLocks(connection, listed)
                    .busy(e, "waiting to read it")
                    .orElseThrow(() -> e);
        }
    }

    private static List<String> existing(Connection connection, List<String> names) throws SQLException {
        return Query.texts(
                connection,
                "SELECT name FROM pg_settings WHERE name = ANY (string_to_array(?, ','))",
                String.join(",", names));
    }

    private static String set(String name, String value) {
        return "SET LOCAL " + name + " = " + value;
    }

    private static String millis(Duration duration) {
        return Long.toString(Math.min(duration.toMillis(), Integer.MAX_VALUE));
    }

    private static void end(Connection connection) throws SQLException {
        if (connection.isClosed()) {
            return;
        }
        connection.rollback();
        connection.setAutoCommit(true);
        connection.setReadOnly(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    }

    /** Ends the snapshot; there is nothing to commit. */
    @Override
    public void close() throws SQLException {
        end(connection);
    }
}
