package dev.firn.lifecycle;

import dev.firn.archive.Manifest;
import dev.firn.catalog.ChunkRow;
import dev.firn.config.Age;
import dev.firn.config.GuardName;
import dev.firn.lifecycle.guards.Alarm;
import dev.firn.lifecycle.guards.Alarms;
import dev.firn.lifecycle.guards.Scene;
import dev.firn.source.Chunk;
import dev.firn.source.RetentionPolicies;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Puts together what alarms are raised from, for whoever has looked at the chunks, the catalogue and the store already. */
final class TableAlarms {

    private final TableWork work;

    TableAlarms(TableWork work) {
        this.work = work;
    }

    List<Alarm> of(Connection connection, List<Chunk> chunks, List<ChunkRow> rows, List<Manifest> live)
            throws SQLException {
        Scene scene = new Scene(
                connection,
                work.table(),
                chunks,
                rows,
                live,
                work.catalog().holds(work.namespace(), work.table().name()),
                work.catalog().foundGone(work.namespace(), work.table().name()),
                retention(connection),
                end -> work.config().archiveAfter().isReached(end, work.now()));
        List<Alarm> alarms = new ArrayList<>(Alarms.of(work.config().guards(), scene));
        if (!(work.config().dropAfter() instanceof Age.Never)) {
            work.writePathGuard().alarm(connection).ifPresent(alarms::add);
        }
        return List.copyOf(alarms);
    }

    /** Nothing where that guard is off. */
    RetentionPolicies retention(Connection connection) throws SQLException {
        return work.config().guards().isOn(GuardName.RETENTION)
                ? RetentionPolicies.of(connection, work.table(), work.now())
                : RetentionPolicies.none();
    }
}
