package dev.firn.archiver;

import dev.firn.lifecycle.OpenNamespace;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code archiver catalog}: the catalogue is a cache of the store. */
@Command(
        name = "catalog",
        description = "The catalogue in schema firn: a cache of what the store holds.",
        subcommands = CatalogCommand.Rebuild.class)
final class CatalogCommand implements Runnable {

    @ParentCommand
    private ArchiverCommand archiver;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** {@code archiver catalog rebuild}. */
    @Command(
            name = "rebuild",
            description = "Makes the catalogue anew from the manifests in the store. Keeps holds and the audit trail.")
    static final class Rebuild implements Callable<Integer> {

        @ParentCommand
        private CatalogCommand catalog;

        @Spec
        private CommandSpec spec;

        @Mixin
        private Selection selection;

        @Override
        public Integer call() {
            try (OpenNamespace namespace = catalog.archiver.open(selection.namespace())) {
                spec.commandLine().getOut().println(RebuildView.text(namespace.rebuildCatalog()));
                return 0;
            }
        }
    }
}
