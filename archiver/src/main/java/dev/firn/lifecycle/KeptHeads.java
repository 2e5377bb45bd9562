package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.StreamHead;
import dev.firn.lifecycle.guards.WritePathGuard;
import dev.firn.source.ChunkBusyException;
import dev.firn.source.Fingerprint;
import dev.firn.source.WriteFunctions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * That the heads of a chunk's streams stand in the transaction that is to drop it. True of the chunk as it was when it had
 * this fingerprint, and of no other state of it.
 */
final class KeptHeads {

    /** For a table whose rows nobody numbers. */
    static final KeptHeads NONE = new KeptHeads("", Optional.empty(), Optional.empty(), List.of());

    private static final int SAMPLE_TIMEOUT_MILLIS = 5_000;

    private final String where;
    private final Optional<Fingerprint> fingerprint;
    private final Optional<WriteFunctions> functions;
    private final List<StreamHead> sample;

    private KeptHeads(
            String where,
            Optional<Fingerprint> fingerprint,
            Optional<WriteFunctions> functions,
            List<StreamHead> sample) {
        this.where = where;
        this.fingerprint = fingerprint;
        this.functions = functions;
        this.sample = List.copyOf(sample);
    }

    /** @param fingerprint of the chunk, taken in the snapshot that the heads were read in */
    static KeptHeads of(String where, Fingerprint fingerprint, WriteFunctions functions, List<StreamHead> sample) {
        return new KeptHeads(where, Optional.of(fingerprint), Optional.of(functions), sample);
    }

    /** Whether they are the heads of a chunk with this fingerprint. */
    boolean holdFor(Fingerprint now) {
        return fingerprint.isEmpty() || fingerprint.get().equals(now);
    }

    /**
     * Asks, with the rows gone and before that is committed, what the application would now be told of some streams.
     *
     * @throws FirnException if a stream would not go on; the caller rolls back
     */
    void requireContinuity(Connection inDropTransaction) throws SQLException {
        if (functions.isEmpty()) {
            return;
        }
        TransactionSettings.set(inDropTransaction, "statement_timeout", SAMPLE_TIMEOUT_MILLIS);
        for (StreamHead head : sample) {
            Optional<Long> told = ask(inDropTransaction, head);
            if (told.isEmpty() || told.get() < head.position()) {
                throw new FirnException(
                        Category.REFUSED,
                        where,
                        "dropping it: %s.%s answers %s for stream '%s', whose last position is %d; it was not dropped"
                                .formatted(
                                        functions.get().table().schema(),
                                        functions.get().version(),
                                        told.map(Object::toString).orElse("nothing"),
                                        head.stream(),
                                        head.position()),
                        WritePathGuard.ATTACH.formatted(functions.get().table().schema()));
            }
        }
    }

    private Optional<Long> ask(Connection connection, StreamHead head) throws SQLException {
        try {
            return functions.get().lastPosition(connection, head.stream());
        } catch (SQLException e) {
            if (TransactionSettings.isHeldOff(e)) {
                throw new ChunkBusyException(
                        where, "asking where its streams end: somebody else works on the table; it was not dropped", e);
            }
            throw e;
        }
    }
}
