package dev.firn.archiver;

import dev.firn.TableName;
import dev.firn.console.OutputFormat;
import dev.firn.lifecycle.NamespacePlan;
import dev.firn.lifecycle.OpenNamespace;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code archiver plan}: what a pass would do, and why not more. */
@Command(name = "plan", description = "Shows each chunk with what a pass would do to it, or why not. Changes nothing.")
final class PlanCommand implements Callable<Integer> {

    @ParentCommand
    private ArchiverCommand archiver;

    @Spec
    private CommandSpec spec;

    @Mixin
    private Selection selection;

    @Mixin
    private OutputFormat output;

    @Override
    public Integer call() {
        Optional<TableName> table = selection.table();
        try (OpenNamespace namespace = archiver.open(selection.namespace())) {
            NamespacePlan plan = namespace.plan(table);
            spec.commandLine().getOut().println(output.json() ? PlanView.json(plan) : PlanView.text(plan));
            return 0;
        }
    }
}
