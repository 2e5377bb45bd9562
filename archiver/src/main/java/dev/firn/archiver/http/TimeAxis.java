package dev.firn.archiver.http;

import dev.firn.TimeRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where on a line, in per cent of it, positions of a table's time lie: to scale, but for long times without a chunk, which
 * are drawn as short ones, and for ranges without an end, which get a little room.
 */
final class TimeAxis {

    private static final double LONGEST_GAP = 3;
    private static final double WHOLE = 100;

    /** A stretch of time, and where it begins and ends on the line, in units of time at first. */
    private record Stretch(double start, double end, boolean gap, double from, double to) {}

    /** Time without a chunk that is drawn shorter than it is. */
    record Gap(long start, long end) {}

    private final List<Stretch> stretches;
    private final long first;
    private final long last;

    private TimeAxis(List<Stretch> stretches, long first, long last) {
        this.stretches = stretches;
        this.first = first;
        this.last = last;
    }

    /** @param ranges at least one */
    static TimeAxis of(List<TimeRange> ranges) {
        double usual = usualWidth(ranges);
        double lowest = ranges.stream()
                .flatMap(range -> finite(range).stream())
                .mapToDouble(position -> (double) position)
                .min()
                .orElse(0);
        double highest = ranges.stream()
                .flatMap(range -> finite(range).stream())
                .mapToDouble(position -> (double) position)
                .max()
                .orElse(lowest + usual);
        List<TimeRange> sorted =
                ranges.stream().sorted(Comparator.naturalOrder()).toList();
        List<Stretch> stretches = new ArrayList<>();
        double reached = Double.NaN;
        double drawn = 0;
        for (TimeRange range : sorted) {
            double start = range.start() == Long.MIN_VALUE ? lowest - usual : (double) range.start();
            double end = range.end() == Long.MAX_VALUE ? highest + usual : (double) range.end();
            if (start > reached) {
                double width = start - reached;
                boolean gap = width > usual * LONGEST_GAP;
                double shown = gap ? usual : width;
                stretches.add(new Stretch(reached, start, gap, drawn, drawn + shown));
                drawn += shown;
                reached = start;
            }
            double from = Double.isNaN(reached) ? start : reached;
            if (end > from) {
                stretches.add(new Stretch(from, end, false, drawn, drawn + end - from));
                drawn += end - from;
                reached = end;
            }
        }
        double whole = drawn;
        return new TimeAxis(
                stretches.stream()
                        .map(each -> new Stretch(
                                each.start, each.end, each.gap, each.from / whole * WHOLE, each.to / whole * WHOLE))
                        .toList(),
                sorted.get(0).start(),
                sorted.stream().mapToLong(TimeRange::end).max().orElseThrow());
    }

    long first() {
        return first;
    }

    long last() {
        return last;
    }

    double place(long position) {
        double at = (double) position;
        for (Stretch stretch : stretches) {
            if (at <= stretch.end) {
                double share = (Math.max(at, stretch.start) - stretch.start) / (stretch.end - stretch.start);
                return stretch.from + share * (stretch.to - stretch.from);
            }
        }
        return WHOLE;
    }

    boolean shows(long position) {
        return position > first && position < last;
    }

    List<Gap> gaps() {
        return stretches.stream()
                .filter(Stretch::gap)
                .map(stretch -> new Gap((long) stretch.start, (long) stretch.end))
                .toList();
    }

    private static List<Long> finite(TimeRange range) {
        List<Long> positions = new ArrayList<>();
        if (range.start() != Long.MIN_VALUE) {
            positions.add(range.start());
        }
        if (range.end() != Long.MAX_VALUE) {
            positions.add(range.end());
        }
        return positions;
    }

    private static double usualWidth(List<TimeRange> ranges) {
        double[] widths = ranges.stream()
                .filter(range -> finite(range).size() == 2)
                .mapToDouble(range -> (double) range.end() - (double) range.start())
                .sorted()
                .toArray();
        return widths.length == 0 ? 1 : widths[widths.length / 2];
    }
}
