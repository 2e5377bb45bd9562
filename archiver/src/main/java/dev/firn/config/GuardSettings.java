package dev.firn.config;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The part of a table's settings that turns guards off: {@code guards.<name>}, and {@code refresh-first}. */
final class GuardSettings {

    private static final Setting<Boolean> REFRESH_FIRST = Setting.withDefault(
            "refresh-first",
            ValueType.flag(),
            "false",
            "Whether continuous aggregates are brought up to date for a chunk before it is dropped; otherwise their own"
                    + " refresh is waited for.");

    private static final Map<GuardName, Setting<Boolean>> GUARDS = new EnumMap<>(GuardName.class);

    static {
        for (GuardName guard : GuardName.values()) {
            GUARDS.put(guard, Setting.withDefault("guards." + guard, ValueType.flag(), "on", guard.doc()));
        }
    }

    private GuardSettings() {}

    static List<Setting<?>> all() {
        List<Setting<?>> all = new ArrayList<>(GUARDS.values());
        all.add(REFRESH_FIRST);
        return all;
    }

    static GuardConfig read(Values values) {
        Set<GuardName> on = EnumSet.noneOf(GuardName.class);
        GUARDS.forEach((guard, setting) -> {
            if (values.get(setting)) {
                on.add(guard);
            }
        });
        return new GuardConfig(on, values.get(REFRESH_FIRST));
    }
}
