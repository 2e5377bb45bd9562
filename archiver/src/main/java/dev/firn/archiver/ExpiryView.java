package dev.firn.archiver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.console.Human;
import dev.firn.console.Json;
import dev.firn.console.TextTable;
import dev.firn.lifecycle.ExpirySummary;
import dev.firn.lifecycle.ExpirySummary.Outcome;
import dev.firn.lifecycle.ExpirySummary.Result;
import java.util.StringJoiner;

/** What expired, for people and for programs. */
final class ExpiryView {

    private ExpiryView() {}

    static String text(ExpirySummary summary) {
        StringJoiner lines = new StringJoiner(System.lineSeparator());
        if (!summary.ranges().isEmpty()) {
            TextTable table = new TextTable("TABLE", "FROM", "TO", ">COPIES", ">ROWS", ">BYTES", "RESULT", "WHY NOT");
            summary.ranges()
                    .forEach(range -> table.row(
                            range.table().toString(),
                            range.range().showStart(),
                            range.range().showEnd(),
                            Integer.toString(range.copies()),
                            Human.count(range.rows()),
                            Human.bytes(range.bytes()),
                            range.outcome().word(),
                            range.why().orElse("")));
            lines.add(table.toString());
        }
        summary.ranges().forEach(range -> range.failure().ifPresent(failure -> lines.add(failure.getMessage())));
        summary.refused().forEach((table, failure) -> lines.add(failure.getMessage()));
        summary.synced().forEach(table -> table.failure().ifPresent(failure -> lines.add(failure.getMessage())));
        lines.add("%d ranges due, %d expired, %d kept, %d left to other workers, %d failed; %s rows in %s"
                .formatted(
                        summary.count(Outcome.DUE),
                        summary.count(Outcome.EXPIRED),
                        summary.count(Outcome.KEPT),
                        summary.count(Outcome.LEFT),
                        summary.count(Outcome.FAILED),
                        Human.count(summary.ranges().stream()
                                .filter(ExpiryView::goes)
                                .mapToLong(Result::rows)
                                .sum()),
                        Human.bytes(summary.ranges().stream()
                                .filter(ExpiryView::goes)
                                .mapToLong(Result::bytes)
                                .sum())));
        return lines.toString();
    }

    private static boolean goes(Result range) {
        return range.outcome() == Outcome.DUE || range.outcome() == Outcome.EXPIRED;
    }

    static String json(ExpirySummary summary) {
        ObjectNode root = Json.object();
        ArrayNode ranges = root.putArray("ranges");
        summary.ranges().forEach(range -> {
            ObjectNode node = ranges.addObject();
            node.put("table", range.table().toString());
            Json.putRange(node, range.range());
            node.put("outcome", range.outcome().word());
            node.put("copies", range.copies());
            node.put("rows", range.rows());
            node.put("bytes", range.bytes());
            range.why().ifPresent(why -> node.put("why", why));
            range.failure().ifPresent(failure -> Json.putFailure(node, failure));
        });
        Json.putFailures(root.putArray("refused"), summary.refused());
        if (!summary.synced().isEmpty()) {
            SyncView.put(root.putArray("catalog"), summary.synced());
        }
        root.put("exitCode", summary.exitCode());
        return Json.text(root);
    }
}
