package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.StreamHead;
import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.catalog.HeadWriter;
import dev.firn.catalog.WritePath;
import dev.firn.config.WritePathConfig;
import dev.firn.lifecycle.guards.WritePathGuard;
import dev.firn.source.Chunk;
import dev.firn.source.ChunkBusyException;
import dev.firn.source.ChunkHeads;
import dev.firn.source.ExportLimits;
import dev.firn.source.ExportSession;
import dev.firn.source.Fingerprint;
import dev.firn.source.HeadColumns;
import dev.firn.source.WriteFunctions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * Keeps where the streams of a chunk end, in the transaction that drops it and before the chunk is locked: while it is,
 * every writer of the table waits. Refuses the drop while the application would not look there.
 */
final class HeadKeeper {

    private static final Duration IDLE_AT_MOST = Duration.ofMinutes(10);
    private static final long PROBED_POSITION = 41;

    private final TableWork table;
    private final Surroundings surroundings;

    HeadKeeper(TableWork table, Surroundings surroundings) {
        this.table = table;
        this.surroundings = surroundings;
    }

    /**
     * Keeps the heads of the chunk's streams; nothing for a table without a write path.
     *
     * @param manifest of the copy on the strength of which the chunk will be dropped
     */
    KeptHeads keep(Connection inDropTransaction, Chunk chunk, Manifest manifest) throws SQLException {
        if (table.config().writePath().isEmpty()) {
            return KeptHeads.NONE;
        }
        WritePathConfig config = table.config().writePath().get();
        String where = table.where(chunk.range());
        WriteFunctions functions = new WriteFunctions(table.table().name(), config.versionFunction());
        requireReady(inDropTransaction, where, functions);
        WritePath path = HeadRecovery.register(table, config);
        if (!path.known()) {
            throw new FirnException(
                    Category.PASSING,
                    where,
                    "dropping it: where the streams of earlier drops end is still being read from the archive; it was not"
                            + " dropped",
                    "nothing to do: a later run goes on");
        }
        HeadWriter writer = begin(inDropTransaction, where, path);
        requireAnswer(inDropTransaction, where, functions, path);
        TransactionSettings.set(inDropTransaction, "idle_in_transaction_session_timeout", IDLE_AT_MOST.toMillis());
        KeptHeads kept = read(chunk, config, functions, writer);
        writer.finish(table.key(chunk.range()), manifest.key());
        TransactionSettings.set(
                inDropTransaction,
                "idle_in_transaction_session_timeout",
                Duration.ofMinutes(1).toMillis());
        return kept;
    }

    /**
     * That the heads of these copies stand, and that the application looks there, for rows that go other than with their
     * chunk. Nothing for a table without a write path.
     */
    void requireKept(Connection inDropTransaction, TimeRange range, List<String> manifestKeys) throws SQLException {
        if (table.config().writePath().isEmpty()) {
            return;
        }
        WritePathConfig config = table.config().writePath().get();
        String where = table.where(range);
        WriteFunctions functions = new WriteFunctions(table.table().name(), config.versionFunction());
        requireReady(inDropTransaction, where, functions);
        WritePath path = HeadRecovery.register(table, config);
        if (!path.known() || !table.catalog().headedCopies(table.namespace()).containsAll(manifestKeys)) {
            throw new FirnException(
                    Category.PASSING,
                    where,
                    "dropping it: where its streams end is still being read from the archive; it was not dropped",
                    "nothing to do: a later run goes on");
        }
        begin(inDropTransaction, where, path);
        requireAnswer(inDropTransaction, where, functions, path);
    }

    /** On a connection of its own: its lock on the chunk must be gone before the drop asks for a stronger one. */
    private KeptHeads read(Chunk chunk, WritePathConfig config, WriteFunctions functions, HeadWriter writer)
            throws SQLException {
        HeadColumns columns = HeadRecovery.columns(table, config);
        ExportLimits limits = new ExportLimits(
                table.database().statementTimeout(),
                table.database().lockTimeout(),
                IDLE_AT_MOST,
                table.database().snapshotMaxAge());
        try (Connection connection = table.connections().getConnection();
                ExportSession session = ExportSession.open(connection, table.source(), table.table(), chunk, limits)) {
            Fingerprint fingerprint = table.source().fingerprint(connection, table.table(), session.chunk());
            HeadSample sample = new HeadSample(surroundings.random());
            try {
                new ChunkHeads(connection, table.source(), table.table(), session.chunk(), columns).read(head -> {
                    writer.add(head);
                    sample.offer(head);
                });
            } catch (FirnException e) {
                throw ShortReads.explain(table, chunk.range(), fingerprint, e);
            }
            return KeptHeads.of(
                    table.where(chunk.range()),
                    fingerprint,
                    functions,
                    sample.dormantFirst(stream -> functions.lastRow(connection, columns, stream)));
        }
    }

    private HeadWriter begin(Connection connection, String where, WritePath path) throws SQLException {
        try {
            return table.catalog().keepHeads(connection, path);
        } catch (SQLException e) {
            if (TransactionSettings.isHeldOff(e)) {
                throw new ChunkBusyException(
                        where, "dropping it: another chunk of its table is just being dropped; it was not dropped", e);
            }
            throw e;
        }
    }

    private void requireReady(Connection connection, String where, WriteFunctions functions) throws SQLException {
        functions.problem(connection).ifPresent(problem -> {
            throw refuse(where, functions, problem, null);
        });
    }

    /** Not by its looks alone: a stream that only a head knows of has to be known to the function. */
    private void requireAnswer(Connection connection, String where, WriteFunctions functions, WritePath path)
            throws SQLException {
        String stream = "firn-probe-" + surroundings.token();
        Savepoint before = connection.setSavepoint();
        String answer;
        SQLException failure = null;
        try {
            HeadWriter probe = table.catalog().keepHeads(connection, path);
            probe.add(new StreamHead(stream, PROBED_POSITION, OptionalLong.empty(), OptionalLong.empty()));
            probe.flush();
            answer = functions
                    .lastPosition(connection, stream)
                    .map(Object::toString)
                    .orElse("nothing");
        } catch (SQLException e) {
            if (TransactionSettings.isHeldOff(e)) {
                throw new ChunkBusyException(
                        where, "dropping it: somebody else works on its table; it was not dropped", e);
            }
            answer = e.getMessage();
            failure = e;
        }
        // Gives back the locks too that the function took, on the chunk among others.
        connection.rollback(before);
        if (!answer.equals(Long.toString(PROBED_POSITION))) {
            throw refuse(
                    where,
                    functions,
                    "asked for a stream that is archived up to position %d, %s.%s answers: %s"
                            .formatted(PROBED_POSITION, functions.table().schema(), functions.version(), answer),
                    failure);
        }
    }

    private static FirnException refuse(String where, WriteFunctions functions, String problem, SQLException cause) {
        return new FirnException(
                Category.REFUSED,
                where,
                "dropping it: %s, so streams would start again at position 0; its copy is proven and in place, it was not"
                                .formatted(problem)
                        + " dropped",
                WritePathGuard.ATTACH.formatted(functions.table().schema()),
                cause);
    }
}
