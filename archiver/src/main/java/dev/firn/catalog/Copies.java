package dev.firn.catalog;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeRange;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;

/** Records that a copy is published, and that a chunk was dropped on the strength of one. */
final class Copies {

    private static final String DOING_DROP = "dropping it";
    private static final String FOUND_DROPPED = "found dropped";

    /** What Firn dropped and later found gone, as it does after a rebuild, was no surprise. */
    private static final String FOUND_GONE =
            """
            SELECT c.range_kind, c.range_start, c.range_end
            FROM (SELECT DISTINCT ON (range_start, range_end) range_start, range_end, action, before
                  FROM (SELECT id, range_start, range_end, action,
                               lag(action) OVER (PARTITION BY range_start, range_end ORDER BY id) AS before
                        FROM firn.audit
                        WHERE namespace = ? AND table_schema = ? AND table_name = ?
                          AND action IN ('dropped', 'found dropped', 'found back', 'archived')) told
                  ORDER BY range_start, range_end, id DESC) last
            JOIN firn.chunk c USING (range_start, range_end)
            WHERE last.action = 'found dropped' AND last.before IS DISTINCT FROM 'dropped'
              AND (c.namespace, c.table_schema, c.table_name) = (?, ?, ?)""";

    private static final String SINCE_DROP =
            """
            WITH own AS (SELECT id, action, detail FROM firn.audit WHERE %s),
                 gone AS (SELECT max(id) AS id FROM own WHERE action IN ('dropped', 'found dropped', 'made anew'))
            SELECT own.detail->>'manifest' AS manifest FROM own, gone
            WHERE own.action = 'archived' AND own.id > gone.id
              AND NOT EXISTS (SELECT FROM own back WHERE back.id > gone.id
                              AND back.action IN ('found back', 'found in other chunks', 'restored'))"""
                    .formatted(ChunkKey.MATCHES);

    private final Transactions transactions;

    Copies(Transactions transactions) {
        this.transactions = transactions;
    }

    void recordArchived(Claim claim, ArchivedChunk copy) {
        requireSameChunk(claim, copy.key());
        transactions.run(copy.key(), "recording its copy " + copy.manifestKey(), connection -> {
            if (record(connection, claim, copy)) {
                Chunks.setState(connection, copy.key(), ChunkState.ARCHIVED);
            }
            return null;
        });
    }

    void recordUnseen(Claim claim, ArchivedChunk copy) {
        requireSameChunk(claim, copy.key());
        transactions.run(copy.key(), "recording its copy " + copy.manifestKey(), connection -> {
            if (record(connection, claim, copy)) {
                if (!cameBack(connection, copy.key())) {
                    Chunks.setState(connection, copy.key(), ChunkState.ARCHIVED);
                } else if (!copy.supersedes().isEmpty()) {
                    // What was loaded then says nothing of this one.
                    Chunks.forgetLoaded(connection, copy.key());
                }
            }
            return null;
        });
    }

    private static boolean cameBack(Connection connection, ChunkKey key) throws SQLException {
        return Chunks.find(connection, key)
                .filter(chunk -> chunk.state() == ChunkState.RESTORED)
                .isPresent();
    }

    /** A copy of rows that had come back among others, where they are still. */
    void recordReplaced(Claim claim, ArchivedChunk copy, Placed placed) {
        requireSameChunk(claim, copy.key());
        transactions.run(copy.key(), "recording its copy " + copy.manifestKey(), connection -> {
            boolean recorded = record(connection, claim, copy);
            // A catalogue that was rebuilt since knows the copy, and does not know that it is of what came back.
            if (recorded || PlacedRows.isOf(connection, copy.key(), copy.supersedes())) {
                PlacedRows.requireOf(connection, copy.key(), copy.supersedes());
                Chunks.setState(connection, copy.key(), ChunkState.RESTORED);
                PlacedRows.write(connection, copy.key(), placed);
            }
            return null;
        });
    }

