package dev.firn.archiver;

import dev.firn.console.OutputFormat;
import dev.firn.lifecycle.ExpirySummary;
import dev.firn.lifecycle.OpenNamespace;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code archiver expire}: removes archived copies because of their age. */
@Command(
        name = "expire",
        description = {
            "Removes the archived copies of dropped ranges that are older than expire-after.",
            "This deletes rows for good; nothing else in Firn does. --dry-run tells which."
        })
final class ExpireCommand implements Callable<Integer> {

    @ParentCommand
    private ArchiverCommand archiver;

    @Spec
    private CommandSpec spec;

    @Mixin
    private Selection selection;

    @Mixin
    private OutputFormat output;

    @Option(names = "--dry-run", description = "Only tell what would be removed, and what not, and why.")
    private boolean dryRun;

    @Override
    public Integer call() {
        try (OpenNamespace namespace = archiver.open(selection.namespace())) {
            ExpirySummary summary = dryRun ? namespace.expiry(selection.table()) : namespace.expire(selection.table());
            spec.commandLine().getOut().println(output.json() ? ExpiryView.json(summary) : ExpiryView.text(summary));
            return summary.exitCode();
        }
    }
}
