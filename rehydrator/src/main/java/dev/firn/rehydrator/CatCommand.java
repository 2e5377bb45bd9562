package dev.firn.rehydrator;

import dev.firn.lifecycle.ArchivedRows;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code rehydrate cat}: archived rows on standard output, without any database. */
@Command(
        name = "cat",
        description = {
            "Streams archived rows to standard output. The database is not asked.",
            "CSV is what COPY … FROM … (FORMAT csv, HEADER) reads: NULL is nothing, the empty text is \"\".",
            "--where compares texts byte for byte; what only the database can compare is refused.",
            "What was printed of a file that proves damaged is not to be trusted: mind the exit code."
        })
final class CatCommand implements Callable<Integer> {

    /** How rows are printed. */
    enum Format {
        CSV,
        NDJSON
    }

    @ParentCommand
    private RehydrateCommand rehydrate;

    @Spec
    private CommandSpec spec;

    @Mixin
    private OneTable of;

    @Mixin
    private SpanOptions span;

    @Mixin
    private WhereOptions where;

    @Option(
            names = "--format",
            paramLabel = "csv|ndjson",
            defaultValue = "CSV",
            description = "How rows are printed (default: csv).")
    private Format format;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (ArchivedRows rows =
                ArchivedRows.open(rehydrate.configuration(of.namespace()), of.namespace(), rehydrate.surroundings())) {
            PrintedRows printed = format == Format.CSV ? new CsvRows(out) : new JsonRows(out);
            rows.stream(of.table(), span.span(), where.wheres(), printed);
            printed.flush();
        }
        return 0;
    }
}
