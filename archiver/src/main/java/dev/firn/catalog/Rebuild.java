package dev.firn.catalog;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.catalog.RebuildReport.Entry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Replaces what the catalogue says is archived by what the store holds, in one transaction. Whether a chunk was dropped
 * is kept where it was known; a chunk that only the store knows is called archived, and the next pass sees whether it is
 * in the database. Holds, failures and the audit trail stay.
 */
final class Rebuild {

    private static final String WHERE_TABLE = " WHERE namespace = ? AND table_schema = ? AND table_name = ?";

    private final Transactions transactions;

    Rebuild(Transactions transactions) {
        this.transactions = transactions;
    }

    /**
     * @param store asked for each table once nobody is at work any more; what other tables the catalogue knows, it keeps
     */
    RebuildReport run(
            String namespace,
            Set<TableName> tables,
            Function<TableName, List<ArchivedChunk>> store,
            Function<TableName, List<ExpiredCopies>> expiries,
            String actor) {
        return transactions.run(namespace, "rebuilding the catalogue from the store", connection -> {
            stopOthers(connection, namespace);
            List<Entry> known = new ArrayList<>();
            List<ArchivedChunk> inStore = new ArrayList<>();
            for (TableName table : tables) {
                List<ArchivedChunk> copies = store.apply(table);
                List<ExpiredCopies> expired = expiries.apply(table);
                requireOf(namespace, table, copies);
                known.addAll(known(connection, namespace, table));
                Map<ChunkKey, Integer> latestBefore = latest(connection, namespace, table);
                replaceCopies(connection, namespace, table, copies);
                replaceExpiries(connection, namespace, table, expired);
                settleChunks(connection, namespace, table, copies, expired);
                doubtDrops(connection, latestBefore, latest(connection, namespace, table));
                inStore.addAll(copies);
            }
            RebuildReport report = report(inStore, known);
            AuditTrail.write(connection, AuditEntry.ofNamespace(namespace, "rebuilt", describe(report), actor));
            return report;
        });
    }

    private static void requireOf(String namespace, TableName table, List<ArchivedChunk> copies) {
        for (ArchivedChunk copy : copies) {
            if (!copy.key().namespace().equals(namespace) || !copy.key().table().equals(table)) {
                throw new IllegalArgumentException("%s is not of %s/%s".formatted(copy.key(), namespace, table));
            }
        }
    }

    /** Nobody may be at work meanwhile; new claims wait for this lock, and lapsed ones lose their right to write. */
    private static void stopOthers(Connection connection, String namespace) throws SQLException {
        Namespaces.require(connection, namespace);
        Sql.exists(connection, "SELECT 1 FROM firn.namespace WHERE name = ? FOR UPDATE", namespace);
        List<String> holders = Sql.list(
                connection,
                row -> row.getString("holder"),
                "SELECT DISTINCT holder FROM firn.claim WHERE namespace = ? AND expires_at > clock_timestamp()",
                namespace);
        if (!holders.isEmpty()) {
            throw new FirnException(
                    Category.PASSING,
                    namespace,
                    "rebuilding the catalogue from the store: %s at work; nothing was changed"
                            .formatted(String.join(", ", holders)),
                    "stop the archiver of this namespace, or wait until its pass is over, and run it again");
        }
        Sql.update(connection, "DELETE FROM firn.claim WHERE namespace = ?", namespace);
    }

    private static List<Entry> known(Connection connection, String namespace, TableName table) throws SQLException {
        return Sql.list(
                connection,
                row -> new Entry(row.getString("manifest_key"), row.getBoolean("dropped")),
                "SELECT p.manifest_key, c.state = 'dropped' AND p.superseded_by IS NULL AS dropped FROM firn.copy p"
                        + " JOIN firn.chunk c USING (namespace, table_schema, table_name, range_start, range_end)"
                        + WHERE_TABLE + " ORDER BY range_start, range_end, generation",
                namespace,
                table.schema(),
                table.name());
    }

    private static void replaceCopies(
            Connection connection, String namespace, TableName table, List<ArchivedChunk> inStore) throws SQLException {
        Map<String, Long> bytesBefore = new HashMap<>();
        Sql.list(
                connection,
                row -> bytesBefore.put(row.getString("manifest_key"), row.getLong("bytes_before")),
                "SELECT manifest_key, bytes_before FROM firn.copy" + WHERE_TABLE + " AND bytes_before IS NOT NULL",
                namespace,
                table.schema(),
                table.name());
        Sql.update(connection, "DELETE FROM firn.copy" + WHERE_TABLE, namespace, table.schema(), table.name());
        for (ArchivedChunk copy : inStore) {
            Chunks.ensureKnown(connection, copy.key());
            if (Copies.insert(connection, copy) == 0) {
                throw new IllegalArgumentException(
                        "%s: two copies of generation %d".formatted(copy.key(), copy.generation()));
            }
        }
        for (Map.Entry<String, Long> measured : bytesBefore.entrySet()) {
            Sql.update(
                    connection,
                    "UPDATE firn.copy SET bytes_before = ? WHERE namespace = ? AND manifest_key = ?"
                            + " AND bytes_before IS NULL",
                    measured.getValue(),
                    namespace,
                    measured.getKey());
        }
        Sql.update(
                connection,
                "UPDATE firn.copy old SET superseded_by = newer.manifest_key FROM firn.copy newer"
                        + " WHERE old.namespace = ? AND newer.namespace = old.namespace"
                        + " AND old.manifest_key = ANY (newer.supersedes)",
                namespace);
    }

