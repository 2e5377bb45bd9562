package dev.firn.lifecycle.guards;

import dev.firn.catalog.ChunkRow;
import dev.firn.config.GuardConfig;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Everything that is to be told of a table. */
public final class Alarms {

    private static final List<Watch> ALL = List.of(
            new VanishedChunksWatch(),
            new EditedRangesWatch(),
            new RetentionWatch(),
            new LateRowsWatch(),
            new UnloggedTablesWatch(),
            new PublicationsWatch());

    private Alarms() {}

    /** What is told of a range that came back, and of which this was just found. */
    public static Alarm ofEdit(ChunkRow row, ChunkRow.Edit.Kind kind) {
        return EditedRangesWatch.alarm(row, kind);
    }

    public static List<Alarm> of(GuardConfig config, Scene scene) throws SQLException {
        List<Alarm> alarms = new ArrayList<>();
        for (Watch watch : ALL) {
            if (config.isOn(watch.name())) {
                alarms.addAll(watch.alarms(scene));
            }
        }
        return List.copyOf(alarms);
    }
}
