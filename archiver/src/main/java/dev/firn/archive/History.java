package dev.firn.archive;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Which manifest takes the place of which. Answers are true of the listing they were asked with; what a manifest says is
 * kept, because manifests never change.
 */
final class History {

    private final Map<String, List<String>> supersedes = new HashMap<>();
    private final Map<String, Set<String>> supersededBy = new HashMap<>();

    private History() {}

    /**
     * The history of the manifests with these keys.
     *
     * @param reader what a manifest says that it supersedes
     */
    static History of(SortedSet<String> keys, Function<String, List<String>> reader) {
        History history = new History();
        keys.forEach(key -> history.supersedes.put(key, reader.apply(key)));
        history.supersedes.forEach((key, olds) -> olds.forEach(old -> {
            if (!history.supersedes.containsKey(old)) {
                throw wrong(key, "it supersedes '%s', which is not there".formatted(old));
            }
            history.supersededBy.computeIfAbsent(old, k -> new TreeSet<>()).add(key);
        }));
        history.refuseCycles();
        return history;
    }

    boolean isLive(String key) {
        return supersedes.containsKey(key) && !supersededBy.containsKey(key);
    }

    Set<String> all() {
        return new TreeSet<>(supersedes.keySet());
    }

    Set<String> live() {
        Set<String> live = new TreeSet<>(supersedes.keySet());
        live.removeAll(supersededBy.keySet());
        return live;
    }

    Set<String> superseded() {
        return new TreeSet<>(supersededBy.keySet());
    }

    /** What stands in the place of this one now, a copy or that it has expired: itself, if it is live. */
    Set<String> successors(String key) {
        Set<String> found = new TreeSet<>();
        Set<String> seen = new HashSet<>();
        collect(key, found, seen);
        return found;
    }

    private void collect(String key, Set<String> found, Set<String> seen) {
        if (!seen.add(key)) {
            return;
        }
        Set<String> next = supersededBy.get(key);
        if (next == null) {
            found.add(key);
        } else {
            next.forEach(each -> collect(each, found, seen));
        }
    }

    /** Takes away what supersedes nothing that is left, again and again: what remains goes round in a circle. */
    private void refuseCycles() {
        Map<String, Set<String>> open = new HashMap<>();
        supersedes.forEach((key, olds) -> open.put(key, new HashSet<>(olds)));
        boolean progress = true;
        while (progress) {
            progress = open.entrySet().removeIf(entry -> {
                entry.getValue().retainAll(open.keySet());
                return entry.getValue().isEmpty();
            });
        }
        Optional<String> first = open.keySet().stream().sorted().findFirst();
        if (first.isPresent()) {
            throw wrong(
                    first.get(), "it supersedes itself by way of others: %s".formatted(new TreeSet<>(open.keySet())));
        }
    }

    private static FirnException wrong(String key, String what) {
        return new FirnException(
                Category.DATA,
                key,
                "reading the history of the archive: " + what + "; nothing was changed",
                "manifests are never removed and never rewritten by Firn: bring back the one that is missing, from a backup"
                        + " or an older version of the object");
    }
}
