package dev.firn.lifecycle.doctor;

import dev.firn.config.GuardName;
import dev.firn.lifecycle.guards.Alarm;
import dev.firn.lifecycle.guards.Alarms;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What {@code status} raises alarms about, and the guards that somebody has turned off. */
record AlarmsExamination() implements Examination<TableCase> {

    @Override
    public Area area() {
        return Area.GUARDS;
    }

    @Override
    public List<Remark> look(TableCase subject) throws SQLException {
        List<Remark> remarks = new ArrayList<>();
        for (GuardName guard : GuardName.values()) {
            if (!subject.config().guards().isOn(guard)) {
                remarks.add(Remark.note("guard %s is off".formatted(guard), "when it is on: " + guard.doc()));
            }
        }
        if (!subject.archiveRead()) {
            remarks.add(Remark.note(
                    "alarms could not be looked for while nobody knows what is archived",
                    "ask again once the location can be read"));
            return remarks;
        }
        for (Alarm alarm : Alarms.of(subject.config().guards(), subject.scene())) {
            remarks.add(of(alarm));
        }
        return remarks;
    }

    static Remark of(Alarm alarm) {
        String what =
                "%s%s (%s)".formatted(alarm.range().map(range -> range + " ").orElse(""), alarm.what(), alarm.guard());
        return alarm.level() == Alarm.Level.ALARM
                ? Remark.error(what, alarm.hint())
                : Remark.warning(what, alarm.hint());
    }
}
