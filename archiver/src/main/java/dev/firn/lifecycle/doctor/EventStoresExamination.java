package dev.firn.lifecycle.doctor;

import dev.firn.TableName;
import dev.firn.source.EventStores;
import java.sql.SQLException;
import java.util.List;

/** Namespaces that an event store has made and nobody has told Firn of. */
record EventStoresExamination() implements Examination<DatabaseCase> {

    @Override
    public Area area() {
        return Area.CONFIGURATION;
    }

    @Override
    public List<Remark> look(DatabaseCase database) throws SQLException {
        List<TableName> registered = EventStores.registered(database.connection());
        List<String> uncovered = registered.stream()
                .filter(table -> !database.configured().contains(table))
                .map(TableName::toString)
                .toList();
        if (!uncovered.isEmpty()) {
            return List.of(Remark.warning(
                    "namespaces of the event store that no configuration archives: " + String.join(", ", uncovered),
                    "add them to the tables of this file, or of another one of conf/namespaces"));
        }
        return registered.isEmpty() ? List.of() : List.of(Remark.ok("every namespace of the event store is archived"));
    }
}
