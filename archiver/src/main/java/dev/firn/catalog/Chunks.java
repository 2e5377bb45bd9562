package dev.firn.catalog;

import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeRange;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads chunks with their live copies, and writes the row of a chunk. */
final class Chunks {

    private static final String SELECT =
            "SELECT c.namespace, c.table_schema, c.table_name, c.range_kind, c.range_start,"
                    + " c.range_end, c.state, c.dropped_at, c.failures, c.failure_category, c.failure_message, c.failure_hint,"
                    + " c.restored_columns, c.restored_digest, c.restored_storage, c.edit_kind, c.edit_fingerprint,"
                    + " c.failure_settings, c.failed_at, c.retry_after, c.retry_after <= clock_timestamp() AS retry_due, p.generation,"
                    + " p.manifest_key, p.rows, p.bytes_archived, p.bytes_before, p.digest, p.fingerprint, p.supersedes,"
                    + " p.archived_at"
                    + " FROM (SELECT * FROM firn.chunk WHERE %s) c"
                    + " LEFT JOIN firn.copy p ON (p.namespace, p.table_schema, p.table_name, p.range_start, p.range_end)"
                    + " = (c.namespace, c.table_schema, c.table_name, c.range_start, c.range_end) AND p.superseded_by IS NULL"
                    + " ORDER BY c.range_start, c.range_end, p.generation";

    private static final String ALL_OF_TABLE =
            SELECT.formatted("namespace = ? AND table_schema = ? AND table_name = ?");
    private static final String ONE = SELECT.formatted(ChunkKey.MATCHES);

    private final Transactions transactions;

    Chunks(Transactions transactions) {
        this.transactions = transactions;
    }

    List<ChunkRow> all(String namespace, TableName table) {
        return transactions.run(
                namespace + "/" + table,
                "listing its chunks in the catalogue",
                connection -> read(connection, ALL_OF_TABLE, namespace, table.schema(), table.name()));
    }

    Optional<ChunkRow> find(ChunkKey key) {
        return transactions.run(key, "reading it in the catalogue", connection -> find(connection, key));
    }

    static Optional<ChunkRow> find(Connection connection, ChunkKey key) throws SQLException {
        return read(connection, ONE, key.values()).stream().findFirst();
    }

    /** Makes the chunk known; one that is known already keeps its state. */
    static void ensureKnown(Connection connection, ChunkKey key) throws SQLException {
        TimeRange range = key.range();
        Sql.update(
                connection,
                "INSERT INTO firn.chunk (namespace, table_schema, table_name, range_start, range_end, range_kind,"
                        + " range_text, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                key.values(range.kind().catalogueName(), range.toString(), ChunkState.COPYING.stored()));
    }

    /** Sets the state of a known chunk, which is a success: earlier failures and edits are forgotten. */
    static void setState(Connection connection, ChunkKey key, ChunkState state) throws SQLException {
        Sql.update(
                connection,
                "UPDATE firn.chunk SET state = ?, dropped_at = CASE WHEN ? THEN clock_timestamp()"
                        + " WHEN ? THEN coalesce(dropped_at, clock_timestamp()) ELSE dropped_at END,"
                        + " restored_columns = NULL, restored_digest = NULL, restored_storage = NULL, " + Edits.CLEAR
                        + ", "
                        + Failures.CLEAR
                        + " WHERE "
                        + ChunkKey.MATCHES,
                Sql.join(
                        new Object[] {state.stored(), state == ChunkState.DROPPED, state == ChunkState.EXPIRED},
                        key.values()));
        if (state != ChunkState.RESTORED) {
            PlacedRows.forget(connection, key);
        }
    }

    /** Where the range lies, and that it came back, stands. */
    static void forgetLoaded(Connection connection, ChunkKey key) throws SQLException {
        Sql.update(
                connection,
                "UPDATE firn.chunk SET restored_columns = NULL, restored_digest = NULL WHERE " + ChunkKey.MATCHES,
                key.values());
    }

    private static List<ChunkRow> read(Connection connection, String sql, Object... values) throws SQLException {
        List<ChunkRow> chunks = new ArrayList<>();
        for (ChunkRow next : Sql.list(connection, Chunks::row, sql, values)) {
            int last = chunks.size() - 1;
            if (last >= 0 && chunks.get(last).key().equals(next.key())) {
                chunks.set(last, withCopies(chunks.get(last), next.copies()));
            } else {
                chunks.add(next);
            }
        }
        return List.copyOf(chunks);
    }

    private static ChunkRow withCopies(ChunkRow chunk, List<ArchivedChunk> more) {
        List<ArchivedChunk> copies = new ArrayList<>(chunk.copies());
        copies.addAll(more);
        return new ChunkRow(
                chunk.key(),
                chunk.state(),
                copies,
                chunk.droppedAt(),
                chunk.failure(),
                chunk.loadedAs(),
                chunk.storage(),
                chunk.edit());
    }

    private static ChunkRow row(ResultSet row) throws SQLException {
        TableName table = new TableName(row.getString("table_schema"), row.getString("table_name"));
        ChunkKey key = new ChunkKey(row.getString("namespace"), table, Sql.range(row));
        return new ChunkRow(
                key,
                ChunkState.fromStored(row.getString("state")),
                row.getString("manifest_key") == null ? List.of() : List.of(copy(key, row)),
                Sql.optionalInstant(row, "dropped_at"),
                row.getInt("failures") == 0 ? Optional.empty() : Optional.of(failure(row)),
                row.getString("restored_digest") == null
                        ? Optional.empty()
                        : Optional.of(new ChunkRow.LoadedAs(
                                Sql.texts(row, "restored_columns"), row.getString("restored_digest"))),
                Optional.ofNullable(row.getString("restored_storage")),
                Edits.read(row));
    }

    private static ArchivedChunk copy(ChunkKey key, ResultSet row) throws SQLException {
        return new ArchivedChunk(
                key,
                row.getInt("generation"),
                row.getString("manifest_key"),
                Sql.texts(row, "supersedes"),
                row.getLong("rows"),
                row.getLong("bytes_archived"),
                Sql.optionalLong(row, "bytes_before"),
                row.getString("digest"),
                row.getString("fingerprint"),
                Sql.instant(row, "archived_at"));
    }

    private static ChunkRow.Failure failure(ResultSet row) throws SQLException {
        Instant failedAt = Sql.instant(row, "failed_at");
        return new ChunkRow.Failure(
                row.getInt("failures"),
                Category.valueOf(row.getString("failure_category")),
                row.getString("failure_message"),
                row.getString("failure_hint"),
                failedAt,
                Sql.instant(row, "retry_after"),
                row.getBoolean("retry_due"),
                Optional.ofNullable(row.getString("failure_settings")));
    }
}
