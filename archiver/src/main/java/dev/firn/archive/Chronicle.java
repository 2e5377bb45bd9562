package dev.firn.archive;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All that was ever published of a table, as one listing of the store shows it: manifests stay when what they name is
 * replaced, or expires.
 *
 * @param copies by range and generation
 * @param expiries by range and generation
 */
public record Chronicle(List<Manifest> copies, List<Expiry> expiries) {

    public Chronicle {
        copies = List.copyOf(copies);
        expiries = List.copyOf(expiries);
    }

    /** The copies that nothing supersedes. */
    public List<Manifest> live() {
        Set<String> superseded = new HashSet<>();
        Stream.concat(copies.stream(), expiries.stream()).forEach(entry -> superseded.addAll(entry.supersedes()));
        return copies.stream().filter(copy -> !superseded.contains(copy.key())).toList();
    }

    /** The live copies; where all has expired, those that did so last. Empty only while nothing was ever published. */
    public List<Manifest> latest() {
        List<Manifest> live = live();
        if (!live.isEmpty()) {
            return live;
        }
        List<String> last = expiries.stream()
                .max(Comparator.comparing(Expiry::expiredAt))
                .map(Expiry::supersedes)
                .orElse(List.of());
        return copies.stream().filter(copy -> last.contains(copy.key())).toList();
    }
}
