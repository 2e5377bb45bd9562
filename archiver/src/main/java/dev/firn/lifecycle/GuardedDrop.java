package dev.firn.lifecycle;

import dev.firn.TimeRange;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.ChunkState;
import dev.firn.lifecycle.guards.AggregateRefresh;
import dev.firn.lifecycle.guards.Objection;
import dev.firn.lifecycle.guards.Scene;
import dev.firn.source.Chunk;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Asks the guards before a drop is begun, and does what the configuration lets Firn do about what they say. */
final class GuardedDrop {

    private final TableWork table;

    GuardedDrop(TableWork table) {
        this.table = table;
    }

    /**
     * Whether a pass brings aggregates up to date itself. It does for what came back: their policies seldom reach back as far,
     * and edits of it would else keep the chunk for good.
     */
    static boolean refreshes(TableWork table, Optional<ChunkRow> row) {
        return table.config().guards().refreshFirst()
                || row.filter(GuardedDrop::cameBack).isPresent();
    }

    /** Also where it was edited and archived anew; but not where all that is there are rows that came after the drop. */
    private static boolean cameBack(ChunkRow row) {
        return row.state() == ChunkState.RESTORED
                || (row.state() == ChunkState.ARCHIVED
                        && row.droppedAt().isPresent()
                        && row.copies().size() == 1);
    }

    /** What still stands against the drop. */
    Optional<Objection> objection(Chunk chunk) {
        try (Connection connection = table.connections().getConnection()) {
            Optional<Objection> objection = table.guards().objection(connection, chunk);
            if (objection.isEmpty()
                    || objection.get().ends() != Objection.Ends.BY_REFRESH
                    || !refreshes(table, table.catalog().chunk(table.key(chunk.range())))) {
                return objection;
            }
            new AggregateRefresh(connection, table.table()).bringUpToDate(chunk, gone(connection));
            return table.guards().objection(connection, chunk);
        } catch (SQLException e) {
            throw table.failure(chunk.range(), "asking its guards; it was not dropped", e);
        }
    }

    private List<TimeRange> gone(Connection connection) throws SQLException {
        return Scene.gone(
                table.source().chunks(connection, table.table()),
                table.catalog().chunks(table.namespace(), table.table().name()),
                table.archive().live(),
                table.expired());
    }
}
