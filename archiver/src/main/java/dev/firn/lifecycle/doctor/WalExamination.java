package dev.firn.lifecycle.doctor;

import dev.firn.source.ServerState;
import dev.firn.source.ServerState.IdleSlot;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A restore writes much WAL at once, which must not pile up. */
record WalExamination() implements Examination<DatabaseCase> {

    @Override
    public Area area() {
        return Area.SPACE;
    }

    @Override
    public List<Remark> look(DatabaseCase database) throws SQLException {
        List<Remark> remarks = new ArrayList<>();
        for (IdleSlot slot : ServerState.idleSlots(database.connection())) {
            remarks.add(Remark.warning(
                    "nobody reads replication slot %s, which keeps %d MiB of WAL and all that a restore would write"
                            .formatted(slot.name(), slot.bytes() >> 20),
                    "see that its reader comes back, or SELECT pg_drop_replication_slot('%s'); max_slot_wal_keep_size bounds it"
                            .formatted(slot.name())));
        }
        ServerState.walNotArchived(database.connection())
                .ifPresent(file -> remarks.add(Remark.warning(
                        "archiving of WAL fails (last at %s): what a restore writes would pile up".formatted(file),
                        "look for archive_command in the database's log")));
        return remarks.isEmpty() ? List.of(Remark.ok("no WAL is kept for a reader that is gone")) : remarks;
    }
}
