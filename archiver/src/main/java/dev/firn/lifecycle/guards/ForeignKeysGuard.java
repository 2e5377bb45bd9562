package dev.firn.lifecycle.guards;

import dev.firn.config.GuardName;
import dev.firn.source.Chunk;
import dev.firn.source.ChunkSource;
import dev.firn.source.DropHazards;
import dev.firn.source.Table;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Keys of other tables to this one. Most ways of dropping fail on them, but {@code drop_chunk} of TimescaleDB 2.25 goes
 * through and leaves rows that refer to nothing. Keys from this table are no reason: their tables are locked first.
 */
record ForeignKeysGuard() implements Guard {

    @Override
    public GuardName name() {
        return GuardName.FOREIGN_KEYS;
    }

    @Override
    public Optional<Objection> objection(Connection connection, ChunkSource source, Table table, Chunk chunk)
            throws SQLException {
        return DropHazards.incomingKey(connection, table, chunk)
                .map(key -> new Objection(
                        name(),
                        Objection.Ends.BY_A_PERSON,
                        "foreign key " + key + " refers to this table, and its rows would refer to nothing",
                        "archive without dropping (drop-after = never), or remove the constraint"));
    }
}
