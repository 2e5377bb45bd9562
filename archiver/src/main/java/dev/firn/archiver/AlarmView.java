package dev.firn.archiver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.config.GuardConfig;
import dev.firn.config.GuardName;
import dev.firn.console.Json;
import dev.firn.lifecycle.guards.Alarm;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Guards and alarms of a table, the same in every view. */
final class AlarmView {

    private AlarmView() {}

    /** The guards that somebody turned off, if any. */
    static Optional<String> off(GuardConfig guards) {
        String off = Arrays.stream(GuardName.values())
                .filter(guard -> !guards.isOn(guard))
                .map(GuardName::toString)
                .collect(Collectors.joining(", "));
        return off.isEmpty() ? Optional.empty() : Optional.of(off);
    }

    static void putGuards(ObjectNode node, GuardConfig guards) {
        ObjectNode all = node.putObject("guards");
        for (GuardName guard : GuardName.values()) {
            all.put(guard.toString(), guards.isOn(guard) ? "on" : "off");
        }
    }

    static void put(ObjectNode node, List<Alarm> alarms) {
        ArrayNode all = node.putArray("alarms");
        for (Alarm alarm : alarms) {
            ObjectNode one = all.addObject();
            one.put("guard", alarm.guard().toString());
            one.put("level", alarm.level().word());
            alarm.range().ifPresent(range -> Json.putRange(one, range));
            one.put("what", alarm.what());
            one.put("hint", alarm.hint());
        }
    }
}
