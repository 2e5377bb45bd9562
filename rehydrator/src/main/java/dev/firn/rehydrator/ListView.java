package dev.firn.rehydrator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.config.Keep;
import dev.firn.console.Human;
import dev.firn.console.Json;
import dev.firn.console.TextTable;
import dev.firn.lifecycle.ArchivedCopy;
import java.util.List;
import java.util.Locale;

/** What is archived, for people and for programs. */
final class ListView {

    private ListView() {}

    static String text(List<ArchivedCopy> copies) {
        if (copies.isEmpty()) {
            return "Nothing is archived there.";
        }
        TextTable table = new TextTable("TABLE", "FROM", "TO", ">GENERATION", ">ROWS", ">BYTES", ">FILES", "DATABASE");
        for (ArchivedCopy copy : copies) {
            table.row(
                    copy.table().toString(),
                    copy.range().showStart(),
                    copy.range().showEnd(),
                    Integer.toString(copy.generation()),
                    Human.count(copy.rows()),
                    Human.bytes(copy.bytes()),
                    Integer.toString(copy.files()),
                    state(copy));
        }
        return table
                + System.lineSeparator()
                + "%d copies, %s rows, %s"
                        .formatted(
                                copies.size(),
                                Human.count(copies.stream()
                                        .mapToLong(ArchivedCopy::rows)
                                        .sum()),
                                Human.bytes(copies.stream()
                                        .mapToLong(ArchivedCopy::bytes)
                                        .sum()));
    }

    private static String state(ArchivedCopy copy) {
        String state = copy.state().map(Enum::name).orElse("not known").toLowerCase(Locale.ROOT);
        return copy.heldUntil()
                .map(until -> state + ", kept " + Keep.show(until))
                .orElse(state);
    }

    static String json(List<ArchivedCopy> copies) {
        ObjectNode root = Json.object();
        ArrayNode list = root.putArray("copies");
        for (ArchivedCopy copy : copies) {
            ObjectNode node = list.addObject();
            node.put("table", copy.table().toString());
            Json.putRange(node, copy.range());
            node.put("generation", copy.generation());
            node.put("role", copy.role().name().toLowerCase(Locale.ROOT));
            node.put("rows", copy.rows());
            node.put("bytes", copy.bytes());
            node.put("files", copy.files());
            node.put("archivedAt", copy.archivedAt().toString());
            node.put(
                    "state",
                    copy.state()
                            .map(state -> state.name().toLowerCase(Locale.ROOT))
                            .orElse(null));
            node.put("heldUntil", copy.heldUntil().map(Object::toString).orElse(null));
        }
        return Json.text(root);
    }
}
