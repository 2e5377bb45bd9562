package dev.firn.catalog;

import dev.firn.catalog.ChunkRow.Edit;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Remembers which ranges that came back were edited: telling it takes reading all of the chunk. */
final class Edits {

    /** Part of an UPDATE of a chunk's row. */
    static final String CLEAR = "edit_kind = NULL, edit_fingerprint = NULL, edit_found_at = NULL";

    private final Transactions transactions;

    Edits(Transactions transactions) {
        this.transactions = transactions;
    }

    void record(Claim claim, Edit edit) {
        String doing = "recording that it is not what came back";
        transactions.run(claim.key(), doing, connection -> {
            Claims.requireHeld(connection, claim, doing);
            String kind = edit.kind().name().toLowerCase(Locale.ROOT);
            boolean known = Sql.exists(
                    connection,
                    "SELECT 1 FROM firn.chunk WHERE " + ChunkKey.MATCHES + " AND edit_kind = ?",
                    claim.key().values(kind));
            Sql.update(
                    connection,
                    "UPDATE firn.chunk SET edit_kind = ?, edit_fingerprint = ?, edit_found_at = clock_timestamp(), "
                            + Failures.CLEAR + " WHERE " + ChunkKey.MATCHES,
                    Sql.join(
                            new Object[] {kind, edit.fingerprint()}, claim.key().values()));
            if (!known) {
                AuditTrail.write(connection, AuditEntry.of(claim, "found " + kind, Map.of()));
            }
            return null;
        });
    }

    static Optional<Edit> read(ResultSet row) throws SQLException {
        String kind = row.getString("edit_kind");
        return kind == null
                ? Optional.empty()
                : Optional.of(
                        new Edit(Edit.Kind.valueOf(kind.toUpperCase(Locale.ROOT)), row.getString("edit_fingerprint")));
    }
}
