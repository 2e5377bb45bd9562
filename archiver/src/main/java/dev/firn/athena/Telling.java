package dev.firn.athena;

import dev.firn.archive.Chronicle;
import dev.firn.archive.Expiry;
import dev.firn.archive.Manifest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What engines were told of a table's partitions and columns, if they were told of it before a moment.
 *
 * @param columns as the files spell them
 * @param until when something was published that made it another one
 */
record Telling(Projection projection, Set<String> columns, Instant until) {

    Telling {
        columns = Set.copyOf(columns);
    }

    /** All that could be told until now except the last one, in the order of time. */
    static List<Telling> before(Chronicle chronicle) {
        return new Replay().of(chronicle);
    }

    /**
     * Everything that was published, again: what has expired was told of once, and coarser grids are told of once finer
     * copies have expired.
     */
    private static final class Replay {

        private record Told(Projection projection, Set<String> columns) {}

        private final Map<String, Manifest> known = new LinkedHashMap<>();
        private final Set<String> gone = new HashSet<>();
        private final List<Telling> past = new ArrayList<>();
        private ProjectionGrid grid = new ProjectionGrid();
        private Set<String> columns = new HashSet<>();
        private Optional<Told> told = Optional.empty();

        /** Since when what is told is not what is known: many copies expire in a row, and the last one has the widest grid. */
        private Optional<Instant> expired = Optional.empty();

        List<Telling> of(Chronicle chronicle) {
            Map<Instant, List<Expiry>> expiries = new TreeMap<>();
            chronicle.expiries().forEach(expiry -> expiries.computeIfAbsent(
                            expiry.expiredAt(), time -> new ArrayList<>())
                    .add(expiry));
            List<Instant> times = new ArrayList<>(expiries.keySet());
            int next = 0;
            for (Manifest copy : inOrder(chronicle.copies())) {
                while (next < times.size() && times.get(next).isBefore(copy.createdAt())) {
                    expiries.get(times.get(next++)).forEach(this::expire);
                }
                publish(copy);
            }
            return past;
        }

        private void expire(Expiry expiry) {
            gone.addAll(expiry.supersedes());
            if (gone.containsAll(known.keySet())) {
                // Then what has expired last is still told of: see Chronicle.latest().
                known.keySet().retainAll(expiry.supersedes());
            } else {
                known.keySet().removeAll(expiry.supersedes());
            }
            expired = Optional.of(expiry.expiredAt());
        }

        private void publish(Manifest copy) {
            if (expired.isPresent() && !known.isEmpty()) {
                beginAnew();
                tell(expired.get());
            }
            gone.addAll(copy.supersedes());
            if (expired.isPresent() || !copy.supersedes().isEmpty()) {
                known.keySet().removeAll(gone);
                beginAnew();
                expired = Optional.empty();
            }
            // By clocks that differ, it may have been replaced before it was made.
            if (!gone.contains(copy.key())) {
                known.put(copy.key(), copy);
                grid.add(copy);
                columns.addAll(MissingColumns.of(copy));
                tell(copy.createdAt());
            }
        }

        private void beginAnew() {
            grid = ProjectionGrid.with(known.values());
            columns = new HashSet<>();
            known.values().forEach(copy -> columns.addAll(MissingColumns.of(copy)));
        }

        private void tell(Instant now) {
            Optional<Told> anew = grid.isOneTable()
                    ? Optional.of(new Told(grid.projection(), Set.copyOf(columns)))
                    : Optional.empty();
            // What is registered is always only what was there.
            if (!anew.equals(told) || grid.projection() instanceof Projection.None) {
                told.ifPresent(before -> past.add(new Telling(before.projection(), before.columns(), now)));
                told = anew;
            }
        }
    }

    /** By the time of their publication. */
    static List<Manifest> inOrder(List<Manifest> copies) {
        return copies.stream().sorted(Comparator.comparing(Manifest::createdAt)).toList();
    }
}
