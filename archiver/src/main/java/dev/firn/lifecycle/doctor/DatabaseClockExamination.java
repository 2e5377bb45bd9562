package dev.firn.lifecycle.doctor;

import dev.firn.source.ServerState;
import dev.firn.store.StoreInspection.ClockReading;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** Chunks grow old by the database's clock; leases and retries are read on both. */
record DatabaseClockExamination() implements Examination<DatabaseCase> {

    @Override
    public Area area() {
        return Area.CLOCK;
    }

    @Override
    public List<Remark> look(DatabaseCase database) throws SQLException {
        Instant before = database.clock().instant();
        Instant server = ServerState.now(database.connection());
        return List.of(ClockRemarks.of(
                "the database",
                new ClockReading(server, before, database.clock().instant())));
    }
}
