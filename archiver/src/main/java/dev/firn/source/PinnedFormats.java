package dev.firn.source;

import dev.firn.types.PinnedSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
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
        return during(connection, SETTINGS, work);
    }

    /** The same for values only: names are looked up as the caller has it, as functions in a CHECK may need. */
    static <T> T ofValuesDuring(Connection connection, Work<T> work) throws SQLException {
        return during(connection, PinnedSettings.values(), work);
    }

    /** Runs the work under these settings and puts the caller's back. */
    static <T> T during(Connection connection, Map<String, String> settings, Work<T> work) throws SQLException {
        Map<String, String> before = current(connection, settings);
        set(connection, settings);
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

    // One query for all of them: this runs while the drop holds its lock.
    private static Map<String, String> current(Connection connection, Map<String, String> settings)
            throws SQLException {
        Map<String, String> current = new LinkedHashMap<>();
        Query.list(
                connection,
                "SELECT name, current_setting(name) FROM unnest(string_to_array(?, ',')) name",
                row -> current.put(row.getString(1), row.getString(2)),
                String.join(",", settings.keySet()));
        return current;
    }

    private static void set(Connection connection, Map<String, String> settings) throws SQLException {
        // In a transaction for its length only: what the caller set LOCAL must not outlive it.
        boolean local = !connection.getAutoCommit();
        List<Object> values = new ArrayList<>();
        settings.forEach((name, value) -> values.addAll(List.of(name, value, local)));
        String calls = String.join(", ", Collections.nCopies(settings.size(), "set_config(?, ?, ?)"));
        Query.text(connection, "SELECT " + calls, values.toArray());
    }
}
