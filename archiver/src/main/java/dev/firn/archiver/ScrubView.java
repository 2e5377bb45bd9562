package dev.firn.archiver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.console.Human;
import dev.firn.console.Json;
import dev.firn.console.TextTable;
import dev.firn.lifecycle.ScrubSummary;
import java.util.StringJoiner;

/** What a scrub found, for people and for programs. */
final class ScrubView {

    private ScrubView() {}

    static String text(ScrubSummary summary) {
        StringJoiner lines = new StringJoiner(System.lineSeparator());
        if (!summary.copies().isEmpty()) {
            TextTable table = new TextTable("TABLE", "FROM", "TO", ">GENERATION", ">ROWS", ">BYTES", "RESULT");
            summary.copies()
                    .forEach(copy -> table.row(
                            copy.table().toString(),
                            copy.range().showStart(),
                            copy.range().showEnd(),
                            Integer.toString(copy.generation()),
                            Human.count(copy.rows()),
                            Human.bytes(copy.bytes()),
                            copy.failure().isEmpty() ? "proven" : "NOT PROVEN"));
            lines.add(table.toString());
        }
        summary.copies().forEach(copy -> copy.failure().ifPresent(failure -> lines.add(failure.getMessage())));
        summary.strays()
                .forEach(
                        key -> lines.add("STRAY: %s lies where readers look, and no manifest names it".formatted(key)));
        summary.superseded()
                .forEach(key ->
                        lines.add(("SUPERSEDED: %s lies where readers look still, though its copy was replaced or has"
                                        + " expired; the next run over its table removes it")
                                .formatted(key)));
        long broken = summary.copies().stream()
                .filter(copy -> copy.failure().isPresent())
                .count();
        lines.add("%d copies proven, %d not; %d stray and %d superseded objects"
                .formatted(
                        summary.copies().size() - broken,
                        broken,
                        summary.strays().size(),
                        summary.superseded().size()));
        return lines.toString();
    }

    static String json(ScrubSummary summary) {
        ObjectNode root = Json.object();
        ArrayNode copies = root.putArray("copies");
        summary.copies().forEach(copy -> {
            ObjectNode node = copies.addObject();
            node.put("table", copy.table().toString());
            Json.putRange(node, copy.range());
            node.put("generation", copy.generation());
            node.put("rows", copy.rows());
            node.put("bytes", copy.bytes());
            node.put("proven", copy.failure().isEmpty());
            copy.failure().ifPresent(failure -> Json.putFailure(node, failure));
        });
        summary.strays().forEach(root.putArray("strays")::add);
        summary.superseded().forEach(root.putArray("superseded")::add);
        root.put("exitCode", summary.exitCode());
        return Json.text(root);
    }
}
