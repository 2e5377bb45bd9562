package dev.firn.lifecycle.doctor;

import dev.firn.source.DropHazards;
import java.sql.SQLException;
import java.util.List;

/** Foreign keys from the table; those that refer to it are a guard's. */
record ReferencesExamination() implements Examination<TableCase> {

    @Override
    public Area area() {
        return Area.TABLE;
    }

    @Override
    public List<Remark> look(TableCase subject) throws SQLException {
        List<String> referenced = DropHazards.referencedTables(subject.connection(), subject.table());
        return referenced.isEmpty()
                ? List.of()
                : List.of(Remark.note(
                        "foreign keys of it refer to %s: each drop locks them for its moment, and a row comes back only while"
                                        .formatted(String.join(", ", referenced))
                                + " what it refers to is there",
                        "keep in them what archived rows refer to"));
    }
}
