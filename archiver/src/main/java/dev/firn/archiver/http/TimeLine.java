package dev.firn.archiver.http;

import dev.firn.TimeKind;
import dev.firn.TimeRange;
import dev.firn.lifecycle.NamespaceStatus.TableStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.StringJoiner;

/** Draws the chunks of a table along their time; those that overlap lie below each other. */
final class TimeLine {

    /** More are drawn as runs of one look, and of runs the newest. */
    private static final int MOST_CELLS = 400;

    /** More get more room than a narrow screen has, and are moved sideways there. */
    private static final int MOST_ON_A_PHONE = 40;

    private static final int MOST_LANES = 4;
    private static final int LANE_HEIGHT = 30;
    private static final double SMALLEST_WITH_LETTER = 4.5;
    private static final double SMALLEST = 0.25;

    private final Html html;
    private final String id;

    TimeLine(Html html, String id) {
        this.html = html;
        this.id = id;
    }

    void draw(TableStatus table, List<Cell> all, OptionalLong now) {
        List<Cell> cells = fewer(all);
        if (cells.isEmpty()) {
            html.element("p", "No chunks yet.", "class", "quiet");
            return;
        }
        TimeAxis axis = TimeAxis.of(cells.stream().map(Cell::range).toList());
        int[] lanes = lanes(cells);
        int height = (Arrays.stream(lanes).max().orElse(0) + 1) * LANE_HEIGHT;
        String summary = summary(table, all);
        html.open("div", "class", cells.size() > MOST_ON_A_PHONE ? "canvas wide" : "canvas");
        html.open(
                "svg",
                "class",
                "line",
                "id",
                id,
                "role",
                "list",
                "aria-label",
                summary,
                "width",
                "100%",
                "height",
                Integer.toString(height + 1));
        for (int i = 0; i < cells.size(); i++) {
            draw(cells.get(i), axis, lanes[i] * LANE_HEIGHT);
        }
        TimeRange first = cells.get(0).range();
        axis.gaps().forEach(gap -> drawGap(gap, first.kind(), axis));
        now.ifPresent(position -> drawNow(position, axis, height));
        html.close().line();
        html.open("p", "class", "axis")
                .element("span", TimeRange.show(first.kind(), axis.first()))
                .element("span", cells.size() < all.size() ? "neighbours are drawn together" : "", "class", "quiet")
                .element("span", TimeRange.show(first.kind(), axis.last()))
                .close()
                .close()
                .line();
        html.element("p", summary, "class", "summary").line();
    }

    private void draw(Cell cell, TimeAxis axis, int top) {
        double left = axis.place(cell.range().start());
        double width = Math.max(SMALLEST, axis.place(cell.range().end()) - left);
        html.open("g", "class", "cell " + cell.look().style(), "role", "listitem", "aria-label", cell.words());
        html.element("title", cell.words());
        html.empty(
                "rect",
                "x",
                percent(left),
                "y",
                Integer.toString(top),
                "width",
                percent(width),
                "height",
                Integer.toString(LANE_HEIGHT),
                "fill",
                "url(#p-" + cell.look().style() + ")");
        if (width >= SMALLEST_WITH_LETTER) {
            html.element(
                    "text",
                    cell.look().letter(),
                    "x",
                    percent(left + width / 2),
                    "y",
                    Integer.toString(top + LANE_HEIGHT / 2),
                    "aria-hidden",
                    "true");
        }
        html.close();
    }

    /** Time in which there is no chunk, drawn shorter than it is. */
    private void drawGap(TimeAxis.Gap gap, TimeKind kind, TimeAxis axis) {
        String middle = Integer.toString(LANE_HEIGHT / 2);
        html.open("g", "class", "gap", "role", "listitem")
                .element(
                        "title",
                        "no chunks from %s to %s, not to scale"
                                .formatted(TimeRange.show(kind, gap.start()), TimeRange.show(kind, gap.end())));
        html.empty(
                "line",
                "x1",
                percent(axis.place(gap.start())),
                "x2",
                percent(axis.place(gap.end())),
                "y1",
                middle,
                "y2",
                middle);
        html.close();
    }

    private void drawNow(long now, TimeAxis axis, int height) {
        if (axis.shows(now)) {
            String x = percent(axis.place(now));
            html.open("g", "class", "now").element("title", "now");
            html.empty("line", "x1", x, "x2", x, "y1", "0", "y2", Integer.toString(height));
            html.close();
        }
    }

    /** What is drawn is bounded, however many chunks there are. */
    static List<Cell> fewer(List<Cell> all) {
        if (all.size() <= MOST_CELLS) {
            return all;
        }
        List<Cell> runs = new ArrayList<>();
        for (Cell cell : all) {
            Cell last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
            if (last != null
                    && last.look() == cell.look()
                    && cell.look().merges()
                    && last.range().end() == cell.range().start()) {
                runs.set(runs.size() - 1, last.plus(cell));
            } else {
                runs.add(cell);
            }
        }
        return runs.subList(Math.max(0, runs.size() - MOST_CELLS), runs.size());
    }

    private static int[] lanes(List<Cell> cells) {
        int[] lanes = new int[cells.size()];
        long[] ends = new long[MOST_LANES];
        Arrays.fill(ends, Long.MIN_VALUE);
        for (int i = 0; i < lanes.length; i++) {
            TimeRange range = cells.get(i).range();
            int lane = 0;
            while (lane < MOST_LANES - 1 && ends[lane] > range.start()) {
                lane++;
            }
            ends[lane] = Math.max(ends[lane], range.end());
            lanes[i] = lane;
        }
        return lanes;
    }

    private static String summary(TableStatus table, List<Cell> cells) {
        Map<Look, Integer> counts = new EnumMap<>(Look.class);
        cells.forEach(cell -> counts.merge(cell.look(), cell.chunks(), Integer::sum));
        StringJoiner parts = new StringJoiner(", ");
        counts.forEach((look, count) -> parts.add(count + " " + look.word()));
        int chunks = table.ranges().size();
        return "%d %s: %s".formatted(chunks, chunks == 1 ? "chunk" : "chunks", parts);
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.3f%%", value);
    }
}
