package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.StreamHead;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.OptionalLong;

/**
 * Where each stream of a chunk ends. Taken from the rows, and once more from the chunk's own books where those tell (the
 * least and the greatest of each batch stand beside it): a setting can make a SELECT skip compressed rows, and a head that
 * is too low gives a position away twice. Both must agree, and the rows must be as many as the books say.
 */
public final class ChunkHeads {

    private static final int FETCHED_AT_ONCE = 5_000;

    /** Takes heads one after the other, ordered by stream. */
    @FunctionalInterface
    public interface Taker {
        void take(StreamHead head) throws SQLException;
    }

    private final Connection snapshot;
    private final ChunkSource source;
    private final Table table;
    private final Chunk chunk;
    private final HeadColumns columns;

    /** @param snapshot a transaction that sees the chunk as one moment had it */
    public ChunkHeads(Connection snapshot, ChunkSource source, Table table, Chunk chunk, HeadColumns columns) {
        this.snapshot = snapshot;
        this.source = source;
        this.table = table;
        this.chunk = chunk;
        this.columns = columns;
    }

    /**
     * Gives each stream's head, bounded in memory.
     *
     * @throws FirnException of category DATA when rows and books disagree
     */
    public void read(Taker taker) throws SQLException {
        source.requireWholeReads(snapshot, table);
        BatchBooks books = BatchBooks.of(snapshot, chunk, columns);
        long rows = 0;
        try (PreparedStatement statement = snapshot.prepareStatement(sql(books))) {
            statement.setFetchSize(FETCHED_AT_ONCE);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    rows += found.getLong("row_count");
                    requireAgreement(found, books);
                    if (found.getString("stream") != null && found.getObject("position") != null) {
                        taker.take(head(found));
                    }
                }
            }
        }
        requireWhole(rows);
    }

    private String sql(BatchBooks books) {
        String rows = source.selectRows(
                table,
                chunk,
                java.util.List.of(
                        columns.streamText() + " AS stream",
                        columns.positionNumber() + " AS position",
                        columns.globalNumber() + " AS global"));
        // MATERIALIZED: some versions take the rows of a partly compressed chunk for sorted, which they are not, and
        // then
        // GROUP BY yields a stream twice (seen in 2.13.1 and 2.17.2).
        return """
                WITH each_row AS MATERIALIZED (%s), by_rows AS (
                  SELECT stream, max(position) AS position, min(global) AS first_global, max(global) AS last_global,
                         count(*) AS row_count
                  FROM each_row GROUP BY stream
                ), by_books AS (
                  SELECT stream, max(position) AS book_position, max(last_global) AS book_global
                  FROM (%s) AS part GROUP BY stream
                )
                SELECT coalesce(r.stream, b.stream) AS stream, r.position, r.first_global, r.last_global,
                       coalesce(r.row_count, 0) AS row_count, b.book_position, b.book_global
                FROM by_rows r FULL JOIN by_books b ON b.stream = r.stream
                ORDER BY coalesce(r.stream, b.stream) COLLATE "C\""""
                .formatted(rows, books.select());
    }

    private static StreamHead head(ResultSet found) throws SQLException {
        return new StreamHead(
                found.getString("stream"),
                found.getLong("position"),
                number(found, "first_global"),
                number(found, "last_global"));
    }

    private static OptionalLong number(ResultSet found, String column) throws SQLException {
        long value = found.getLong(column);
        return found.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private void requireAgreement(ResultSet found, BatchBooks books) throws SQLException {
        if (books.tell() && found.getString("stream") != null) {
            OptionalLong position = number(found, "position");
            OptionalLong global = number(found, "last_global");
            if (!position.equals(number(found, "book_position")) || !global.equals(number(found, "book_global"))) {
                throw damaged("the rows of stream '%s' end at %s (%s of all), its batches say %s (%s)"
                        .formatted(
                                found.getString("stream"),
                                show(position),
                                show(global),
                                show(number(found, "book_position")),
                                show(number(found, "book_global"))));
            }
        }
    }

    private static String show(OptionalLong number) {
        return number.isPresent() ? Long.toString(number.getAsLong()) : "nothing";
    }

    private void requireWhole(long rows) throws SQLException {
        long counted = source.countRows(snapshot, chunk);
        if (rows != counted) {
            throw damaged(
                    "SELECT gave %d rows, its heap and the metadata of its batches say %d".formatted(rows, counted));
        }
    }

    private FirnException damaged(String what) {
        return new FirnException(
                Category.DATA,
                chunk.toString(),
                "reading where its streams end: " + what + "; it was not dropped",
                "this database does not read its compressed chunk whole: look for unusual timescaledb settings or an"
                        + " unfinished upgrade; decompressing and compressing the chunk makes its metadata anew");
    }
}
