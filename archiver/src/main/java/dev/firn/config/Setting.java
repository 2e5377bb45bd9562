package dev.firn.config;

import com.typesafe.config.ConfigValueFactory;
import java.util.List;
import java.util.Optional;

/**
 * One key, declared once: parsing, the default, the detection of unknown keys and the reference come from here.
 *
 * @param key path within its section, elements separated by dots
 * @param defaultText the default as a file would spell it; null when there is none
 * @param without what holds when it is left out and has no default; null when it is required
 * @param doc one sentence
 */
record Setting<T>(String key, ValueType<T> type, String defaultText, String without, String doc) {

    Setting {
        if (defaultText != null) {
            parseDefault(key, type, defaultText);
        }
    }

    static <T> Setting<T> required(String key, ValueType<T> type, String doc) {
        return new Setting<>(key, type, null, null, doc);
    }

    static <T> Setting<T> optional(String key, ValueType<T> type, String without, String doc) {
        return new Setting<>(key, type, null, without, doc);
    }

    static <T> Setting<T> withDefault(String key, ValueType<T> type, String defaultText, String doc) {
        return new Setting<>(key, type, defaultText, null, doc);
    }

    List<String> path() {
        return List.of(key.split("\\.", -1));
    }

    boolean required() {
        return defaultText == null && without == null;
    }

    Optional<T> defaultValue() {
        return defaultText == null ? Optional.empty() : Optional.of(parseDefault(key, type, defaultText));
    }

    private static <T> T parseDefault(String key, ValueType<T> type, String text) {
        try {
            return type.parse(ConfigValueFactory.fromAnyRef(text));
        } catch (BadValue e) {
            throw new IllegalArgumentException("default '%s' of %s: %s".formatted(text, key, e.getMessage()), e);
        }
    }
}
