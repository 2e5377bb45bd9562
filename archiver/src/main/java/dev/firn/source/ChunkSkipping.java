package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * TimescaleDB's statistics of what values a chunk has in some columns. A chunk without them is taken for one that has
 * none of the rows asked for, and they are made when it is compressed, in a session that has the feature on.
 *
 * @param columns that have statistics; none where the table's chunks are not skipped
 */
record ChunkSkipping(Connection connection, Table table, List<String> columns) {

    private static final String IS_THERE =
            "SELECT to_regclass('_timescaledb_catalog.chunk_column_stats') IS NOT NULL AND EXISTS (SELECT FROM pg_settings WHERE name = 'timescaledb.enable_chunk_skipping')";

    private static final String COLUMNS =
            "SELECT DISTINCT column_name FROM _timescaledb_catalog.chunk_column_stats WHERE hypertable_id = ? ORDER BY 1";

    private static final String OF_CHUNK =
            """
            SELECT count(DISTINCT column_name) FROM _timescaledb_catalog.chunk_column_stats
            WHERE hypertable_id = ? AND chunk_id = _timescaledb_functions.chunk_id_from_relid(?::regclass)""";

    static ChunkSkipping of(Connection connection, Table table) throws SQLException {
        boolean isThere = Query.one(connection, IS_THERE, row -> row.getBoolean(1));
        List<String> columns = isThere ? Query.texts(connection, COLUMNS, table.hypertableId()) : List.of();
        return new ChunkSkipping(connection, table, columns);
    }

    void requireNone(ReadyChunk ready) {
        if (!columns.isEmpty()) {
            throw new FirnException(
                    Category.REFUSED,
                    ready.toString(),
                    "chunks of this table are skipped by %s, and queries would miss the rows of one that is not compressed; nothing was attached"
                            .formatted(String.join(", ", columns)),
                    "load it compressed, or SELECT disable_chunk_skipping('%s', '%s')"
                            .formatted(table.name(), columns.get(0)));
        }
    }

    /** For this transaction. */
    void switchOn() throws SQLException {
        if (!columns.isEmpty()) {
            Query.execute(connection, "SET LOCAL timescaledb.enable_chunk_skipping = on");
        }
    }

    void requireStatistics(ReadyChunk ready, TableName relation) throws SQLException {
        if (columns.isEmpty()) {
            return;
        }
        int made = Query.one(connection, OF_CHUNK, row -> row.getInt(1), table.hypertableId(), relation.quoted());
        if (made != columns.size()) {
            throw new FirnException(
                    Category.DATA,
                    ready.toString(),
                    "compressing it has made statistics of %d columns of the %d by which chunks are skipped, and queries would miss its rows; the transaction is not committed"
                            .formatted(made, columns.size()),
                    "SELECT disable_chunk_skipping('%s', '%s'), and report this with the version of TimescaleDB"
                            .formatted(table.name(), columns.get(0)));
        }
    }
}
