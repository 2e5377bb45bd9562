package dev.firn.archiver;

import dev.firn.console.OutputFormat;
import dev.firn.lifecycle.NamespaceStatus;
import dev.firn.lifecycle.OpenNamespace;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code archiver status}: where the rows are now. */
@Command(name = "status", description = "Shows settings and ranges per table: hot, compressed, archived, restored.")
final class StatusCommand implements Callable<Integer> {

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
        try (OpenNamespace namespace = archiver.open(selection.namespace())) {
            NamespaceStatus status = selection.table().isPresent()
                    ? namespace.status(selection.table())
                    : namespace.status(archiver.neighbours(namespace.config()));
            spec.commandLine().getOut().println(output.json() ? StatusView.json(status) : StatusView.text(status));
            return 0;
        }
    }
}
