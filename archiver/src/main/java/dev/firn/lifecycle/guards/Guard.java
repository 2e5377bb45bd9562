package dev.firn.lifecycle.guards;

import dev.firn.config.GuardName;
import dev.firn.source.Chunk;
import dev.firn.source.ChunkSource;
import dev.firn.source.Table;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * One way in which dropping a chunk changes more than where its rows are. Holds no state: what stood when the work was
 * planned says nothing of the moment under the lock, so each call looks anew, in statements of its own.
 */
sealed interface Guard
        permits ContinuousAggregatesGuard,
                ForeignKeysGuard,
                FrozenChunksGuard,
                PolicyJobsGuard,
                PublicationsGuard,
                RowLevelSecurityGuard {

    GuardName name();

    /** Why the chunk must stay; nothing where it may go. */
    Optional<Objection> objection(Connection connection, ChunkSource source, Table table, Chunk chunk)
            throws SQLException;
}
