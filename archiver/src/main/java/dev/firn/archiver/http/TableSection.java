package dev.firn.archiver.http;

import dev.firn.TimeRange;
import dev.firn.archiver.http.ServiceView.InProgress;
import dev.firn.console.Human;
import dev.firn.lifecycle.NamespaceStatus.Lag;
import dev.firn.lifecycle.NamespaceStatus.Range;
import dev.firn.lifecycle.NamespaceStatus.TableStatus;
import dev.firn.lifecycle.guards.Alarm;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** A table: how large it is here and there, its time line, what to know of it, and the same once more in letters. */
final class TableSection {

    private static final int MOST_ROWS = 500;

    private final Html html;
    private final Instant now;

    TableSection(Html html, Instant now) {
        this.html = html;
        this.now = now;
    }

    /** @param work in progress on this table */
    void draw(String id, TableStatus table, List<InProgress> work) {
        html.open("article", "class", "table", "id", id);
        html.element("h3", table.table().toString());
        table.refusal().ifPresent(refusal -> Problems.draw(html, "problem", "refused", refusal, ""));
        if (table.refusal().isEmpty()) {
            List<Cell> cells = new ArrayList<>();
            for (Range range : table.ranges()) {
                cells.add(Cell.of(range, on(range.range(), work)));
            }
            figures(table);
            new TimeLine(html, id + "-line").draw(table, cells, position(table));
            table.alarms().forEach(this::draw);
            table.queryWarning().ifPresent(warning -> Problems.draw(html, "warning", "warning", warning, ""));
            details(table, work);
        }
        html.close().line();
    }

    private OptionalLong position(TableStatus table) {
        return table.timeKind().isInteger()
                ? OptionalLong.empty()
                : OptionalLong.of(ChronoUnit.MICROS.between(Instant.EPOCH, now));
    }

    private static List<InProgress> on(TimeRange range, List<InProgress> work) {
        return work.stream().filter(each -> each.range().equals(range)).toList();
    }

    private void draw(Alarm alarm) {
        Problems.draw(
                html,
                alarm.level() == Alarm.Level.ALARM ? "problem" : "warning",
                alarm.level().word() + " (" + alarm.guard() + ")",
                alarm.range().map(range -> range + " ").orElse("") + alarm.what(),
                alarm.hint());
    }

    private void figures(TableStatus table) {
        html.open("dl", "class", "figures");
        figure("in the database", Human.bytes(table.bytesInDatabase()));
        figure("on S3", Human.bytes(table.bytesArchived()));
        figure(
                "rows on S3",
                Human.count(
                        table.ranges().stream().mapToLong(Range::rowsArchived).sum()));
        long freed = table.ranges().stream()
                .filter(range -> range.bytesInDatabase() == 0)
                .mapToLong(Range::bytesBefore)
                .sum();
        if (freed > 0) {
            figure("freed in the database", Human.bytes(freed));
        }
        table.compressionRatio()
                .ifPresent(ratio -> figure("smaller on S3", String.format(Locale.ROOT, "%.1f ×", ratio)));
        long due = table.ranges().stream().filter(Range::due).count();
        figure("due", due == 0 ? "none" : Human.count(due));
        table.lag()
                .map(Lag::overdue)
                .filter(overdue -> due > 0)
                .ifPresent(overdue -> figure("oldest due for", Moments.duration(overdue)));
        table.aggregateLag()
                .filter(lag -> lag.compareTo(Duration.ZERO) > 0)
                .ifPresent(lag -> figure("aggregates behind", Moments.duration(lag)));
        html.close().line();
    }

    private void figure(String what, String value) {
        html.open("div").element("dt", what).element("dd", value).close();
    }

    private void details(TableStatus table, List<InProgress> work) {
        if (table.ranges().isEmpty()) {
            return;
        }
        List<Range> newest = new ArrayList<>(table.ranges()
                .subList(
                        Math.max(0, table.ranges().size() - MOST_ROWS),
                        table.ranges().size()));
        java.util.Collections.reverse(newest);
        html.open("details").element("summary", "All chunks as a table, newest first");
        if (newest.size() < table.ranges().size()) {
            html.element(
                    "p",
                    "The newest %d of %d; /status has all."
                            .formatted(newest.size(), table.ranges().size()),
                    "class",
                    "quiet");
        }
        html.open(
                "div",
                "class",
                "scroll",
                "tabindex",
                "0",
                "role",
                "region",
                "aria-label",
                "chunks of " + table.table());
        html.open("table").open("thead").open("tr");
        for (String head : List.of("from", "to", "state")) {
            html.element("th", head, "scope", "col");
        }
        for (String head : List.of("in the database", "on S3", "rows on S3")) {
            html.element("th", head, "scope", "col", "class", "number");
        }
        html.element("th", "last error", "scope", "col");
        html.close().close().open("tbody").line();
        newest.forEach(range -> row(range, on(range.range(), work)));
        html.close().close().close().close().line();
    }

    private void row(Range range, List<InProgress> work) {
        Look look = Look.of(range, work);
        html.open("tr", "class", look.style())
                .element("td", range.range().showStart())
                .element("td", range.range().showEnd())
                .element("td", Cell.state(range, look, work))
                .element("td", Human.bytes(range.bytesInDatabase()), "class", "number")
                .element("td", range.bytesArchived() == 0 ? "" : Human.bytes(range.bytesArchived()), "class", "number")
                .element("td", range.rowsArchived() == 0 ? "" : Human.count(range.rowsArchived()), "class", "number")
                .element(
                        "td",
                        range.lastFailure()
                                .map(failure -> failure.message() + ". HINT: " + failure.hint())
                                .orElse(""))
                .close()
                .line();
    }
}
