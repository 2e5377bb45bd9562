package dev.firn.archiver;

import dev.firn.catalog.Pause;
import dev.firn.lifecycle.OpenNamespace;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code archiver resume}: ends what {@code archiver pause} began. */
@Command(
        name = "resume",
        description = "Ends what `archiver pause` began, of the namespace as a whole or of the table that is given.")
final class ResumeCommand implements Callable<Integer> {

    @ParentCommand
    private ArchiverCommand archiver;

    @Spec
    private CommandSpec spec;

    @Mixin
    private Selection selection;

    @Override
    public Integer call() {
        try (OpenNamespace namespace = archiver.open(selection.namespace())) {
            boolean changed = namespace.resume(selection.table());
            spec.commandLine().getOut().println(selection.text() + (changed ? ": resumed" : ": was not paused"));
            List<Pause> left = namespace.pauses();
            left.forEach(pause -> spec.commandLine().getOut().println("still " + pause));
            return 0;
        }
    }
}
