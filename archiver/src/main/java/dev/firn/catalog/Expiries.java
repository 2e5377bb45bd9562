package dev.firn.catalog;

import dev.firn.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Records that copies of a chunk are to expire, that they have, and that their files are gone. */
final class Expiries {

    private static final String DONE = "expired";

    private final Transactions transactions;

    Expiries(Transactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Writes down, before anything is done, that these copies are to expire; or answers what stands against it, as the
     * catalogue knows it at this moment.
     */
    Optional<String> begin(Claim claim, List<String> manifestKeys, int generation, String after) {
        return transactions.run(claim.key(), "recording that its copies are to expire", connection -> {
            Claims.requireHeld(connection, claim, "recording that its copies are to expire");
            Optional<String> objection = objection(connection, claim.key(), manifestKeys);
            if (objection.isEmpty()) {
                OpenExpiries.write(connection, claim, manifestKeys, generation, after);
            }
            return objection;
        });
    }

    Optional<String> objection(ChunkKey key, List<String> manifestKeys) {
        return transactions.run(
                key, "looking whether its copies may expire", connection -> objection(connection, key, manifestKeys));
    }

    private static Optional<String> objection(Connection connection, ChunkKey key, List<String> manifestKeys)
            throws SQLException {
        // Locked: whoever is about to bring it back, or has, is waited for.
        Sql.exists(connection, "SELECT 1 FROM firn.chunk WHERE " + ChunkKey.MATCHES + " FOR UPDATE", key.values());
        Optional<ChunkRow> row = Chunks.find(connection, key);
        if (row.isEmpty()) {
            return Optional.of("the catalogue does not know it");
        }
        if (row.get().state() != ChunkState.DROPPED) {
            return Optional.of("it is not dropped: " + row.get().state().stored());
        }
        Set<String> known = new HashSet<>();
        row.get().copies().forEach(copy -> known.add(copy.manifestKey()));
        if (!known.equals(Set.copyOf(manifestKeys))) {
            return Optional.of("the catalogue knows other copies of it than the store has");
        }
        Optional<String> hold = Sql.one(
                connection,
                row1 -> row1.getString("until"),
                "SELECT max(hold_until)::text AS until FROM firn.hold WHERE namespace = ? AND table_schema = ?"
                        + " AND table_name = ? AND range_start < ? AND range_end > ? AND hold_until > clock_timestamp()"
                        + " HAVING count(*) > 0",
                overlapping(key));
        if (hold.isPresent()) {
            return Optional.of("it is on hold until " + hold.get());
        }
        Optional<Long> request = Sql.one(
                connection,
                row1 -> row1.getLong("id"),
                "SELECT min(id) AS id FROM firn.request WHERE namespace = ? AND table_schema = ? AND table_name = ?"
                        + " AND range_start < ? AND range_end > ? AND state IN ('asked', 'working') HAVING count(*) > 0",
                overlapping(key));
        return request.map(id -> "request %d asks for it back".formatted(id));
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

    /**
     * Records what stands in the store by now; the same a second time changes nothing. A chunk that has other live copies
     * keeps its state: they came later.
     */
    void record(Claim claim, ExpiredCopies expired) {
        if (!claim.key().equals(expired.chunk())) {
            throw new IllegalArgumentException("a claim of %s does not cover %s".formatted(claim.key(), expired));
        }
        String doing = "recording that its copies have expired";
        transactions.run(claim.key(), doing, connection -> {
            Claims.requireHeld(connection, claim, doing);
            if (isRecorded(connection, expired)) {
                return null;
            }
            Chunks.ensureKnown(connection, expired.chunk());
            supersede(connection, expired);
            if (!hasLiveCopies(connection, expired.chunk())) {
                Chunks.setState(connection, expired.chunk(), ChunkState.EXPIRED);
            }
            AuditTrail.write(
                    connection,
                    AuditEntry.of(
                            claim,
                            DONE,
                            Map.of(
                                    "by", expired.key(),
                                    "manifests", expired.manifestKeys(),
                                    "rows", expired.rows(),
                                    "bytes", expired.bytes(),
                                    "expire_after", expired.after())));
            return null;
        });
    }

    static void supersede(Connection connection, ExpiredCopies expired) throws SQLException {
        Sql.update(
                connection,
                "UPDATE firn.copy SET superseded_by = ? WHERE namespace = ? AND manifest_key = ANY (?)",
                expired.key(),
                expired.chunk().namespace(),
                expired.manifestKeys().toArray(String[]::new));
        Sql.update(
                connection,
                "INSERT INTO firn.expiry (namespace, table_schema, table_name, range_start, range_end, generation, key,"
                        + " rows, bytes, expire_after, expired_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT DO NOTHING",
                expired.chunk()
                        .values(
                                expired.generation(),
                                expired.key(),
                                expired.rows(),
                                expired.bytes(),
                                expired.after(),
                                expired.expiredAt()));
    }

    private static boolean isRecorded(Connection connection, ExpiredCopies expired) throws SQLException {
        return Sql.exists(
                connection,
                "SELECT 1 FROM firn.expiry WHERE namespace = ? AND key = ?",
                expired.chunk().namespace(),
                expired.key());
    }

    static boolean hasLiveCopies(Connection connection, ChunkKey key) throws SQLException {
        return Sql.exists(
                connection,
                "SELECT 1 FROM firn.copy WHERE " + ChunkKey.MATCHES + " AND superseded_by IS NULL LIMIT 1",
                key.values());
    }

    /** Keys, in the store, of what is known here to have expired. */
    Set<String> known(String namespace, TableName table) {
        return transactions.run(
                namespace + "/" + table,
                "listing what has expired",
                connection -> new HashSet<>(Sql.list(
                        connection,
                        row -> row.getString("key"),
                        "SELECT key FROM firn.expiry WHERE namespace = ? AND table_schema = ? AND table_name = ?",
                        namespace,
                        table.schema(),
                        table.name())));
    }
}
