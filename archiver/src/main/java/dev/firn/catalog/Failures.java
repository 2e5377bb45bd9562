package dev.firn.catalog;

import dev.firn.FirnException.Category;
import java.time.Duration;

/** Remembers why work on a chunk failed and when it is worth another try. */
final class Failures {

    static final String CLEAR = "failures = 0, failure_category = NULL, failure_message = NULL, failure_hint = NULL,"
            + " failed_at = NULL, retry_after = NULL, failure_settings = NULL, changed_at = clock_timestamp()";

    private final Transactions transactions;

    Failures(Transactions transactions) {
        this.transactions = transactions;
    }

    void record(ChunkKey key, Category category, String message, String hint, Duration backoff, String settings) {
        if (backoff.isNegative()) {
            throw new IllegalArgumentException("a back-off of " + backoff);
        }
        transactions.run(key, "recording why it failed", connection -> {
            Namespaces.require(connection, key.namespace());
            Chunks.ensureKnown(connection, key);
            return Sql.update(
                    connection,
                    "UPDATE firn.chunk SET failures = failures + 1, failure_category = ?, failure_message = ?,"
                            + " failure_hint = ?, failure_settings = ?, failed_at = clock_timestamp(),"
                            + " retry_after = clock_timestamp() + ? * interval '1 millisecond',"
                            + " changed_at = clock_timestamp() WHERE "
                            + ChunkKey.MATCHES,
                    Sql.join(
                            new Object[] {category.name(), message, hint, settings, backoff.toMillis()}, key.values()));
        });
    }

    void clear(ChunkKey key) {
        transactions.run(
                key,
                "forgetting its failures",
                connection -> Sql.update(
                        connection,
                        "UPDATE firn.chunk SET " + CLEAR + " WHERE failures > 0 AND " + ChunkKey.MATCHES,
                        key.values()));
    }
}
