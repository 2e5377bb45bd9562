package dev.firn.lifecycle.guards;

import dev.firn.config.GuardName;
import dev.firn.source.Chunk;
import dev.firn.source.DropHazards;
import java.sql.SQLException;
import java.util.List;

/**
 * A crash empties unlogged chunks. No reason not to copy one, and none not to drop what was proven equal to its copy; a
 * server that has crashed is another one to a fingerprint, so that an emptied chunk is never taken for a changed one.
 */
record UnloggedTablesWatch() implements Watch {

    @Override
    public GuardName name() {
        return GuardName.UNLOGGED_TABLES;
    }

    @Override
    public List<Alarm> alarms(Scene scene) throws SQLException {
        int unlogged = 0;
        for (Chunk chunk : scene.chunks()) {
            unlogged += DropHazards.isUnlogged(scene.connection(), chunk) ? 1 : 0;
        }
        return unlogged == 0
                ? List.of()
                : List.of(Alarm.warning(
                        name(),
                        "%d of its %d chunks are unlogged: a crash of the server empties them, and what has no copy is lost"
                                .formatted(unlogged, scene.chunks().size()),
                        "ALTER TABLE … SET LOGGED, or a short archive-after"));
    }
}
