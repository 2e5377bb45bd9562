package dev.firn.catalog;

import dev.firn.TableName;
import dev.firn.TimeRange;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Expiries that somebody was about to publish, and of which nothing is known since: he may be asleep rather than dead, and
 * nothing but the key of that generation in the store can stop him.
 */
final class OpenExpiries {

    private static final String INTENDED = "expiring";
    private static final String REPRIEVED = "reprieved";
    private static final String GENERATION = "generation";

    private static final String SAME_RANGE =
            "(other.namespace, other.table_schema, other.table_name, other.range_start,"
                    + " other.range_end) = (a.namespace, a.table_schema, a.table_name, a.range_start, a.range_end)";

    /** The key of a generation is taken once that, or a later one, is in the books: nobody intends one before. */
    private static final String OPEN =
            """
            SELECT range_kind, range_start, range_end, max(generation) AS last FROM (
              SELECT c.range_kind, a.*, (a.detail->>'generation')::integer AS generation
              FROM firn.audit a JOIN firn.chunk c USING (namespace, table_schema, table_name, range_start, range_end)
              WHERE a.action = 'expiring' AND a.detail->>'generation' IS NOT NULL) a
            WHERE namespace = ? AND table_schema = ? AND table_name = ?
              AND NOT EXISTS (SELECT FROM firn.copy other WHERE %1$s AND other.generation >= a.generation)
              AND NOT EXISTS (SELECT FROM firn.expiry other WHERE %1$s AND other.generation >= a.generation)
              AND NOT EXISTS (SELECT FROM firn.audit other WHERE %1$s AND other.action = 'reprieved'
                              AND (other.detail->>'generation')::integer >= a.generation)
            GROUP BY 1, 2, 3 ORDER BY range_start"""
                    .formatted(SAME_RANGE);

    private final Transactions transactions;

    OpenExpiries(Transactions transactions) {
        this.transactions = transactions;
    }

    static void write(Connection connection, Claim claim, List<String> manifestKeys, int generation, String after)
            throws SQLException {
        AuditTrail.write(
                connection,
                AuditEntry.of(
                        claim,
                        INTENDED,
                        Map.of("manifests", manifestKeys, GENERATION, generation, "expire_after", after)));
    }

    /** The generation of each range under which something may still be said to have expired. */
    Map<TimeRange, Integer> of(String namespace, TableName table) {
        return transactions.run(namespace + "/" + table, "looking for what was about to expire", connection -> {
            Map<TimeRange, Integer> open = new HashMap<>();
            Sql.list(
                            connection,
                            row -> Map.entry(Sql.range(row), row.getInt("last")),
                            OPEN,
                            namespace,
                            table.schema(),
                            table.name())
                    .forEach(found -> open.put(found.getKey(), found.getValue()));
            return open;
        });
    }

    void recordReprieved(Claim claim, int generation, String why) {
        String doing = "recording that its copies stay";
        transactions.run(claim.key(), doing, connection -> {
            Claims.requireHeld(connection, claim, doing);
            AuditTrail.write(connection, AuditEntry.of(claim, REPRIEVED, Map.of(GENERATION, generation, "why", why)));
            return null;
        });
    }
}
