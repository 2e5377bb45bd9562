package dev.firn.catalog;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/** Records that an archived range is in the database again, in the transaction that makes it visible. */
final class Restores {

    private static final String DOING = "bringing it back";

    private final Transactions transactions;

    Restores(Transactions transactions) {
        this.transactions = transactions;
    }

    /** @param placed where its rows are not a chunk of their own, and of it alone */
    static void record(Connection connection, Claim claim, RestoreRecord restore, Optional<Placed> placed)
            throws SQLException {
        if (connection.getAutoCommit()) {
            throw new IllegalStateException("%s: recorded outside of its own transaction".formatted(claim.key()));
        }
        Claims.requireHeld(connection, claim, DOING);
        // Locked: what it is now decides, and nobody may change that before this commits. What comes back among rows
        // that
        // were archived later, as an addition, finds it archived again.
        boolean there = Sql.exists(
                connection,
                "SELECT 1 FROM firn.chunk WHERE " + ChunkKey.MATCHES
                        + " AND (state = 'dropped' OR (state = 'archived' AND ?)) FOR UPDATE",
                Sql.join(claim.key().values(), placed.isPresent()));
        if (!there) {
            throw new FirnException(
                    Category.REFUSED,
                    claim.key().toString(),
                    DOING + ": the catalogue does not say that it was dropped; nothing was loaded",
                    "if the catalogue was lost, `archiver catalog rebuild` and then `archiver run` find out what is where");
        }
        Chunks.setState(connection, claim.key(), ChunkState.RESTORED);
        if (placed.isPresent()) {
            PlacedRows.write(connection, claim.key(), placed.get());
        }
        if (restore.storage().isPresent()) {
            Sql.update(
                    connection,
                    "UPDATE firn.chunk SET restored_storage = ? WHERE " + ChunkKey.MATCHES,
                    Sql.join(new Object[] {restore.storage().get()}, claim.key().values()));
        }
        if (restore.loadedAs().isPresent()) {
            ChunkRow.LoadedAs loaded = restore.loadedAs().get();
            Sql.update(
                    connection,
                    "UPDATE firn.chunk SET restored_columns = ?, restored_digest = ? WHERE " + ChunkKey.MATCHES,
                    Sql.join(
                            new Object[] {loaded.columns().toArray(String[]::new), loaded.digest()},
                            claim.key().values()));
        }
        Holds.place(connection, claim.key(), restore.until(), claim.holder());
        AuditTrail.write(
                connection,
                AuditEntry.of(
                        claim,
                        AuditTrail.RESTORED,
                        Map.of(
                                "manifests", restore.manifestKeys(),
                                "relation", restore.relation(),
                                "rows", restore.rows(),
                                "placed", placed.isPresent(),
                                "until", restore.until().toString())));
    }

    /** After a COMMIT of unknown outcome. */
    boolean happened(Claim claim) {
        return transactions.run(claim.key(), "reading back whether it was brought back", connection -> {
            Claims.lockIfHeld(connection, claim);
            return AuditTrail.tells(connection, claim.key(), claim.token(), AuditTrail.RESTORED);
        });
    }
}
