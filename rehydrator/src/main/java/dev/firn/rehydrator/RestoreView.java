package dev.firn.rehydrator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.console.Human;
import dev.firn.console.Json;
import dev.firn.console.TextTable;
import dev.firn.lifecycle.RestoreSummary;
import dev.firn.lifecycle.RestoreSummary.Outcome;
import dev.firn.lifecycle.RestoreSummary.Result;
import java.util.Locale;
import java.util.StringJoiner;

/** What came back, for people and for programs. */
final class RestoreView {

    private RestoreView() {}

    static String text(RestoreSummary summary) {
        StringJoiner lines = new StringJoiner(System.lineSeparator());
        TextTable table = new TextTable("TABLE", "FROM", "TO", ">ROWS", ">READ", ">TOOK", "OUTCOME");
        for (Result range : summary.ranges()) {
            table.row(
                    range.table().toString(),
                    range.range().showStart(),
                    range.range().showEnd(),
                    Human.count(range.rows()),
                    Human.bytes(range.bytes()),
                    Human.duration(range.took()),
                    word(range));
        }
        if (!summary.ranges().isEmpty()) {
            lines.add(table.toString());
        }
        summary.nothingArchived().forEach((name, note) -> lines.add(name + ": " + note));
        summary.ranges().forEach(range -> range.failure().ifPresent(failure -> lines.add(failure.getMessage())));
        summary.refused().values().forEach(failure -> lines.add(failure.getMessage()));
        return lines.add("%d brought back, %d were there, %d failed, %d left to others"
                        .formatted(
                                summary.count(Outcome.RESTORED),
                                summary.count(Outcome.THERE),
                                summary.count(Outcome.FAILED),
                                summary.count(Outcome.LEFT)))
                .toString();
    }

    private static String word(Result range) {
        String word =
                switch (range.outcome()) {
                    case RESTORED -> "brought back";
                    case THERE -> "was there";
                    case FAILED -> "FAILED";
                    case LEFT -> "left to another worker";
                };
        return range.notes().isEmpty() ? word : word + ": " + String.join("; ", range.notes());
    }

    static String json(RestoreSummary summary) {
        ObjectNode root = Json.object();
        ArrayNode ranges = root.putArray("ranges");
        for (Result range : summary.ranges()) {
            ObjectNode node = ranges.addObject();
            node.put("table", range.table().toString());
            Json.putRange(node, range.range());
            node.put("outcome", range.outcome().name().toLowerCase(Locale.ROOT));
            node.put("rows", range.rows());
            node.put("bytes", range.bytes());
            node.put("millis", range.took().toMillis());
            range.notes().forEach(node.putArray("notes")::add);
            range.failure().ifPresent(failure -> Json.putFailure(node, failure));
        }
        Json.putFailures(root.putArray("refused"), summary.refused());
        ArrayNode nothing = root.putArray("nothingArchived");
        summary.nothingArchived()
                .forEach((table, note) ->
                        nothing.addObject().put("table", table.toString()).put("note", note));
        root.put("exitCode", summary.exitCode());
        return Json.text(root);
    }
}
