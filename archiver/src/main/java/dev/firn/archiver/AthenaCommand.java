package dev.firn.archiver;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.athena.Dialect;
import dev.firn.athena.glue.SyncedTable;
import dev.firn.config.Configuration;
import dev.firn.console.OutputFormat;
import dev.firn.lifecycle.ArchivedTables;
import dev.firn.lifecycle.AthenaSync;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code archiver athena}: the archive as tables of query engines. */
@Command(
        name = "athena",
        description = "The archive as tables of Athena and other query engines.",
        subcommands = {AthenaCommand.Ddl.class, AthenaCommand.Sync.class})
final class AthenaCommand implements Runnable {

    @ParentCommand
    private ArchiverCommand archiver;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** {@code archiver athena ddl}. */
    @Command(
            name = "ddl",
            description = {
                "Prints the SQL that makes a table and a view of what is archived, from the manifests in the store"
                        + " alone.",
                "To be run again when columns or tables were added; the comments say what else makes that necessary."
            })
    static final class Ddl implements Callable<Integer> {

        @ParentCommand
        private AthenaCommand athena;

        @Spec
        private CommandSpec spec;

        @Mixin
        private Selection selection;

        @Option(
                names = "--dialect",
                paramLabel = "ENGINE",
                defaultValue = "athena",
                description = "Whose SQL: athena, trino or spark (default: ${DEFAULT-VALUE}).")
        private Dialect dialect;

        @Override
        public Integer call() {
            Configuration configuration = athena.archiver.configuration(selection.namespace());
            int exitCode = 0;
            boolean printed = false;
            try (ArchivedTables archived =
                    ArchivedTables.open(configuration, selection.namespace(), athena.archiver.surroundings())) {
                for (TableName name : archived.names(selection.table())) {
                    try {
                        Optional<String> ddl = archived.find(name).map(dialect::ddl);
                        spec.commandLine().getOut().println(ddl.orElseGet(() -> Dialect.nothing(name)));
                        printed |= ddl.isPresent();
                    } catch (FirnException e) {
                        if (e.category() != Category.REFUSED) {
                            throw e;
                        }
                        // The others can be described all the same.
                        spec.commandLine().getErr().println(e.getMessage());
                        exitCode = e.category().exitCode();
                    }
                }
            }
            if (!printed && exitCode == 0) {
                throw nothing();
            }
            return exitCode;
        }

        /** A script that runs what is printed is not to take this for a table. */
        private FirnException nothing() {
            String namespace = selection.namespace();
            return new FirnException(
                    Category.REFUSED,
                    selection.table().map(table -> namespace + "/" + table).orElse(namespace),
                    "describing it to query engines: nothing of it was ever archived, and columns are known from what"
                            + " was; no statement was printed",
                    "`archiver plan %s` shows what is due, and why not".formatted(namespace));
        }
    }

    /** {@code archiver athena sync}. */
    @Command(
            name = "sync",
            description = {
                "Makes the Glue Data Catalog show what is archived: database, tables, partitions and views, from the"
                        + " manifests",
                "in the store alone. Writes only what differs; leaves alone what Firn did not make."
            })
    static final class Sync implements Callable<Integer> {

        @ParentCommand
        private AthenaCommand athena;

        @Spec
        private CommandSpec spec;

        @Mixin
        private Selection selection;

        @Mixin
        private OutputFormat output;

        @Option(names = "--dry-run", description = "Say what would be changed, and change nothing.")
        private boolean dryRun;

        @Override
        public Integer call() {
            Configuration configuration = athena.archiver.configuration(selection.namespace());
            try (AthenaSync sync =
                    AthenaSync.open(configuration, selection.namespace(), athena.archiver.surroundings())) {
                List<SyncedTable> tables = sync.names(selection.table()).stream()
                        .map(name -> dryRun ? sync.forecast(name) : sync.sync(name))
                        .toList();
                spec.commandLine()
                        .getOut()
                        .println(output.json() ? SyncView.json(tables, dryRun) : SyncView.text(tables, dryRun));
                return SyncView.exitCode(tables);
            }
        }
    }
}
