package dev.firn.source;

import dev.firn.TimeRange;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The chunks of a sibling that is a hypertable, like its original; there are none of another. */
record SiblingChunks(Connection connection, ChunkSource source, SiblingTable sibling) {

    /** Rows are taken out of chunks that are not compressed: of compressed ones versions differ in what they allow. */
    void decompress(TimeRange part) throws SQLException {
        for (Chunk chunk : overlapping(part)) {
            if (chunk.compressed()) {
                call("decompress_chunk", chunk);
            }
        }
    }

    void compress(TimeRange part) throws SQLException {
        for (Chunk chunk : overlapping(part)) {
            if (!chunk.compressed()) {
                call("compress_chunk", chunk);
            }
        }
    }

    private Iterable<Chunk> overlapping(TimeRange part) throws SQLException {
        if (sibling.original().hypertableId() == 0
                || sibling.original().compression().isEmpty()) {
            return List.of();
        }
        Table own = source.table(connection, sibling.name());
        return source.chunks(connection, own).stream()
                .filter(chunk -> chunk.range().overlaps(part))
                .toList();
    }

    private void call(String function, Chunk chunk) throws SQLException {
        Query.text(
                connection,
                "SELECT %s.%s(?::regclass)".formatted(ExtensionSchema.quoted(connection), function),
                chunk.relation().quoted());
    }
}
