package dev.firn.console;

import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.lifecycle.Progress.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far a piece of work is, in words: all of it where there is room, the rate and the time left where there is not.
 *
 * @param expectedRows 0 for unknown
 */
record ProgressText(
        TableName table, TimeRange range, Work work, long rows, long expectedRows, long bytes, Duration elapsed) {

    private static final int SHORTEST_BAR = 10;
    private static final int LONGEST_BAR = 40;

    /** For a log. */
    String soFar() {
        return String.join(", ", parts(counted()));
    }

    /** For a line of a terminal, with a bar if there is room for one. */
    String fitted(int width) {
        List<String> all = parts(counted());
        String whole = "%s %s %s %s".formatted(ProgressView.word(work), table.name(), range, percent());
        String numbers = " " + String.join(", ", all);
        int room = width - whole.length() - numbers.length() - " []".length();
        if (room >= SHORTEST_BAR) {
            return whole + " [" + bar(Math.min(room, LONGEST_BAR)) + "]" + numbers;
        }
        String brief = "%s %s %s".formatted(ProgressView.word(work), range.showStart(), percent());
        List<String> candidates = List.of(
                whole + numbers,
                "%s %s %s %s %s"
                        .formatted(
                                ProgressView.word(work),
                                table.name(),
                                range.showStart(),
                                percent(),
                                String.join(", ", parts(Human.count(rows) + " rows"))),
                brief + " " + String.join(", ", all.subList(1, all.size())),
                brief + " " + String.join(", ", all.subList(2, all.size())));
        for (String candidate : candidates) {
            if (candidate.length() <= width) {
                return candidate;
            }
        }
        return brief.substring(0, Math.min(brief.length(), width));
    }

    private String counted() {
        return Human.count(rows) + (expectedRows > 0 ? " of " + Human.count(expectedRows) : "") + " rows";
    }

    /** What was counted, bytes, rate, and the time left, or at the end how long it took. */
    private List<String> parts(String counted) {
        List<String> parts = new ArrayList<>(List.of(counted, Human.bytes(bytes)));
        double seconds = Math.max(1e-3, elapsed.toMillis() / 1000.0);
        if (rows > 0) {
            parts.add(Human.count(Math.round(rows / seconds)) + " rows/s");
        }
        left(seconds).map(left -> Human.duration(left) + " left").ifPresent(parts::add);
        if (rows > 0 && rows == expectedRows) {
            parts.add("in " + Human.duration(elapsed));
        }
        return parts;
    }

    private Optional<Duration> left(double seconds) {
        return rows > 0 && expectedRows > rows
                ? Optional.of(Duration.ofMillis(Math.round((expectedRows - rows) / (rows / seconds) * 1000)))
                : Optional.empty();
    }

    private String percent() {
        return expectedRows > 0 ? "%3d%%".formatted(Math.min(100, rows * 100 / expectedRows)) : "";
    }

    private String bar(int cells) {
        int full = expectedRows > 0 ? (int) Math.min(cells, rows * cells / expectedRows) : 0;
        String end = full < cells && full > 0 ? ">" : "";
        return "=".repeat(full - end.length()) + end + " ".repeat(cells - full);
    }
}
