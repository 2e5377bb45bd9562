package dev.firn.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Guesses what a misspelt key was meant to be. */
final class Suggestion {

    private Suggestion() {}

    /** The candidate that a few slips away from, if there is one. */
    static Optional<String> closest(String given, Collection<String> candidates) {
        String best = null;
        int bestSlips = Integer.MAX_VALUE;
        for (String candidate : candidates) {
            int slips = slips(plain(given), plain(candidate));
            if (slips < bestSlips) {
                best = candidate;
                bestSlips = slips;
            }
        }
        int forgiven = given.length() < 5 ? 1 : Math.max(2, given.length() / 4);
        return bestSlips <= forgiven ? Optional.ofNullable(best) : Optional.empty();
    }

    /** {@code lockTimeout} and {@code lock_timeout} are {@code lock-timeout} to a person. */
    private static String plain(String key) {
        return key.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    /** Letters to insert, delete or replace (Levenshtein). */
    private static int slips(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int column = 0; column <= other.length(); column++) {
            row[column] = column;
        }
        for (int line = 1; line <= one.length(); line++) {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column <= other.length(); column++) {
                int replaced = diagonal + (one.charAt(line - 1) == other.charAt(column - 1) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.min(replaced, 1 + Math.min(row[column], row[column - 1]));
            }
        }
        return row[other.length()];
    }
}
