package dev.firn.types;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The server settings under which values are exported and brought back. Text that was made under one set of them need not
 * mean the same under another, so every connection that reads or writes rows uses exactly these.
 */
public final class PinnedSettings {

    private static final Map<String, String> VALUES = values(List.of(
            Map.entry("DateStyle", "ISO, MDY"),
            Map.entry("IntervalStyle", "postgres"),
            Map.entry("TimeZone", "UTC"),
            Map.entry("extra_float_digits", "3"),
            Map.entry("bytea_output", "hex"),
            Map.entry("lc_monetary", "C"),
            Map.entry("xmloption", "content"),
            Map.entry("array_nulls", "on")));

    private PinnedSettings() {}

    /** Name to value, for comparing with what the server shows. */
    public static Map<String, String> values() {
        return VALUES;
    }

    /** One {@code SET} each. */
    public static List<String> statements() {
        return VALUES.entrySet().stream()
                .map(setting -> "SET %s = '%s'".formatted(setting.getKey(), setting.getValue()))
                .toList();
    }

    private static Map<String, String> values(List<Map.Entry<String, String>> settings) {
        Map<String, String> values = new LinkedHashMap<>();
        settings.forEach(setting -> values.put(setting.getKey(), setting.getValue()));
        return Collections.unmodifiableMap(values);
    }
}
