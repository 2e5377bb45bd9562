package dev.firn.config;

import java.io.Serializable;
import java.util.Comparator;

/**
 * One thing wrong with one setting, without any secret.
 *
 * @param file as the user named it
 * @param line from 1; 0 when the file as a whole is concerned
 * @param path the setting, empty when none is concerned
 * @param text what is wrong, and what was found
 */
public record Problem(String file, int line, String path, String text) implements Comparable<Problem>, Serializable {

    private static final Comparator<Problem> IN_READING_ORDER = Comparator.comparing(Problem::file)
            .thenComparingInt(Problem::line)
            .thenComparing(Problem::path)
            .thenComparing(Problem::text);

    @Override
    public int compareTo(Problem other) {
        return IN_READING_ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return file + (line > 0 ? ":" + line : "") + ": " + (path.isEmpty() ? "" : path + ": ") + text;
    }
}