    /** Answers false where it was recorded before a crash: what became of the chunk since then stands. */
    private static boolean record(Connection connection, Claim claim, ArchivedChunk copy) throws SQLException {
        Claims.requireHeld(connection, claim, "recording its copy " + copy.manifestKey());
        Chunks.ensureKnown(connection, copy.key());
        if (insert(connection, copy) == 0) {
            requireSameCopy(connection, copy);
            return false;
        }
        Sql.update(
                connection,
                "UPDATE firn.copy SET superseded_by = ? WHERE namespace = ? AND manifest_key = ANY (?)",
                copy.manifestKey(),
                copy.key().namespace(),
                copy.supersedes().toArray(String[]::new));
        // Copies may become known in any order: this one may have been replaced long ago.
        Sql.update(
                connection,
                "UPDATE firn.copy old SET superseded_by = newer.manifest_key FROM firn.copy newer"
                        + " WHERE old.namespace = ? AND old.manifest_key = ?"
                        + " AND newer.namespace = old.namespace AND old.manifest_key = ANY (newer.supersedes)",
                copy.key().namespace(),
                copy.manifestKey());
        AuditTrail.write(
                connection,
                AuditEntry.of(
                        claim,
                        "archived",
                        Map.of(
                                "manifest", copy.manifestKey(),
                                "generation", copy.generation(),
                                "supersedes", copy.supersedes(),
                                "rows", copy.rows(),
                                "bytes", copy.bytes(),
                                "digest", copy.digest())));
        return true;
    }

    /** In the caller's transaction, which drops the chunk: either both happen or neither. */
    static void recordDropped(Connection connection, Claim claim, DropRecord drop) throws SQLException {
        if (connection.getAutoCommit()
                || connection.getTransactionIsolation() != Connection.TRANSACTION_READ_COMMITTED) {
            throw new IllegalStateException(
                    "%s: a drop is recorded inside its own READ COMMITTED transaction".formatted(claim.key()));
        }
        Claims.requireHeld(connection, claim, DOING_DROP);
        if (!isLive(connection, claim.key(), drop.manifestKey())) {
            throw new FirnException(
                    Category.REFUSED,
                    claim.key().toString(),
                    "%s: the catalogue knows no live copy %s of it; nothing was dropped"
                            .formatted(DOING_DROP, drop.manifestKey()),
                    "run `archiver catalog rebuild` for the namespace: it reads from the store what is archived");
        }
        Chunks.setState(connection, claim.key(), ChunkState.DROPPED);
        AuditTrail.write(
                connection,
                AuditEntry.of(
                        claim,
                        AuditTrail.DROPPED,
                        Map.of(
                                "manifest", drop.manifestKey(),
                                "relation", drop.relation(),
                                "rows", drop.rows(),
                                "bytes_freed", drop.bytesFreed())));
    }

    void recordFoundDropped(Claim claim, String reason) {
        recordGone(claim, FOUND_DROPPED, reason);
    }

    /** No surprise, and so no {@link #foundGone}: the table itself was lost, and is empty. */
    void recordMadeAnew(Claim claim, String reason) {
        recordGone(claim, "made anew", reason);
    }

    private void recordGone(Claim claim, String action, String reason) {
        transactions.run(claim.key(), "recording that it is gone", connection -> {
            Claims.requireHeld(connection, claim, "recording that it is gone");
            ChunkRow chunk = Chunks.find(connection, claim.key())
                    .filter(known -> !known.copies().isEmpty())
                    .orElseThrow(() -> new FirnException(
                            Category.REFUSED,
                            claim.key().toString(),
                            "recording that it is gone: the catalogue knows no copy of it; nothing was changed",
                            "run `archiver catalog rebuild` for the namespace: it reads from the store what is"
                                    + " archived"));
            if (chunk.state() != ChunkState.DROPPED) {
                Chunks.setState(connection, claim.key(), ChunkState.DROPPED);
                AuditTrail.write(connection, AuditEntry.of(claim, action, Map.of("reason", reason)));
            }
            return null;
        });
    }

