package dev.firn.archiver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.console.Human;
import dev.firn.console.Json;
import dev.firn.console.TextTable;
import dev.firn.lifecycle.ChunkResult;
import dev.firn.lifecycle.PassSummary;
import java.util.StringJoiner;

/** What a pass did, for people and for programs. */
final class PassView {

    private PassView() {}

    static String text(PassSummary summary) {
        StringJoiner lines = new StringJoiner(System.lineSeparator());
        if (!summary.chunks().isEmpty()) {
            TextTable table = new TextTable("TABLE", "FROM", "TO", ">ROWS", ">ON S3", ">FREED", ">TOOK", "OUTCOME");
            for (ChunkResult chunk : summary.chunks()) {
                table.row(
                        chunk.table().toString(),
                        chunk.range().showStart(),
                        chunk.range().showEnd(),
                        Human.count(chunk.rows()),
                        Human.bytes(chunk.bytesArchived()),
                        Human.bytes(chunk.bytesFreed()),
                        Human.duration(chunk.took()),
                        chunk.outcome().word());
            }
            lines.add(table.toString());
        }
        summary.chunks().stream()
                .filter(chunk -> chunk.outcome() == ChunkResult.Outcome.EDITED)
                .forEach(chunk ->
                        lines.add("%s %s: it is not what came back, and stays; `archiver status` says what to do"
                                .formatted(chunk.table(), chunk.range())));
        RequestsView.text(summary.requests()).forEach(lines::add);
        summary.chunks().forEach(chunk -> chunk.failure().ifPresent(failure -> lines.add(failure.getMessage())));
        summary.tables().values().forEach(failure -> lines.add(failure.getMessage()));
        summary.synced().forEach(table -> table.failure().ifPresent(failure -> lines.add(failure.getMessage())));
        lines.add("%d archived, %d dropped, %d failed, %d left to others; %s on S3, %s freed in the database"
                .formatted(
                        summary.count(ChunkResult.Outcome.ARCHIVED),
                        summary.count(ChunkResult.Outcome.DROPPED),
                        summary.count(ChunkResult.Outcome.FAILED),
                        summary.count(ChunkResult.Outcome.LEFT),
                        Human.bytes(summary.bytesArchived()),
                        Human.bytes(summary.bytesFreed())));
        return lines.toString();
    }

    static String json(PassSummary summary) {
        ObjectNode root = Json.object();
        RequestsView.put(root, summary.requests());
        ArrayNode chunks = root.putArray("chunks");
        for (ChunkResult chunk : summary.chunks()) {
            ObjectNode node = chunks.addObject();
            node.put("table", chunk.table().toString());
            Json.putRange(node, chunk.range());
            node.put("outcome", chunk.outcome().word());
            node.put("rows", chunk.rows());
            node.put("bytesArchived", chunk.bytesArchived());
            node.put("bytesFreed", chunk.bytesFreed());
            node.put("millis", chunk.took().toMillis());
            chunk.failure().ifPresent(failure -> Json.putFailure(node, failure));
        }
        Json.putFailures(root.putArray("refusedTables"), summary.tables());
        if (!summary.synced().isEmpty()) {
            SyncView.put(root.putArray("catalog"), summary.synced());
        }
        root.put("bytesArchived", summary.bytesArchived());
        root.put("bytesFreed", summary.bytesFreed());
        root.put("exitCode", summary.exitCode());
        return Json.text(root);
    }
}
