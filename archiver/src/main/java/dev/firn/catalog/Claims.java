package dev.firn.catalog;

import dev.firn.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Who works on which chunk. Claims of one table are taken one after the other under an advisory lock, so that the look
 * for overlapping ranges and the insert cannot be overtaken; everything after that is one row and its token.
 */
final class Claims {

    /** First half of the advisory locks' key, "FIRN": keeps clear of locks that applications take. */
    private static final int LOCK_SPACE = 0x4649524E;

    private static final String OVERLAPS =
            "namespace = ? AND table_schema = ? AND table_name = ? AND range_start < ? AND range_end > ?";

    private static final String COLUMNS = "SELECT namespace, table_schema, table_name, range_kind, range_start,"
            + " range_end, holder, purpose, token, expires_at FROM firn.claim";

    private final Transactions transactions;

    Claims(Transactions transactions) {
        this.transactions = transactions;
    }

    Optional<Claim> claim(ChunkKey key, String holder, Claim.Purpose purpose, Duration lease) {
        requireLease(lease);
        return transactions.run(key, "claiming it", connection -> {
            Namespaces.require(connection, key.namespace());
            lockTable(connection, key);
            removeLapsed(connection, key);
            // A lapsed claim that is locked just now was skipped, not waited for: its holder is writing under it.
            if (Sql.exists(connection, "SELECT 1 FROM firn.claim WHERE " + OVERLAPS, overlapping(key))) {
                return Optional.empty();
            }
            return Sql.one(
                    connection,
                    Claims::read,
                    "INSERT INTO firn.claim (namespace, table_schema, table_name, range_start, range_end, range_kind,"
                            + " range_text, holder, purpose, expires_at)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, clock_timestamp() + ? * interval '1 millisecond')"
                            + " RETURNING *",
                    key.values(
                            key.range().kind().catalogueName(),
                            key.range().toString(),
                            holder,
                            purpose.name().toLowerCase(Locale.ROOT),
                            lease.toMillis()));
        });
    }

    boolean renew(Claim claim, Duration lease) {
        requireLease(lease);
        return transactions.run(
                claim.key(),
                "renewing the claim",
                connection -> Sql.update(
                                connection,
                                "UPDATE firn.claim SET renewed_at = clock_timestamp(),"
                                        + " expires_at = clock_timestamp() + ? * interval '1 millisecond' WHERE token = ?",
                                lease.toMillis(),
                                claim.token())
                        == 1);
    }

    Instant sign(Claim claim, Duration lease) {
        requireLease(lease);
        return transactions.run(claim.key(), "giving a sign of life", connection -> {
            requireHeld(connection, claim, "giving a sign of life");
            return Sql.one(
                            connection,
                            row -> Sql.instant(row, "renewed_at"),
                            "UPDATE firn.claim SET renewed_at = clock_timestamp(),"
                                    + " expires_at = clock_timestamp() + ? * interval '1 millisecond' WHERE token = ?"
                                    + " RETURNING renewed_at",
                            lease.toMillis(),
                            claim.token())
                    .orElseThrow();
        });
    }

    static boolean shows(Connection connection, Claim claim, Instant sign) throws SQLException {
        return Sql.exists(
                connection,
                "SELECT 1 FROM firn.claim WHERE token = ? AND holder = ? AND renewed_at >= ?",
                claim.token(),
                claim.holder(),
                sign);
    }

    void requireHeld(Claim claim) {
        transactions.run(claim.key(), "checking the claim", connection -> {
            requireHeld(connection, claim, "checking the claim");
            return null;
        });
    }

    void release(Claim claim) {
        transactions.run(
                claim.key(),
                "releasing the claim",
                connection -> Sql.update(connection, "DELETE FROM firn.claim WHERE token = ?", claim.token()));
    }

    List<Claim> all(String namespace) {
        return transactions.run(
                namespace,
                "listing the claims",
                connection -> Sql.list(
                        connection,
                        Claims::read,
                        COLUMNS + " WHERE namespace = ? ORDER BY table_schema, table_name, range_start, range_end",
                        namespace));
    }

    /** Of all namespaces, since several may archive one table. */
    List<Long> tokensInForce(String where) {
        return transactions.run(
                where,
                "listing the claims in force",
                connection -> Sql.list(
                        connection,
                        row -> row.getLong(1),
                        "SELECT token FROM firn.claim WHERE expires_at > clock_timestamp()"));
    }

    /**
     * Locks the claim's row until the transaction ends: whoever would take over finds it locked and leaves it alone. A
     * claim that has expired and was not taken over still counts.
     */
    static void requireHeld(Connection connection, Claim claim, String doing) throws SQLException {
        if (!lockIfHeld(connection, claim)) {
            String others = String.join(
                    ", ",
                    Sql.list(
                            connection,
                            row -> "now held by " + row.getString("holder") + " with token " + row.getLong("token"),
                            COLUMNS + " WHERE " + OVERLAPS + " ORDER BY token",
                            overlapping(claim.key())));
            throw new ClaimLostException(claim, doing, others.isEmpty() ? "and has let go of it since" : others);
        }
    }

    /** Waits for whatever transaction has the row locked. */
    static boolean lockIfHeld(Connection connection, Claim claim) throws SQLException {
        return Sql.exists(connection, "SELECT 1 FROM firn.claim WHERE token = ? FOR NO KEY UPDATE", claim.token());
    }

    private static void lockTable(Connection connection, ChunkKey key) throws SQLException {
        TableName table = key.table();
        // Lengths keep two different names from reading the same
        String name = "%d/%s/%d/%s/%s"
                .formatted(
                        key.namespace().length(),
                        key.namespace(),
                        table.schema().length(),
                        table.schema(),
                        table.name());
        Sql.exists(connection, "SELECT pg_advisory_xact_lock(?, hashtext(?))", LOCK_SPACE, name);
    }

    private static void removeLapsed(Connection connection, ChunkKey key) throws SQLException {
        Sql.update(
                connection,
                "DELETE FROM firn.claim WHERE token IN (SELECT token FROM firn.claim WHERE " + OVERLAPS
                        + " AND expires_at <= clock_timestamp() FOR UPDATE SKIP LOCKED)",
                overlapping(key));
    }

    private static Object[] overlapping(ChunkKey key) {
        return new Object[] {
            key.namespace(),
            key.table().schema(),
            key.table().name(),
            key.range().end(),
            key.range().start()
        };
    }

    private static void requireLease(Duration lease) {
        if (lease.isNegative()) {
            throw new IllegalArgumentException("a lease of " + lease);
        }
    }

    private static Claim read(ResultSet row) throws SQLException {
        TableName table = new TableName(row.getString("table_schema"), row.getString("table_name"));
        return new Claim(
                new ChunkKey(row.getString("namespace"), table, Sql.range(row)),
                row.getString("holder"),
                Claim.Purpose.valueOf(row.getString("purpose").toUpperCase(Locale.ROOT)),
                row.getLong("token"),
                Sql.instant(row, "expires_at"));
    }
}
