package dev.firn.lifecycle;

import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.ChunkState;
import dev.firn.lifecycle.guards.AggregateRefresh;
import dev.firn.lifecycle.guards.Objection;
import dev.firn.source.Chunk;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Asks the guards before a drop is begun, and does what the configuration lets Firn do about what they say. */
final class GuardedDrop {

    private final TableWork table;

    GuardedDrop(TableWork table) {
        this.table = table;
    }

    /** What still stands against the drop. */
    Optional<Objection> objection(Chunk chunk) {
        try (Connection connection = table.connections().getConnection()) {
            Optional<Objection> objection = table.guards().objection(connection, chunk);
            if (objection.isEmpty()
                    || objection.get().ends() != Objection.Ends.BY_REFRESH
                    || !table.config().guards().refreshFirst()) {
                return objection;
            }
            new AggregateRefresh(connection, table.table()).bringUpToDate(chunk, gone(connection));
            return table.guards().objection(connection, chunk);
        } catch (SQLException e) {
            throw table.failure(chunk.range(), "asking its guards; it was not dropped", e);
        }
    }

    /**
     * Archived ranges of which not all rows are in the database: a refresh there would compute from what is left. That is
     * so where the chunk is gone, and where what is there came after it went.
     */
    private List<TimeRange> gone(Connection connection) throws SQLException {
        Set<TimeRange> whole = new HashSet<>();
        table.source().chunks(connection, table.table()).forEach(chunk -> whole.add(chunk.range()));
        for (ChunkRow row :
                table.catalog().chunks(table.namespace(), table.table().name())) {
            if (row.state() == ChunkState.DROPPED) {
                whole.remove(row.key().range());
            }
        }
        List<TimeRange> gone = new ArrayList<>();
        Set<TimeRange> seen = new HashSet<>();
        for (Manifest manifest : table.archive().live()) {
            boolean oneOfSeveral = !seen.add(manifest.range());
            if (oneOfSeveral || !whole.contains(manifest.range())) {
                gone.add(manifest.range());
            }
        }
        return gone;
    }
}
