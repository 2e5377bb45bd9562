package dev.firn.archiver;

import dev.firn.lifecycle.OpenNamespace;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code archiver pause}: stops the service's work on a namespace or a table. */
@Command(
        name = "pause",
        description = {
            "Has `archiver serve`, on all nodes, take up nothing more of a namespace or a table until `archiver resume`.",
            "Chunks in work are finished. What is paused is neither swept nor scrubbed by itself, and nothing of it expires.",
            "`archiver run`, `janitor`, `scrub` and `expire`, called by hand, are not concerned."
        })
final class PauseCommand implements Callable<Integer> {

    @ParentCommand
    private ArchiverCommand archiver;

    @Spec
    private CommandSpec spec;

    @Mixin
    private Selection selection;

    @Override
    public Integer call() {
        try (OpenNamespace namespace = archiver.open(selection.namespace())) {
            boolean changed = namespace.pause(selection.table());
            spec.commandLine().getOut().println(selection.text() + (changed ? ": paused" : ": was paused already"));
            return 0;
        }
    }
}
