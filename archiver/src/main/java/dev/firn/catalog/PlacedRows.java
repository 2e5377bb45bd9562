package dev.firn.catalog;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeRange;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Keeps what is known of archived rows that are in the database among others. */
final class PlacedRows {

    private final Transactions transactions;

    PlacedRows(Transactions transactions) {
        this.transactions = transactions;
    }

    /** In the transaction that makes them visible, or finds them; the chunk's state is set already. */
    static void write(Connection connection, ChunkKey key, Placed placed) throws SQLException {
        forget(connection, key);
        Sql.update(
                connection,
                "INSERT INTO firn.placed (namespace, table_schema, table_name, range_start, range_end, manifest_keys, rows,"
                        + " left_out) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                key.values(
                        placed.manifestKeys().toArray(String[]::new),
                        placed.rows(),
                        placed.leftOut().toArray(Long[]::new)));
    }

    /** That the rows of just these copies are in the database among others. */
    static boolean isOf(Connection connection, ChunkKey key, List<String> manifestKeys) throws SQLException {
        return known(connection, key)
                .filter(known -> Set.copyOf(known).equals(Set.copyOf(manifestKeys)))
                .isPresent();
    }

    private static Optional<List<String>> known(Connection connection, ChunkKey key) throws SQLException {
        return Sql.one(
                connection,
                row -> Sql.texts(row, "manifest_keys"),
                "SELECT manifest_keys FROM firn.placed WHERE " + ChunkKey.MATCHES,
                key.values());
    }

    static void requireOf(Connection connection, ChunkKey key, List<String> manifestKeys) throws SQLException {
        if (!isOf(connection, key, manifestKeys)) {
            throw new FirnException(
                    Category.REFUSED,
                    key.toString(),
                    "recording a copy in place of %s: the catalogue says that %s came back; it is published, and nothing was"
                                    .formatted(
                                            manifestKeys,
                                            known(connection, key)
                                                    .map(Object::toString)
                                                    .orElse("nothing"))
                            + " dropped",
                    "something else changed the catalogue: look at the audit trail (firn.audit_trail)");
        }
    }

    /**
     * That more of its rows count as having come back: they were there on account of another range, which goes.
     *
     * @return false where something else is known of it by now
     */
    static boolean change(Connection connection, ChunkKey key, Placed before, Placed after) throws SQLException {
        return Sql.update(
                        connection,
                        "UPDATE firn.placed SET rows = ?, left_out = ? WHERE manifest_keys = ? AND left_out = ? AND "
                                + ChunkKey.MATCHES,
                        Sql.join(
                                new Object[] {
                                    after.rows(),
                                    after.leftOut().toArray(Long[]::new),
                                    before.manifestKeys().toArray(String[]::new),
                                    before.leftOut().toArray(Long[]::new)
                                },
                                key.values()))
                == 1;
    }

    /** Once the range is a chunk of its own again, or gone. */
    static void forget(Connection connection, ChunkKey key) throws SQLException {
        Sql.update(connection, "DELETE FROM firn.placed WHERE " + ChunkKey.MATCHES, key.values());
    }

    Map<TimeRange, Placed> of(String namespace, TableName table) {
        return transactions.run(
                namespace + "/" + table, "listing archived ranges that are in other chunks", connection -> {
                    Map<TimeRange, Placed> placed = new TreeMap<>();
                    Sql.list(
                            connection,
                            row -> placed.put(
                                    Sql.range(row),
                                    new Placed(
                                            Sql.texts(row, "manifest_keys"),
                                            row.getLong("rows"),
                                            Sql.numbers(row, "left_out"))),
                            "SELECT c.range_kind, range_start, range_end, p.manifest_keys, p.rows, p.left_out"
                                    + " FROM firn.placed p"
                                    + " JOIN firn.chunk c USING (namespace, table_schema, table_name, range_start, range_end)"
                                    + " WHERE namespace = ? AND table_schema = ? AND table_name = ? AND c.state = 'restored'",
                            namespace,
                            table.schema(),
                            table.name());
                    return Map.copyOf(placed);
                });
    }

    /** Of a range that nobody knew to be there: its rows were found, byte for byte, in chunks of other bounds. */
    void recordFound(Claim claim, Placed placed) {
        transactions.run(claim.key(), "recording that its rows are in other chunks", connection -> {
            Claims.requireHeld(connection, claim, "recording that its rows are in other chunks");
            if (Chunks.find(connection, claim.key()).isEmpty()) {
                throw new FirnException(
                        Category.REFUSED,
                        claim.key().toString(),
                        "recording that its rows are in other chunks: the catalogue does not know it; nothing was changed",
                        "run `archiver catalog rebuild` for the namespace");
            }
            Chunks.setState(connection, claim.key(), ChunkState.RESTORED);
            write(connection, claim.key(), placed);
            AuditTrail.write(
                    connection,
                    AuditEntry.of(
                            claim,
                            "found in other chunks",
                            Map.of(
                                    "manifests", placed.manifestKeys(),
                                    "rows", placed.rows(),
                                    "left_out", placed.leftOut().size())));
            return null;
        });
    }
}
