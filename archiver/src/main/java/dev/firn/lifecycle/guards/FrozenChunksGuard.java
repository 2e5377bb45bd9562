package dev.firn.lifecycle.guards;

import dev.firn.config.GuardName;
import dev.firn.source.Chunk;
import dev.firn.source.ChunkSource;
import dev.firn.source.Table;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Somebody froze the chunk to keep it as it is; DROP TABLE would not care. */
record FrozenChunksGuard() implements Guard {

    @Override
    public GuardName name() {
        return GuardName.FROZEN_CHUNKS;
    }

    @Override
    public Optional<Objection> objection(Connection connection, ChunkSource source, Table table, Chunk chunk)
            throws SQLException {
        return source.chunkAt(connection, table, chunk.range())
                .filter(Chunk::frozen)
                .map(frozen -> new Objection(
                        name(),
                        Objection.Ends.BY_A_PERSON,
                        "the chunk is frozen, which somebody did to keep it",
                        "SELECT _timescaledb_functions.unfreeze_chunk('%s') lets Firn drop it"
                                .formatted(frozen.relation().quoted())));
    }
}
