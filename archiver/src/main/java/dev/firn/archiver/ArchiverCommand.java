package dev.firn.archiver;

import dev.firn.FirnException;
import dev.firn.config.Configuration;
import dev.firn.config.NamespaceConfig;
import dev.firn.console.FirnVersion;
import dev.firn.console.Program;
import dev.firn.lifecycle.EventStoreRegistry;
import dev.firn.lifecycle.Neighbours;
import dev.firn.lifecycle.OpenNamespace;
import dev.firn.lifecycle.Surroundings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command above all commands: what they share, and how a failure becomes a message and an exit code. */
@Command(
        name = "archiver",
        mixinStandardHelpOptions = true,
        versionProvider = FirnVersion.class,
        scope = ScopeType.INHERIT,
        description = "Moves old compressed chunks to Parquet on S3, proves them, and only then drops them.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all was done, or there was nothing to do",
            "1:an error that Firn does not know",
            "2:the command line or the configuration is wrong; nothing was started",
            "3:refused: a guard, an identity that does not match, a table of an unsupported kind; an error that doctor"
                    + " found",
            "4:the database, the store or another worker was in the way; the next run goes on",
            "5:data that did not prove equal or cannot be represented; nothing of it was dropped",
            "6:doctor has warnings, and no error"
        },
        subcommands = {
            InitCommand.class,
            PlanCommand.class,
            RunCommand.class,
            ServeCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            StatusCommand.class,
            DoctorCommand.class,
            ScrubCommand.class,
            ExpireCommand.class,
            JanitorCommand.class,
            CatalogCommand.class,
            AthenaCommand.class
        })
final class ArchiverCommand implements Runnable {

    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--conf",
            paramLabel = "DIR",
            defaultValue = "conf",
            scope = ScopeType.INHERIT,
            description = "Directory with firn.conf and namespaces/ (default: ${DEFAULT-VALUE}).")
    private Path conf;

    ArchiverCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    CommandLine commandLine(PrintWriter out, PrintWriter err) {
        return Program.of(this, out, err);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    Path conf() {
        return conf;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    OpenNamespace open(String namespace) {
        return OpenNamespace.open(configuration(namespace), namespace, surroundings);
    }

    /** What is wrong with another file is no reason to leave this one alone. */
    Neighbours neighbours(NamespaceConfig config) {
        try {
            return Neighbours.of(Configuration.load(conf, new EventStoreRegistry()), config);
        } catch (FirnException e) {
            return new Neighbours(config.tables().keySet(), Optional.of(e.what()));
        }
    }

    /** Of one namespace alone, be it of a file of its own or of a template. */
    Configuration configuration(String namespace) {
        return Configuration.namespace(conf, namespace, new EventStoreRegistry());
    }
}
