package dev.firn.archiver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.catalog.ChunkRow;
import dev.firn.console.Human;
import dev.firn.console.Json;
import dev.firn.console.TextTable;
import dev.firn.lifecycle.NamespaceStatus;
import dev.firn.lifecycle.NamespaceStatus.Range;
import dev.firn.lifecycle.NamespaceStatus.TableStatus;
import dev.firn.lifecycle.Uncovered;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** A status, for people and for programs. */
public final class StatusView {

    private StatusView() {}

    static String text(NamespaceStatus status) {
        StringJoiner lines = new StringJoiner(System.lineSeparator());
        lines.add("%s: %s, archive %s".formatted(status.namespace(), status.source(), status.location()));
        status.pauses().forEach(pause -> lines.add(pause.toString()));
        uncovered(status.uncovered()).ifPresent(lines::add);
        for (TableStatus table : status.tables()) {
            lines.add("");
            lines.add("%s: chunks of %s, %s, %s"
                    .formatted(
                            table.table(),
                            interval(table),
                            table.compression()
                                    .map(settings -> "compressed by %s ordered by %s%s"
                                            .formatted(
                                                    settings.segmentBy(),
                                                    settings.orderBy(),
                                                    settings.compressAfter()
                                                            .map(after -> " after " + after)
                                                            .orElse(", without a policy")))
                                    .orElse("not compressed"),
                            table.retentionAfter()
                                    .map(after -> "retention policy drops after " + after)
                                    .orElse("no retention policy")));
            table.refusal().ifPresent(reason -> lines.add("  refused: " + reason));
            AlarmView.off(table.guards()).ifPresent(off -> lines.add("  guards off: " + off));
            table.alarms().forEach(alarm -> lines.add("  " + alarm));
            table.queryWarning().ifPresent(warning -> lines.add("  warning: " + warning));
            if (!table.ranges().isEmpty()) {
                lines.add(ranges(table).toString());
            }
            lines.add("  %s in the database, %s on S3"
                    .formatted(Human.bytes(table.bytesInDatabase()), Human.bytes(table.bytesArchived())));
        }
        if (status.tables().stream().anyMatch(table -> table.bytesArchived() > 0)) {
            lines.add("");
            lines.add("Spark looks partitions up: of these tables it shows nothing that was archived after it last did"
                    + " so (MSCK REPAIR TABLE), or after Glue was last told (athena.sync).");
        }
        return lines.toString();
    }

    /** For people. */
    public static Optional<String> uncovered(Uncovered uncovered) {
        StringJoiner text = new StringJoiner("; ");
        if (!uncovered.tables().isEmpty()) {
            text.add("registered by the event store, and archived by no configuration: "
                    + uncovered.tables().stream().map(TableName::toString).collect(Collectors.joining(", ")));
        }
        uncovered.problem().ifPresent(why -> text.add("what else should be archived is not known: " + why));
        return text.length() == 0 ? Optional.empty() : Optional.of(text.toString());
    }

    private static TextTable ranges(TableStatus table) {
        TextTable text = new TextTable("FROM", "TO", "STATE", ">IN DATABASE", ">ON S3", ">ROWS ON S3", "LAST ERROR");
        for (Range range : table.ranges()) {
            text.row(
                    range.range().showStart(),
                    range.range().showEnd(),
                    range.state().word(),
                    Human.bytes(range.bytesInDatabase()),
                    Human.bytes(range.bytesArchived()),
                    Human.count(range.rowsArchived()),
                    range.lastFailure().map(ChunkRow.Failure::message).orElse(""));
        }
        return text;
    }

    private static String interval(TableStatus table) {
        if (table.chunkInterval() == 0) {
            return "their own sizes";
        }
        if (table.timeKind().isInteger()) {
            return table.chunkInterval() + " units";
        }
        Duration duration = Duration.of(table.chunkInterval(), ChronoUnit.MICROS);
        return duration.toHours() % 24 == 0 ? duration.toDays() + " days" : duration.toString();
    }

    static String json(NamespaceStatus status) {
        ObjectNode root = Json.object();
        put(root, status);
        return Json.text(root);
    }

    /** What {@code archiver status --json} prints, for whoever prints more with it. */
    public static void put(ObjectNode root, NamespaceStatus status) {
        root.put("namespace", status.namespace());
        root.put("source", status.source().toString());
        root.put("serverVersion", status.source().serverVersion());
        root.put("extensionVersion", status.source().extensionVersion());
        root.put("edition", status.source().edition());
        root.put("location", status.location());
        ArrayNode pauses = root.putArray("pauses");
        status.pauses().forEach(pause -> {
            ObjectNode node = pauses.addObject();
            pause.table().ifPresent(table -> node.put("table", table.toString()));
            node.put("since", pause.since().toString());
            node.put("by", pause.actor());
        });
        ArrayNode uncovered = root.putArray("uncovered");
        status.uncovered().tables().forEach(table -> uncovered.add(table.toString()));
        status.uncovered().problem().ifPresent(why -> root.put("uncoveredProblem", why));
        ArrayNode tables = root.putArray("tables");
        for (TableStatus table : status.tables()) {
            ObjectNode node = tables.addObject();
            node.put("table", table.table().toString());
            node.put("chunkInterval", table.chunkInterval());
            node.put("timeKind", table.timeKind().catalogueName());
            if (table.timeKind() != TimeKind.DATE && table.chunkInterval() > 0) {
                node.put("chunkIntervalText", interval(table));
            }
            table.compression().ifPresent(settings -> {
                ObjectNode compression = node.putObject("compression");
                settings.segmentBy().forEach(compression.putArray("segmentBy")::add);
                settings.orderBy().forEach(compression.putArray("orderBy")::add);
                settings.compressAfter().ifPresent(after -> compression.put("compressAfter", after));
            });
            table.retentionAfter().ifPresent(after -> node.put("retentionAfter", after));
            table.refusal().ifPresent(reason -> node.put("refusal", reason));
            AlarmView.putGuards(node, table.guards());
            AlarmView.put(node, table.alarms());
            table.queryWarning().ifPresent(warning -> node.put("queryWarning", warning));
            table.lag().ifPresent(lag -> {
                node.put("lagSeconds", lag.age().toSeconds());
                node.put("overdueSeconds", lag.overdue().toSeconds());
            });
            table.aggregateLag().ifPresent(lag -> node.put("aggregateLagSeconds", lag.toSeconds()));
            node.put("bytesInDatabase", table.bytesInDatabase());
            node.put("bytesArchived", table.bytesArchived());
            ArrayNode ranges = node.putArray("ranges");
            table.ranges().forEach(range -> put(ranges.addObject(), range));
        }
    }

    private static void put(ObjectNode node, Range range) {
        Json.putRange(node, range.range());
        node.put("state", range.state().word());
        node.put("bytesInDatabase", range.bytesInDatabase());
        node.put("bytesArchived", range.bytesArchived());
        node.put("rowsArchived", range.rowsArchived());
        node.put("bytesBefore", range.bytesBefore());
        node.put("due", range.due());
        range.keptUntil().ifPresent(until -> node.put("keptUntil", until.toString()));
        range.claim().ifPresent(claim -> {
            ObjectNode inWork = node.putObject("inWork");
            inWork.put("for", claim.purpose().name().toLowerCase(Locale.ROOT));
            inWork.put("holder", claim.holder());
        });
        range.lastFailure().ifPresent(failure -> {
            node.put("lastError", failure.message());
            node.put("lastErrorHint", failure.hint());
            node.put("lastErrorAt", failure.failedAt().toString());
            node.put("failures", failure.count());
        });
    }
}
