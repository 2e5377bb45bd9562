package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeRange;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A table beside an archived one that holds rows out of its archive: as many as somebody asked for. It is nobody's original
 * and is never archived; what it holds of a range, under a filter, is replaced whenever that is loaded again.
 *
 * @param original what it is like
 * @param name its own name
 */
public record SiblingTable(ChunkSource source, Table original, TableName name) {

    /**
     * Replaces what the sibling holds of a part of time, as far as it meets the filter, by the rows staged that do. Answers
     * how many came of each staging.
     *
     * @param compress whether its chunks there are compressed afterwards, if its original's are
     * @param laterWins which of two rows with one key stays, by the order of their staging; nobody has said for null
     */
    public List<Long> replace(
            Connection connection,
            TimeRange part,
            RowFilter filter,
            List<StagedRows> staged,
            boolean compress,
            Boolean laterWins)
            throws SQLException {
        if (connection.getAutoCommit()) {
            throw new IllegalStateException("loading into a table needs a transaction");
        }
        Query.execute(connection, "SET LOCAL lock_timeout = '30s'");
        // One after the other: what one load has written, the next one has to see to replace it.
        Query.execute(connection, "LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE".formatted(name.quoted()));
        SiblingChunks chunks = new SiblingChunks(connection, source, this);
        chunks.decompress(part);
        String condition = Bounds.of(connection, original, part).condition() + " AND " + filter.condition();
        Long[] counts = new Long[staged.size()];
        long unused = PinnedFormats.ofValuesDuring(connection, () -> {
            Object[] values = filter.values().toArray();
            long deleted =
                    Query.update(connection, "DELETE FROM %s WHERE %s".formatted(name.quoted(), condition), values);
            for (int i = 0; i < counts.length; i++) {
                int next = Boolean.TRUE.equals(laterWins) ? counts.length - 1 - i : i;
                counts[next] = insert(connection, staged.get(next), condition, values, laterWins != null);
            }
            return deleted;
        });
        if (compress) {
            chunks.compress(part);
        }
        return List.of(counts);
    }

    private long insert(Connection connection, StagedRows rows, String condition, Object[] values, boolean firstStays)
            throws SQLException {
        String names = StagingTables.assignable(original);
        String sql = "INSERT INTO %s (%s) SELECT %s FROM ONLY %s WHERE %s%s"
                .formatted(
                        name.quoted(),
                        names,
                        names,
                        rows.relation().quoted(),
                        condition,
                        firstStays ? " ON CONFLICT DO NOTHING" : "");
        try {
            return Query.update(connection, sql, values);
        } catch (SQLException e) {
            if ("23505".equals(e.getSQLState())) {
                throw new FirnException(
                        Category.REFUSED,
                        name + " " + rows.range(),
                        "loading archived rows: two of them have one key, since a row was written again after it had been"
                                + " dropped (%s); nothing of the range was changed"
                                        .formatted(e.getMessage()
                                                .lines()
                                                .findFirst()
                                                .orElse("")),
                        "--on-conflict keep-live keeps the one archived first, keep-archived the one archived last",
                        e);
            }
            throw e;
        }
    }

    /** Columns that the original has and this one lacks, or has in another type. */
    List<String> differences(Connection connection) throws SQLException {
        String columns =
                """
                SELECT attname || ' ' || format_type(atttypid, atttypmod) FROM pg_attribute
                WHERE attrelid = ?::regclass AND attnum > 0 AND NOT attisdropped""";
        List<String> differing =
                new ArrayList<>(Query.texts(connection, columns, original.name().quoted()));
        differing.removeAll(Query.texts(connection, columns, name.quoted()));
        return differing;
    }

    @Override
    public String toString() {
        return name.toString();
    }
}
