package dev.firn.lifecycle.doctor;

import dev.firn.FirnException;
import java.sql.SQLException;
import java.util.List;

/** Settings, restoring mode, row-level security, versions: whatever lets a SELECT answer fewer rows than there are. */
record WholeReadsExamination() implements Examination<TableCase> {

    @Override
    public Area area() {
        return Area.TABLE;
    }

    @Override
    public List<Remark> look(TableCase subject) throws SQLException {
        try {
            subject.source().requireWholeReads(subject.connection(), subject.table());
            return List.of(Remark.ok("its chunks are read whole"));
        } catch (FirnException e) {
            return List.of(Remark.error(e));
        }
    }
}
