package dev.firn.archiver;

import dev.firn.console.OutputFormat;
import dev.firn.console.ProgressView;
import dev.firn.lifecycle.OpenNamespace;
import dev.firn.lifecycle.PassSummary;
import dev.firn.lifecycle.RunOptions;
import dev.firn.lifecycle.RunOptions.Divergence;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code archiver run}: one pass, now. */
@Command(
        name = "run",
        description = {
            "One pass now: copies what is old enough, proves it, drops what is due; before that it brings back what was asked",
            "for with firn.rehydrate().",
            "May be interrupted at any moment; run again, it goes on."
        })
final class RunCommand implements Callable<Integer> {

    @ParentCommand
    private ArchiverCommand archiver;

    @Spec
    private CommandSpec spec;

    @Mixin
    private Selection selection;

    @Mixin
    private OutputFormat output;

    @Option(
            names = "--chunk",
            paramLabel = "T",
            description = "Only the chunk that holds this time (UTC unless an offset is given) or number.")
    private String chunk;

    @Option(names = "--max-chunks", paramLabel = "N", description = "At most so many chunks.")
    private Integer maxChunks;

    @Option(
            names = "--retry-failed",
            description = "Try chunks again that failed before, without waiting for their pause to end.")
    private boolean retryFailed;

    @Option(
            names = "--divergent",
            paramLabel = "HOW",
            description = "For a chunk that differs from an archived copy this catalogue knows nothing of: replace (the"
                    + " database is right; the copy is superseded) or add (both are right; rows of either are kept).")
    private Divergence divergent;

    @Override
    public Integer call() {
        RunOptions options = new RunOptions(
                selection.table(),
                Optional.ofNullable(chunk),
                Optional.ofNullable(maxChunks),
                retryFailed,
                Optional.ofNullable(divergent));
        try (OpenNamespace namespace = archiver.open(selection.namespace());
                ProgressView progress =
                        ProgressView.forRun(output.json(), spec.commandLine().getErr())) {
            PassSummary summary = namespace.run(options, progress);
            spec.commandLine().getOut().println(output.json() ? PassView.json(summary) : PassView.text(summary));
            return summary.exitCode();
        }
    }
}
