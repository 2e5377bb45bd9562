package dev.firn.archiver;

import dev.firn.console.OutputFormat;
import dev.firn.lifecycle.OpenNamespace;
import dev.firn.lifecycle.SweepSummary;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code archiver janitor}: clears away what dead programs left. */
@Command(
        name = "janitor",
        description = {
            "Removes what dead programs left: uploads, copies that came to nothing, files that were replaced, tables that"
                    + " rows were loaded into.",
            "Nothing younger than janitor.min-age, but for tables whose loading nobody can go on with; and no archived row."
        })
final class JanitorCommand implements Callable<Integer> {

    @ParentCommand
    private ArchiverCommand archiver;

    @Spec
    private CommandSpec spec;

    @Mixin
    private Selection selection;

    @Mixin
    private OutputFormat output;

    @Option(names = "--dry-run", description = "Only tell what would be removed.")
    private boolean dryRun;

    @Override
    public Integer call() {
        try (OpenNamespace namespace = archiver.open(selection.namespace())) {
            SweepSummary summary = namespace.sweep(selection.table(), dryRun);
            spec.commandLine().getOut().println(output.json() ? SweepView.json(summary) : SweepView.text(summary));
            return summary.exitCode();
        }
    }
}