    private static void replaceExpiries(
            Connection connection, String namespace, TableName table, List<ExpiredCopies> inStore) throws SQLException {
        Sql.update(connection, "DELETE FROM firn.expiry" + WHERE_TABLE, namespace, table.schema(), table.name());
        for (ExpiredCopies expired : inStore) {
            Chunks.ensureKnown(connection, expired.chunk());
            Expiries.supersede(connection, expired);
        }
    }

    /** Only what had been dropped has expired; a chunk that is there all the same holds rows that came later. */
    private static void settleChunks(
            Connection connection,
            String namespace,
            TableName table,
            List<ArchivedChunk> inStore,
            List<ExpiredCopies> expiries)
            throws SQLException {
        Set<ChunkKey> archived = new TreeSet<>();
        inStore.forEach(copy -> archived.add(copy.key()));
        for (ExpiredCopies expired : expiries) {
            if (!Expiries.hasLiveCopies(connection, expired.chunk())) {
                Chunks.setState(connection, expired.chunk(), ChunkState.EXPIRED);
            }
        }
        for (ChunkKey key : archived) {
            Sql.update(
                    connection,
                    "UPDATE firn.chunk SET state = 'archived', changed_at = clock_timestamp()"
                            + " WHERE state = 'copying' AND "
                            + ChunkKey.MATCHES,
                    key.values());
        }
        Sql.update(
                connection,
                "DELETE FROM firn.chunk c" + WHERE_TABLE + " AND state <> 'copying' AND NOT EXISTS (SELECT 1 FROM"
                        + " firn.copy p WHERE (p.namespace, p.table_schema, p.table_name, p.range_start, p.range_end)"
                        + " = (c.namespace, c.table_schema, c.table_name, c.range_start, c.range_end))",
                namespace,
                table.schema(),
                table.name());
    }

    private static Map<ChunkKey, Integer> latest(Connection connection, String namespace, TableName table)
            throws SQLException {
        Map<ChunkKey, Integer> latest = new HashMap<>();
        Sql.list(
                connection,
                row -> latest.put(new ChunkKey(namespace, table, Sql.range(row)), row.getInt("latest")),
                "SELECT range_kind, range_start, range_end, max(p.generation) AS latest"
                        + " FROM firn.copy p"
                        + " JOIN firn.chunk c USING (namespace, table_schema, table_name, range_start, range_end)"
                        + WHERE_TABLE + " AND p.superseded_by IS NULL"
                        + " GROUP BY range_kind, range_start, range_end",
                namespace,
                table.schema(),
                table.name());
        return latest;
    }

    /**
     * A drop was recorded on the strength of the newest copy that was known then. Where the store has a newer one, of rows
     * that came later, nobody knows whether those were dropped too: taken for dropped, they would be archived twice.
     */
    private static void doubtDrops(Connection connection, Map<ChunkKey, Integer> before, Map<ChunkKey, Integer> now)
            throws SQLException {
        for (Map.Entry<ChunkKey, Integer> chunk : now.entrySet()) {
            if (!chunk.getValue().equals(before.get(chunk.getKey()))) {
                Sql.update(
                        connection,
                        "UPDATE firn.chunk SET state = 'archived', changed_at = clock_timestamp()"
                                + " WHERE state IN ('dropped', 'expired') AND " + ChunkKey.MATCHES,
                        chunk.getKey().values());
            }
        }
    }

    private static RebuildReport report(List<ArchivedChunk> inStore, List<Entry> known) {
        Set<String> before = new HashSet<>();
        known.forEach(entry -> before.add(entry.manifestKey()));
        Set<String> now = new HashSet<>();
        List<Entry> added = new ArrayList<>();
        for (ArchivedChunk copy : inStore) {
            now.add(copy.manifestKey());
            if (!before.contains(copy.manifestKey())) {
                added.add(new Entry(copy.manifestKey(), false));
            }
        }
        List<Entry> forgotten = known.stream()
                .filter(entry -> !now.contains(entry.manifestKey()))
                .toList();
        return new RebuildReport(inStore.size(), added, forgotten);
    }

    private static Map<String, ?> describe(RebuildReport report) {
        return Map.of(
                "copies",
                report.copies(),
                "added",
                report.added().stream().map(Entry::manifestKey).toList(),
                "forgotten",
                report.forgotten().stream().map(Entry::manifestKey).toList());
    }
}
