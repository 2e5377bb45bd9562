package dev.firn.archiver;

import dev.firn.config.Share;
import dev.firn.console.OutputFormat;
import dev.firn.console.ProgressView;
import dev.firn.lifecycle.OpenNamespace;
import dev.firn.lifecycle.ScrubSummary;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code archiver scrub}: proves archived copies again. */
@Command(
        name = "scrub",
        description = "Reads archived copies back from the store and proves them again, against their manifests alone.")
final class ScrubCommand implements Callable<Integer> {

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
            description = "Only copies of ranges that hold this time (UTC unless an offset is given) or number.")
    private String chunk;

    @Option(
            names = "--share",
            paramLabel = "SHARE",
            converter = ShareConverter.class,
            description = "Only so much of the archive (3%%, 1/30): the copies whose last proof is the oldest.")
    private Share share;

    @Override
    public Integer call() {
        if (share != null && chunk != null) {
            throw new ParameterException(spec.commandLine(), "--share and --chunk: give one of the two");
        }
        try (OpenNamespace namespace = archiver.open(selection.namespace());
                ProgressView progress =
                        ProgressView.forRun(output.json(), spec.commandLine().getErr())) {
            ScrubSummary summary = share == null
                    ? namespace.scrub(selection.table(), Optional.ofNullable(chunk), progress)
                    : namespace.scrub(selection.table(), share, progress);
            spec.commandLine().getOut().println(output.json() ? ScrubView.json(summary) : ScrubView.text(summary));
            return summary.exitCode();
        }
    }
}
