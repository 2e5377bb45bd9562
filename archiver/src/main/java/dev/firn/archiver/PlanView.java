package dev.firn.archiver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.console.Human;
import dev.firn.console.Json;
import dev.firn.console.TextTable;
import dev.firn.lifecycle.Decision;
import dev.firn.lifecycle.NamespacePlan;
import dev.firn.lifecycle.PlannedChunk;
import dev.firn.lifecycle.TablePlan;
import java.util.StringJoiner;

/** A plan, for people and for programs. */
final class PlanView {

    private PlanView() {}

    static String text(NamespacePlan plan) {
        StringJoiner lines = new StringJoiner(System.lineSeparator());
        lines.add("%s: %s, archive %s".formatted(plan.namespace(), plan.source(), plan.location()));
        for (TablePlan table : plan.tables()) {
            lines.add("");
            lines.add("%s: %d of %d chunks have work to do"
                    .formatted(table.table(), table.due().size(), table.chunks().size()));
            table.refusal().ifPresent(reason -> lines.add("  refused: " + reason));
            table.alarms().forEach(alarm -> lines.add("  " + alarm));
            if (!table.chunks().isEmpty()) {
                lines.add(chunks(table).toString());
            }
        }
        return lines.toString();
    }

    private static TextTable chunks(TablePlan table) {
        TextTable text = new TextTable("FROM", "TO", ">ROWS", ">BYTES NOW", ">ON S3 (EST.)", "WHAT", "WHY");
        for (PlannedChunk planned : table.chunks()) {
            text.row(
                    planned.chunk().range().showStart(),
                    planned.chunk().range().showEnd(),
                    planned.rows().isPresent() ? Human.count(planned.rows().getAsLong()) : "",
                    Human.bytes(planned.chunk().bytes()),
                    planned.expectedBytes().isPresent()
                            ? Human.bytes(planned.expectedBytes().getAsLong())
                            : "not known",
                    planned.decision().word(),
                    planned.decision().reason());
        }
        return text;
    }

    static String json(NamespacePlan plan) {
        ObjectNode root = Json.object();
        root.put("namespace", plan.namespace());
        root.put("source", plan.source().toString());
        root.put("location", plan.location());
        ArrayNode tables = root.putArray("tables");
        for (TablePlan table : plan.tables()) {
            ObjectNode node = tables.addObject();
            node.put("table", table.table().toString());
            table.refusal().ifPresent(reason -> node.put("refusal", reason));
            AlarmView.put(node, table.alarms());
            ArrayNode chunks = node.putArray("chunks");
            table.chunks().forEach(planned -> put(chunks.addObject(), planned));
        }
        return Json.text(root);
    }

    private static void put(ObjectNode node, PlannedChunk planned) {
        Json.putRange(node, planned.chunk().range());
        node.put("relation", planned.chunk().relation().toString());
        planned.rows().ifPresent(rows -> node.put("rows", rows));
        node.put("bytes", planned.chunk().bytes());
        planned.expectedBytes().ifPresent(bytes -> node.put("expectedBytes", bytes));
        node.put("decision", planned.decision().word());
        node.put("due", planned.decision().isWork());
        node.put("reason", planned.decision().reason());
        if (planned.decision() instanceof Decision.Refuse refused) {
            node.put("hint", refused.hint());
        }
    }
}
