package dev.firn.rehydrator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.TimeRange;
import dev.firn.console.Json;
import dev.firn.console.OutputFormat;
import dev.firn.lifecycle.OpenNamespace;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code rehydrate release}: what came back may go again. */
@Command(
        name = "release",
        description = {
            "Ends the hold on ranges that came back: the archiver's next pass drops them again if they are unchanged,",
            "and does with one that was edited as the table's on-edit says."
        })
final class ReleaseCommand implements Callable<Integer> {

    @ParentCommand
    private RehydrateCommand rehydrate;

    @Spec
    private CommandSpec spec;

    @Mixin
    private OneTable of;

    @Mixin
    private SpanOptions span;

    @Mixin
    private OutputFormat output;

    @Override
    public Integer call() {
        try (OpenNamespace open = rehydrate.open(of.namespace())) {
            List<TimeRange> released = open.release(of.table(), span.span());
            spec.commandLine().getOut().println(output.json() ? json(released) : text(released));
            return 0;
        }
    }

    private String text(List<TimeRange> released) {
        StringJoiner lines = new StringJoiner(System.lineSeparator());
        released.forEach(range -> lines.add("%s %s: released".formatted(of.table(), range)));
        return lines.add("%d holds ended; `archiver run %s` drops what is unchanged"
                        .formatted(released.size(), of.namespace()))
                .toString();
    }

    private String json(List<TimeRange> released) {
        ObjectNode root = Json.object();
        ArrayNode list = root.putArray("released");
        for (TimeRange range : released) {
            ObjectNode node = list.addObject();
            node.put("table", of.table().toString());
            Json.putRange(node, range);
        }
        return Json.text(root);
    }
}
