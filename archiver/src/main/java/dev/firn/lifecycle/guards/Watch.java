package dev.firn.lifecycle.guards;

import dev.firn.config.GuardName;
import java.sql.SQLException;
import java.util.List;

/** Looks for what no refusal of Firn's can prevent: somebody else drops, writes, refreshes or crashes. */
sealed interface Watch
        permits EditedRangesWatch,
                LateRowsWatch,
                PublicationsWatch,
                RetentionWatch,
                UnloggedTablesWatch,
                VanishedChunksWatch {

    GuardName name();

    List<Alarm> alarms(Scene scene) throws SQLException;
}
