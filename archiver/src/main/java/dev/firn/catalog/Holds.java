package dev.firn.catalog;

import dev.firn.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Ranges that are left alone for a time. */
final class Holds {

    private final Transactions transactions;

    Holds(Transactions transactions) {
        this.transactions = transactions;
    }

    void place(ChunkKey key, Instant until, String actor) {
        transactions.run(key, "putting it on hold", connection -> {
            Namespaces.require(connection, key.namespace());
            place(connection, key, until, actor);
            AuditTrail.write(connection, AuditEntry.of(key, "put on hold", Map.of("until", until.toString()), actor));
            return null;
        });
    }

    /** In the caller's transaction, and without an entry of its own in the audit trail. */
    static void place(Connection connection, ChunkKey key, Instant until, String actor) throws SQLException {
        Sql.update(
                connection,
                "INSERT INTO firn.hold (namespace, table_schema, table_name, range_start, range_end, range_kind,"
                        + " range_text, hold_until, placed_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT (namespace, table_schema, table_name, range_start, range_end) DO UPDATE"
                        + " SET hold_until = excluded.hold_until, placed_by = excluded.placed_by,"
                        + " placed_at = clock_timestamp()",
                key.values(key.range().kind().catalogueName(), key.range().toString(), until, actor));
    }

    void lift(ChunkKey key, String actor) {
        transactions.run(key, "lifting its hold", connection -> {
            int lifted = Sql.update(connection, "DELETE FROM firn.hold WHERE " + ChunkKey.MATCHES, key.values());
            if (lifted > 0) {
                AuditTrail.write(connection, AuditEntry.of(key, "lifted the hold", Map.of(), actor));
            }
            return null;
        });
    }

    List<Hold> of(String namespace, TableName table) {
        return transactions.run(
                namespace + "/" + table,
                "listing its holds",
                connection -> Sql.list(
                        connection,
                        row -> new Hold(
                                new ChunkKey(namespace, table, Sql.range(row)),
                                Sql.instant(row, "hold_until"),
                                row.getString("placed_by"),
                                row.getBoolean("lapsed")),
                        "SELECT range_kind, range_start, range_end, hold_until, placed_by,"
                                + " hold_until <= clock_timestamp() AS lapsed FROM firn.hold"
                                + " WHERE namespace = ? AND table_schema = ? AND table_name = ?"
                                + " ORDER BY range_start, range_end",
                        namespace,
                        table.schema(),
                        table.name()));
    }
}
