package dev.firn.config;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Collects what is wrong until everything was read; the same thing said twice is kept once. */
final class Problems {

    private final SortedSet<Problem> found = new TreeSet<>();

    void add(Place place, String path, String text) {
        found.add(new Problem(place.file(), place.line(), path, text));
    }

    void addAll(Problems others) {
        found.addAll(others.found);
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    List<Problem> found() {
        return List.copyOf(found);
    }

    void throwIfAny(Path confDirectory) {
        if (!found.isEmpty()) {
            throw new ConfigurationException(confDirectory, found());
        }
    }
}
