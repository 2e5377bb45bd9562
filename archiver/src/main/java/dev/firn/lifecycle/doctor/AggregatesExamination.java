package dev.firn.lifecycle.doctor;

import dev.firn.TableName;
import dev.firn.source.ContinuousAggregates;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** Continuous aggregates that a refresh would compute otherwise though no row has changed. */
record AggregatesExamination() implements Examination<TableCase> {

    @Override
    public Area area() {
        return Area.TABLE;
    }

    @Override
    public List<Remark> look(TableCase subject) throws SQLException {
        List<TableName> onStorage = new ContinuousAggregates(subject.connection(), subject.table()).onStorage();
        return onStorage.isEmpty()
                ? List.of()
                : List.of(Remark.warning(
                        "%s depends on how rows are stored: computed again over compressed or restored chunks, it answers"
                                        .formatted(onStorage.stream()
                                                .map(TableName::toString)
                                                .collect(Collectors.joining(", ")))
                                + " something else",
                        "take octet_length(…::text) for pg_column_size(…), and leave system columns out"));
    }
}
