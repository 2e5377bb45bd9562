package dev.firn.lifecycle.guards;

import dev.firn.TimeRange;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.ChunkState;
import dev.firn.config.GuardName;
import java.util.ArrayList;
import java.util.List;

/** Chunks that the catalogue knows and that are gone, though no audit record tells of a drop. */
record VanishedChunksWatch() implements Watch {

    private static final String HINT =
            "look for who drops chunks here: a retention policy, a script, a person; a backup may have what is lost";

    @Override
    public GuardName name() {
        return GuardName.VANISHED_CHUNKS;
    }

    @Override
    public List<Alarm> alarms(Scene scene) {
        List<Alarm> alarms = new ArrayList<>();
        for (ChunkRow row : scene.rows()) {
            TimeRange range = row.key().range();
            boolean vanished = row.state() != ChunkState.EXPIRED
                    && (row.state() != ChunkState.DROPPED || scene.foundGone().contains(range));
            if (vanished && !scene.isInDatabase(range)) {
                alarms.add(Alarm.alarm(name(), range, what(row), HINT));
            }
        }
        return alarms;
    }

    private static String what(ChunkRow row) {
        return row.copies().isEmpty()
                ? "is gone, and Firn neither copied nor dropped it: its rows are lost"
                : "is gone, and Firn did not drop it: %d rows of it are archived, what came after they were copied is lost"
                        .formatted(row.rows());
    }
}
