package dev.firn.source;

import dev.firn.types.PinnedSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings on which the text of a value, a type or a definition depends, and what Firn pins them to: the same in the
 * export and under the drop's lock, whatever role or database set.
 */
final class PinnedFormats {

    /** Those of rows, and two of names: every name outside of {@code pg_catalog} is printed with its schema. */
    static final Map<String, String> SETTINGS = settings();

    /** What is computed while the formats are pinned. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws SQLException;
    }

    private PinnedFormats() {}

    private static Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>(PinnedSettings.values());
        settings.put("search_path", "pg_catalog");
        settings.put("quote_all_identifiers", "off");
        return Map.copyOf(settings);
    }

    /** Runs the work with the formats pinned and puts the caller's back. */
    static <T> T during(Connection connection, Work<T> work) throws SQLException {
        List<String> names = List.copyOf(SETTINGS.keySet());
        Map<String, String> before = new LinkedHashMap<>();
        for (String name : names) {
            before.put(name, Query.text(connection, "SELECT current_setting(?)", name));
        }
        set(connection, SETTINGS);
        T result;
        try {
            result = work.run();
        } catch (SQLException | RuntimeException e) {
            try {
                set(connection, before);
            } catch (SQLException inAbortedTransaction) {
                e.addSuppressed(inAbortedTransaction); // its rollback puts them back
            }
            throw e;
        }
        set(connection, before);
        return result;
    }

    private static void set(Connection connection, Map<String, String> settings) throws SQLException {
        // In a transaction for its length only: what the caller set LOCAL must not outlive it.
        boolean local = !connection.getAutoCommit();
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            Query.text(connection, "SELECT set_config(?, ?, ?)", setting.getKey(), setting.getValue(), local);
        }
    }
}
