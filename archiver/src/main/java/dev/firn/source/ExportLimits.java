package dev.firn.source;

import java.time.Duration;

/**
 * How long an export may take and wait. Zero switches one off, as in PostgreSQL, but for the age of the snapshot.
 *
 * @param statementTimeout for one statement, the COPY of the whole chunk among them
 * @param lockTimeout for the wait until the chunk may be read
 * @param idleInTransactionTimeout for the program to be silent while the snapshot is held
 * @param maxSnapshotAge after which the COPY is cancelled, since a snapshot holds back vacuum
 */
public record ExportLimits(
        Duration statementTimeout, Duration lockTimeout, Duration idleInTransactionTimeout, Duration maxSnapshotAge) {

    public ExportLimits {
        requireMillis("statementTimeout", statementTimeout);
        requireMillis("lockTimeout", lockTimeout);
        requireMillis("idleInTransactionTimeout", idleInTransactionTimeout);
        requireMillis("maxSnapshotAge", maxSnapshotAge);
        if (maxSnapshotAge.isZero()) {
            throw new IllegalArgumentException("maxSnapshotAge is zero: no export could be made");
        }
    }

    private static void requireMillis(String name, Duration value) {
        if (value.isNegative() || value.toMillis() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("%s is %s".formatted(name, value));
        }
    }
}
