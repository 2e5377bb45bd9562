package dev.firn.rehydrator;

import dev.firn.TableName;
import dev.firn.console.OutputFormat;
import dev.firn.console.TableNameConverter;
import dev.firn.lifecycle.ArchivedCopy;
import dev.firn.lifecycle.OpenNamespace;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code rehydrate list}: what there is to bring back. */
@Command(name = "list", description = "Shows what is archived, and which of it is in the database until when.")
final class ListCommand implements Callable<Integer> {

    @ParentCommand
    private RehydrateCommand rehydrate;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "<namespace>", description = "Name of the namespace: its file without .conf.")
    private String namespace;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "<table>",
            converter = TableNameConverter.class,
            description = "Only this table, as SCHEMA.TABLE.")
    private TableName table;

    @Mixin
    private SpanOptions span;

    @Mixin
    private OutputFormat output;

    @Override
    public Integer call() {
        try (OpenNamespace open = rehydrate.open(namespace)) {
            List<ArchivedCopy> copies = open.archived(Optional.ofNullable(table), span.span());
            spec.commandLine().getOut().println(output.json() ? ListView.json(copies) : ListView.text(copies));
            return 0;
        }
    }
}