    Set<TimeRange> foundGone(String namespace, TableName table) {
        return transactions.run(
                namespace + "/" + table,
                "listing what is gone",
                connection -> Set.copyOf(Sql.list(
                        connection,
                        Sql::range,
                        FOUND_GONE,
                        namespace,
                        table.schema(),
                        table.name(),
                        namespace,
                        table.schema(),
                        table.name())));
    }

    /** Of rows that came after it was last dropped; none where it came back since, or no drop is known. */
    Set<String> sinceDrop(ChunkKey key) {
        return transactions.run(
                key,
                "looking for what was copied since it was dropped",
                connection ->
                        Set.copyOf(Sql.list(connection, row -> row.getString("manifest"), SINCE_DROP, key.values())));
    }

    void recordFoundBack(Claim claim, String reason) {
        transactions.run(claim.key(), "recording that it came back", connection -> {
            Claims.requireHeld(connection, claim, "recording that it came back");
            Chunks.setState(connection, claim.key(), ChunkState.ARCHIVED);
            AuditTrail.write(connection, AuditEntry.of(claim, "found back", Map.of("reason", reason)));
            return null;
        });
    }

    boolean wasDropped(Claim claim) {
        return transactions.run(claim.key(), "reading back whether it was dropped", connection -> {
            // The session that dropped it may still be at its COMMIT: it has the claim's row locked until it is
            // through.
            Claims.lockIfHeld(connection, claim);
            return AuditTrail.tells(connection, claim.key(), claim.token(), AuditTrail.DROPPED);
        });
    }

    static int insert(Connection connection, ArchivedChunk copy) throws SQLException {
        return Sql.update(
                connection,
                "INSERT INTO firn.copy (namespace, table_schema, table_name, range_start, range_end, generation,"
                        + " manifest_key, rows, bytes_archived, bytes_before, digest, fingerprint, supersedes,"
                        + " archived_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                copy.key()
                        .values(
                                copy.generation(),
                                copy.manifestKey(),
                                copy.rows(),
                                copy.bytes(),
                                copy.bytesBefore().isPresent()
                                        ? copy.bytesBefore().getAsLong()
                                        : null,
                                copy.digest(),
                                copy.fingerprint(),
                                copy.supersedes().toArray(String[]::new),
                                copy.archivedAt()));
    }

    private static boolean isLive(Connection connection, ChunkKey key, String manifestKey) throws SQLException {
        return Sql.exists(
                connection,
                "SELECT 1 FROM firn.copy WHERE " + ChunkKey.MATCHES + " AND manifest_key = ? AND superseded_by IS NULL",
                key.values(manifestKey));
    }

    private static void requireSameCopy(Connection connection, ArchivedChunk copy) throws SQLException {
        boolean same = Sql.exists(
                connection,
                "SELECT 1 FROM firn.copy WHERE " + ChunkKey.MATCHES
                        + " AND generation = ? AND manifest_key = ? AND rows = ? AND digest = ?",
                copy.key().values(copy.generation(), copy.manifestKey(), copy.rows(), copy.digest()));
        if (!same) {
            throw new FirnException(
                    Category.DATA,
                    copy.key().toString(),
                    "recording its copy %s: the catalogue has another copy of generation %d; nothing was changed"
                            .formatted(copy.manifestKey(), copy.generation()),
                    "a manifest is never rewritten, so the two were not made by one history of this database: look at"
                            + " the manifest in the store, then run `archiver catalog rebuild`");
        }
    }

    private static void requireSameChunk(Claim claim, ChunkKey key) {
        if (!claim.key().equals(key)) {
            throw new IllegalArgumentException("a claim of %s does not cover %s".formatted(claim.key(), key));
        }
    }
}
