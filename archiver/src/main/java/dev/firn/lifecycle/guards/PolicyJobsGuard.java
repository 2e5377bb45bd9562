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
 * A job that works on the chunk holds its lock for as long as it takes. Asking for it meanwhile gets nothing, makes
 * writers queue, and may end the job with "deadlock detected".
 */
record PolicyJobsGuard() implements Guard {

    @Override
    public GuardName name() {
        return GuardName.POLICY_JOBS;
    }

    @Override
    public Optional<Objection> objection(Connection connection, ChunkSource source, Table table, Chunk chunk)
            throws SQLException {
        return DropHazards.worker(connection, chunk)
                .map(worker -> new Objection(
                        name(),
                        Objection.Ends.BY_ITSELF,
                        worker + ", and is waited for",
                        "nothing to do: the next run drops the chunk"));
    }
}
