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

/** Policies of one partition protect its rows from whoever reads it by name; no manifest keeps them. */
record RowLevelSecurityGuard() implements Guard {

    @Override
    public GuardName name() {
        return GuardName.ROW_LEVEL_SECURITY;
    }

    @Override
    public Optional<Objection> objection(Connection connection, ChunkSource source, Table table, Chunk chunk)
            throws SQLException {
        List<String> policies = DropHazards.ownPolicies(connection, chunk);
        return policies.isEmpty()
                ? Optional.empty()
                : Optional.of(new Objection(
                        name(),
                        Objection.Ends.BY_A_PERSON,
                        "row-level security of %s itself (%s) would go with it, and what is restored would be without"
                                .formatted(chunk.relation(), String.join(", ", policies)),
                        "have the policies on the table itself, or set guards.%s = off".formatted(name())));
    }
}
