package dev.firn.source;

import dev.firn.source.Chunk.Twin;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts a fingerprint together, of the chunk as it is found now and not as somebody remembers it. */
final class FingerprintReader {

    private FingerprintReader() {}

    static Fingerprint read(Connection connection, ChunkSource source, Table table, Chunk known) throws SQLException {
        Chunk chunk = requireSame(connection, source, table, known);
        List<Long> relations = new ArrayList<>(List.of(table.oid(), chunk.oid()));
        chunk.twin().ifPresent(twin -> relations.add(twin.oid()));
        Tuples.Sum heap = Tuples.sum(connection, chunk.relation());
        Tuples.Sum twin = chunk.twin().isEmpty()
                ? Tuples.Sum.NONE
                : Tuples.sum(connection, chunk.twin().get().relation());
        return new Fingerprint(
                Tuples.server(connection, chunk.toString()),
                identity(table, chunk),
                Tuples.columns(connection, relations),
                heap.rows(),
                heap.sum(),
                twin.rows(),
                twin.sum());
    }

    private static String identity(Table table, Chunk chunk) {
        return "table %d, hypertable %d, slice [%d, %d), chunk %d %s, twin %d %s, status %d"
                .formatted(
                        table.oid(),
                        table.hypertableId(),
                        chunk.range().start(),
                        chunk.range().end(),
                        chunk.oid(),
                        chunk.relation(),
                        chunk.twin().map(Twin::oid).orElse(0L),
                        chunk.twin().map(twin -> twin.relation().toString()).orElse("none"),
                        chunk.status());
    }

    /** The chunk looked up afresh; busy when another relation has taken its place since. */
    static Chunk requireSame(Connection connection, ChunkSource source, Table table, Chunk known) throws SQLException {
        Optional<Chunk> found = source.chunkAt(connection, table, known.range());
        if (found.isEmpty() || found.get().oid() != known.oid()) {
            throw new ChunkBusyException(
                    known.toString(),
                    "looking it up again: %s is no longer this chunk; nothing was changed".formatted(known.relation()),
                    null);
        }
        return found.get();
    }
}
