package dev.firn.lifecycle.doctor;

import dev.firn.config.Age;
import dev.firn.config.OnArchived;
import dev.firn.config.WritePathConfig;
import dev.firn.lifecycle.guards.Alarm;
import dev.firn.lifecycle.guards.WritePathGuard;
import dev.firn.source.EventStores;
import dev.firn.source.HeadColumns;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Whether streams go on where they ended once their rows are dropped. */
record WritePathExamination() implements Examination<TableCase> {

    @Override
    public Area area() {
        return Area.WRITE_PATH;
    }

    @Override
    public List<Remark> look(TableCase subject) throws SQLException {
        Optional<WritePathConfig> config = subject.config().writePath();
        if (config.isEmpty()) {
            return withoutOne(subject);
        }
        HeadColumns columns = HeadColumns.of(
                subject.table(),
                config.get().stream(),
                config.get().position(),
                config.get().globalPosition());
        Optional<Alarm> alarm = new WritePathGuard(subject.table().name(), config).alarm(subject.connection());
        Remark functions = alarm.map(AlarmsExamination::of)
                .orElseGet(() -> Remark.ok(
                        "the application's functions know of archived streams, by column " + columns.stream()));
        return config.get().onArchived() == OnArchived.ERROR ? List.of(functions) : List.of(functions, silence());
    }

    private static Remark silence() {
        return Remark.note(
                "who reads what is archived gets a shorter history, and no error",
                "on-archived = error, unless every reader copes with that");
    }

    private static List<Remark> withoutOne(TableCase subject) throws SQLException {
        if (subject.config().dropAfter() instanceof Age.Never) {
            return List.of();
        }
        return EventStores.resemblance(subject.connection(), subject.table())
                .map(
                        why -> List.of(
                                Remark.warning(
                                        "it looks like an event store (%s), and has no write-path: streams without later events begin again at"
                                                        .formatted(why)
                                                + " position 0 once their rows are dropped",
                                        "write-path { stream = …, position = … }, then deploy/sql/eventodb/firn.sql; or drop-after = never")))
                .orElseGet(List::of);
    }
}
