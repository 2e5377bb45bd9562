package dev.firn.archiver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.TableName;
import dev.firn.console.Human;
import dev.firn.console.Json;
import dev.firn.console.TextTable;
import dev.firn.lifecycle.SweepSummary;
import dev.firn.lifecycle.SweepSummary.Item;
import dev.firn.lifecycle.SweepSummary.Outcome;
import java.time.Instant;
import java.util.StringJoiner;

/** What the janitor found, for people and for programs. */
final class SweepView {

    private SweepView() {}

    static String text(SweepSummary summary) {
        StringJoiner lines = new StringJoiner(System.lineSeparator());
        if (!summary.items().isEmpty()) {
            TextTable table = new TextTable("TABLE", "KIND", "WHAT", ">BYTES", "LAST CHANGED", "RESULT", "WHY NOT");
            summary.items()
                    .forEach(item -> table.row(
                            item.table().map(TableName::toString).orElse(""),
                            item.kind().word(),
                            item.what(),
                            Human.bytes(item.bytes()),
                            item.lastSign().map(Instant::toString).orElse(""),
                            item.outcome().word(),
                            item.why().orElse("")));
            lines.add(table.toString());
        }
        summary.items().forEach(item -> item.failure().ifPresent(failure -> lines.add(failure.getMessage())));
        summary.refused().forEach((table, failure) -> lines.add(failure.getMessage()));
        lines.add("%d due, %d removed, %d kept, %d failed; %s"
                .formatted(
                        summary.count(Outcome.DUE),
                        summary.count(Outcome.REMOVED),
                        summary.count(Outcome.KEPT),
                        summary.count(Outcome.FAILED),
                        Human.bytes(summary.items().stream()
                                .filter(item -> item.outcome() == Outcome.DUE || item.outcome() == Outcome.REMOVED)
                                .mapToLong(Item::bytes)
                                .sum())));
        return lines.toString();
    }

    static String json(SweepSummary summary) {
        ObjectNode root = Json.object();
        ArrayNode items = root.putArray("items");
        summary.items().forEach(item -> {
            ObjectNode node = items.addObject();
            item.table().ifPresent(table -> node.put("table", table.toString()));
            node.put("kind", item.kind().word());
            node.put("what", item.what());
            node.put("bytes", item.bytes());
            item.lastSign().ifPresent(sign -> node.put("lastChanged", sign.toString()));
            node.put("outcome", item.outcome().word());
            item.why().ifPresent(why -> node.put("why", why));
            item.failure().ifPresent(failure -> Json.putFailure(node, failure));
        });
        Json.putFailures(root.putArray("refused"), summary.refused());
        root.put("exitCode", summary.exitCode());
        return Json.text(root);
    }
}
