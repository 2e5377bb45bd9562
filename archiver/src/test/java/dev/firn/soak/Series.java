package dev.firn.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A resource, looked at again and again. It grows if the median of the last fifth of all looks is above that of the second
 * fifth by more than is allowed: the first fifth warms up, and a median does not mind the moments of a fault.
 */
final class Series {

    private static final int PARTS = 5;

    private final String name;
    private final double mostPerCent;
    private final long mostMore;
    private final List<Long> values = new ArrayList<>();

    /** @param mostMore by how much it may grow besides, in its own unit */
    Series(String name, double mostPerCent, long mostMore) {
        this.name = name;
        this.mostPerCent = mostPerCent;
        this.mostMore = mostMore;
    }

    synchronized void add(long value) {
        values.add(value);
    }

    /** @param part counted from 0 */
    private long median(int part) {
        int size = values.size();
        List<Long> sorted =
                values
                        .subList(size * part / PARTS, Math.max(size * part / PARTS + 1, size * (part + 1) / PARTS))
                        .stream()
                        .sorted()
                        .toList();
        return sorted.get(sorted.size() / 2);
    }

    /** What is wrong with it, if anything is. */
    synchronized Optional<String> growth() {
        if (values.size() < PARTS) {
            return Optional.of("%s: looked at %d times only".formatted(name, values.size()));
        }
        long allowed = Math.round(median(1) * (1 + mostPerCent / 100)) + mostMore;
        return median(PARTS - 1) <= allowed
                ? Optional.empty()
                : Optional.of("%s grew: %s; at most %,d was allowed".formatted(name, this, allowed));
    }

    @Override
    public synchronized String toString() {
        if (values.isEmpty()) {
            return name + ": never looked at";
        }
        long least = values.stream().mapToLong(Long::longValue).min().orElseThrow();
        long most = values.stream().mapToLong(Long::longValue).max().orElseThrow();
        return "%s %,d -> %,d (medians of the second and the last fifth; %,d to %,d in %d looks)"
                .formatted(name, median(1), median(PARTS - 1), least, most, values.size());
    }
}
