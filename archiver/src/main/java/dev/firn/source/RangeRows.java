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
 * The rows of a range as they lie in chunks of other bounds, in the one snapshot in which they are counted here and are then
 * to be read. What of a chunk is not of the range is counted too: both together must be what the chunk's own books say.
 */
public final class RangeRows {

    private final ChunkSource source;
    private final Table table;
    private final List<Part> parts;

    /**
     * What one chunk has of them.
     *
     * @param condition empty where all of its rows are of the range
     */
    public record Part(Chunk chunk, long rows, String condition) {}

    private RangeRows(ChunkSource source, Table table, List<Part> parts) {
        this.source = source;
        this.table = table;
        this.parts = List.copyOf(parts);
    }

    /**
     * Counts them.
     *
     * @param chunks all that lie over the range in this snapshot
     */
    public static RangeRows count(
            Connection connection, ChunkSource source, Table table, TimeRange range, List<Chunk> chunks)
            throws SQLException {
        String condition = " WHERE " + Bounds.of(connection, table, range).condition();
        List<Part> parts = new ArrayList<>();
        for (Chunk chunk : chunks) {
            long booked = source.countRows(connection, chunk);
            boolean whole =
                    range.start() <= chunk.range().start() && chunk.range().end() <= range.end();
            parts.add(
                    whole
                            ? new Part(chunk, booked, "")
                            : new Part(
                                    chunk, countPart(connection, source, table, chunk, condition, booked), condition));
        }
        return new RangeRows(source, table, parts);
    }

    private static long countPart(
            Connection connection, ChunkSource source, Table table, Chunk chunk, String condition, long booked)
            throws SQLException {
        String all = source.selectRows(table, chunk, List.of(TableName.quote(table.timeColumn())));
        long[] counted = Query.one(
                connection, "SELECT count(*) FILTER (%s), count(*) FROM (%s) firn".formatted(condition, all), row ->
                        new long[] {row.getLong(1), row.getLong(2)});
        if (counted[1] != booked) {
            throw new FirnException(
                    Category.DATA,
                    chunk.toString(),
                    "counting archived rows in it: SELECT gave %d rows, its heap and the metadata of its batches say %d;"
                                    .formatted(counted[1], booked)
                            + " nothing was archived and nothing dropped",
                    "if it was compressed or changed just then, the next run reads it whole; else compare `SELECT count(*)` of"
                            + " the chunk in a fresh session, and look for unusual timescaledb settings or an unfinished"
                            + " upgrade");
        }
        return counted[0];
    }

    public List<Part> parts() {
        return parts;
    }

    public long rows() {
        return parts.stream().mapToLong(Part::rows).sum();
    }

    /** {@code SELECT} texts that yield them: one for each chunk, since a UNION of them may read compressed chunks in part. */
    public List<String> selects(List<String> selectList) {
        return parts.stream()
                .map(part -> source.selectRows(table, part.chunk(), selectList) + part.condition())
                .toList();
    }
}
