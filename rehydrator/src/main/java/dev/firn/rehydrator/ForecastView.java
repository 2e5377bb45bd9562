package dev.firn.rehydrator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.console.Human;
import dev.firn.console.Json;
import dev.firn.console.TextTable;
import dev.firn.lifecycle.RestoreForecast;
import dev.firn.lifecycle.RestoreForecast.Range;
import dev.firn.lifecycle.RestoreForecast.Step;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.ToLongFunction;

/** What would be brought back, for people and for programs. */
final class ForecastView {

    private ForecastView() {}

    static String text(RestoreForecast forecast) {
        StringJoiner lines = new StringJoiner(System.lineSeparator());
        TextTable table =
                new TextTable("TABLE", "FROM", "TO", ">COPIES", ">ROWS", ">TO READ", ">IN DATABASE", "WOULD BE");
        for (Range range : forecast.ranges()) {
            table.row(
                    range.table().toString(),
                    range.range().showStart(),
                    range.range().showEnd(),
                    Integer.toString(range.copies()),
                    Human.count(range.rows()),
                    Human.bytes(range.bytes()),
                    range.databaseBytes().isPresent()
                            ? "about " + Human.bytes(range.databaseBytes().getAsLong())
                            : "not known",
                    word(range));
        }
        if (!forecast.ranges().isEmpty()) {
            lines.add(table.toString());
        }
        forecast.nothingArchived().forEach((name, note) -> lines.add(name + ": " + note));
        forecast.ranges().forEach(range -> range.obstacle().ifPresent(obstacle -> lines.add(obstacle.getMessage())));
        forecast.refused().values().forEach(failure -> lines.add(failure.getMessage()));
        return lines.add("%d to load: %s rows at most, %s to read; %d there, %d refused; nothing was changed"
                        .formatted(
                                count(forecast, Step.LOAD),
                                Human.count(sum(forecast, Range::rows)),
                                Human.bytes(sum(forecast, Range::bytes)),
                                count(forecast, Step.THERE),
                                count(forecast, Step.IN_THE_WAY)))
                .toString();
    }

    private static long count(RestoreForecast forecast, Step step) {
        return forecast.ranges().stream().filter(range -> range.step() == step).count();
    }

    private static long sum(RestoreForecast forecast, ToLongFunction<Range> of) {
        return forecast.ranges().stream()
                .filter(range -> range.step() == Step.LOAD)
                .mapToLong(of)
                .sum();
    }

    private static String word(Range range) {
        String word =
                switch (range.step()) {
                    case LOAD -> "loaded";
                    case THERE -> "left: it is there";
                    case IN_THE_WAY -> "REFUSED";
                };
        return range.notes().isEmpty() ? word : word + ": " + String.join("; ", range.notes());
    }

    static String json(RestoreForecast forecast) {
        ObjectNode root = Json.object();
        ArrayNode ranges = root.putArray("ranges");
        for (Range range : forecast.ranges()) {
            ObjectNode node = ranges.addObject();
            node.put("table", range.table().toString());
            Json.putRange(node, range.range());
            node.put("step", range.step().name().toLowerCase(Locale.ROOT));
            node.put("copies", range.copies());
            node.put("rows", range.rows());
            node.put("bytes", range.bytes());
            range.databaseBytes()
                    .ifPresentOrElse(known -> node.put("databaseBytes", known), () -> node.putNull("databaseBytes"));
            range.notes().forEach(node.putArray("notes")::add);
            range.obstacle().ifPresent(obstacle -> Json.putFailure(node, obstacle));
        }
        Json.putFailures(root.putArray("refused"), forecast.refused());
        ArrayNode nothing = root.putArray("nothingArchived");
        forecast.nothingArchived()
                .forEach((table, note) ->
                        nothing.addObject().put("table", table.toString()).put("note", note));
        root.put("exitCode", forecast.exitCode());
        return Json.text(root);
    }
}
