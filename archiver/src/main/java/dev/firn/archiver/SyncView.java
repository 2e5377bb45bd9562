package dev.firn.archiver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.FirnException;
import dev.firn.athena.glue.SyncedTable;
import dev.firn.console.Json;
import java.util.ArrayList;
import java.util.List;

/** What the Glue Data Catalog was told, for people and for programs. */
final class SyncView {

    private SyncView() {}

    static String text(List<SyncedTable> tables, boolean dryRun) {
        List<String> lines = new ArrayList<>();
        for (SyncedTable table : tables) {
            if (table.wasInStep()) {
                lines.add("%s (%s): nothing to change".formatted(table.table(), table.name()));
            }
            table.changes()
                    .forEach(change -> lines.add("%s (%s): %s%s"
                            .formatted(table.table(), table.name(), dryRun ? "would be changed: " : "", change)));
            table.failure().ifPresent(failure -> lines.add(failure.getMessage()));
        }
        return String.join(System.lineSeparator(), lines);
    }

    static String json(List<SyncedTable> tables, boolean dryRun) {
        ObjectNode root = Json.object();
        root.put("dryRun", dryRun);
        put(root.putArray("tables"), tables);
        root.put("exitCode", exitCode(tables));
        return Json.text(root);
    }

    static void put(ArrayNode into, List<SyncedTable> tables) {
        for (SyncedTable table : tables) {
            ObjectNode node = into.addObject();
            node.put("table", table.table().toString());
            node.put("name", table.name());
            table.changes().forEach(node.putArray("changes")::add);
            table.failure().ifPresent(failure -> Json.putFailure(node, failure));
        }
    }

    static int exitCode(List<SyncedTable> tables) {
        return FirnException.exitCode(tables.stream().flatMap(table -> table.failure().stream()));
    }
}
