package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Finds staged rows again in a chunk: each equal in all columns that the table has now, byte for byte, whether there is a
 * unique key or not. Where one row is there several times, as many are found as were staged.
 */
final class RowFinder {

    private final Connection connection;
    private final StagedRows rows;
    private final String staged;
    private final String condition;

    /** @param condition which staged rows and which rows of the chunk are looked at */
    RowFinder(Connection connection, StagedRows rows, String condition) {
        this.connection = connection;
        this.rows = rows;
        this.staged = "ONLY " + rows.relation().quoted();
        this.condition = condition;
    }

    Found find(Chunk chunk) throws SQLException {
        String sql =
                """
                WITH s AS (%s), l AS (%s)
                SELECT (SELECT count(*) FROM s), (SELECT count(*) FROM l), (SELECT count(*) FROM s JOIN l ON %s)"""
                        .formatted(select(staged, "1"), select(chunk.relation().quoted(), "1"), RowHash.same("s", "l"));
        return PinnedFormats.during(
                connection,
                () -> Query.one(connection, sql, row -> new Found(row.getLong(1), row.getLong(2), row.getLong(3))));
    }

    List<Long> missing(Chunk chunk) throws SQLException {
        String sql = "WITH s AS (%s), l AS (%s) SELECT s.hash FROM s WHERE NOT EXISTS (SELECT FROM l WHERE %s) LIMIT %d"
                .formatted(
                        select(staged, "1"),
                        select(chunk.relation().quoted(), "1"),
                        RowHash.same("s", "l"),
                        LeftOut.MOST + 1);
        List<Long> missing = PinnedFormats.during(connection, () -> Query.list(connection, sql, row -> row.getLong(1)));
        if (missing.size() > LeftOut.MOST) {
            throw new FirnException(
                    Category.REFUSED,
                    chunk.toString(),
                    "looking for archived rows in it: some are there, and more than %d are not; nothing was changed"
                            .formatted(LeftOut.MOST),
                    "compare it with the archive (`rehydrate cat`), and delete from it what is archived");
        }
        return missing;
    }

    /** By each of the table's unique keys; none where it has none. */
    long countDifferent(Chunk chunk) throws SQLException {
        List<String> image = List.of(RowHash.image(rows.table(), "") + " AS image");
        long different = 0;
        for (UniqueKey key : UniqueKey.of(connection, rows.table())) {
            String sql =
                    "SELECT count(*) FROM (%s) s JOIN (%s) l ON %s WHERE NOT pg_catalog.record_image_eq(s.image, l.image)"
                            .formatted(
                                    key.select(staged, condition, image),
                                    key.select(chunk.relation().quoted(), condition, image),
                                    key.match("s", "l"));
            different += PinnedFormats.during(connection, () -> Query.one(connection, sql, row -> row.getLong(1)));
        }
        return different;
    }

    /** The chunk is not compressed, or not any more: its rows have places. */
    long take(Chunk chunk) throws SQLException {
        String relation = "ONLY " + chunk.relation().quoted();
        String sql =
                """
                WITH s AS (%s), l AS (%s), met AS (SELECT l.place FROM s JOIN l ON %s)
                DELETE FROM %s AS firn USING met WHERE firn.ctid = met.place"""
                        .formatted(
                                select(staged, "1"),
                                select(relation, "ctid AS place"),
                                RowHash.same("s", "l"),
                                relation);
        return PinnedFormats.during(connection, () -> Query.update(connection, sql));
    }

    List<Long> leaveOut(List<Long> hashes) throws SQLException {
        if (hashes.isEmpty()) {
            return List.of();
        }
        String listed = hashes.stream().map(Object::toString).collect(Collectors.joining(",", "{", "}"));
        String sql =
                """
                WITH s AS (%s),
                     listed AS (SELECT hash, count(*) AS times FROM unnest('%s'::bigint[]) hash GROUP BY hash),
                     met AS (SELECT s.place, s.hash FROM s JOIN listed USING (hash) WHERE s.nth <= listed.times)
                DELETE FROM %s AS firn USING met WHERE firn.ctid = met.place RETURNING met.hash"""
                        .formatted(select(staged, "ctid AS place"), listed, staged);
        return PinnedFormats.during(connection, () -> Query.list(connection, sql, row -> row.getLong(1)));
    }

    private String select(String relation, String more) {
        return RowHash.select(rows.table(), relation, condition, more);
    }
}
