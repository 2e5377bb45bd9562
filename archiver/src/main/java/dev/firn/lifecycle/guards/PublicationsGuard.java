package dev.firn.lifecycle.guards;

import dev.firn.config.GuardName;
import dev.firn.source.Chunk;
import dev.firn.source.ChunkSource;
import dev.firn.source.DropHazards;
import dev.firn.source.Table;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * A drop is not replicated, and a publication of the table, of its schema or of all tables takes in what is restored. One
 * that names the chunk itself forgets it with the drop.
 */
record PublicationsGuard() implements Guard {

    @Override
    public GuardName name() {
        return GuardName.PUBLICATIONS;
    }

    @Override
    public Optional<Objection> objection(Connection connection, ChunkSource source, Table table, Chunk chunk)
            throws SQLException {
        List<String> publications = DropHazards.ownPublications(connection, chunk);
        return publications.isEmpty()
                ? Optional.empty()
                : Optional.of(new Objection(
                        name(),
                        Objection.Ends.BY_A_PERSON,
                        "%s itself is part of publication %s and would leave it; what is restored would not be published"
                                .formatted(chunk.relation(), String.join(", ", publications)),
                        "publish %s instead, or set guards.%s = off".formatted(instead(table), name())));
    }

    /** A publication FOR TABLE of a hypertable is one of the chunks that it had at that moment, and of none since. */
    private static String instead(Table table) {
        return table.hypertableId() == 0 ? "the table" : "all tables, or the schema that its chunks are in,";
    }
}
