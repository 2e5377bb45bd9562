package dev.firn.rehydrator;

import dev.firn.config.Configuration;
import dev.firn.console.FirnVersion;
import dev.firn.lifecycle.OpenNamespace;
import dev.firn.lifecycle.Surroundings;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command above all commands: what they share. */
@Command(
        name = "rehydrate",
        mixinStandardHelpOptions = true,
        versionProvider = FirnVersion.class,
        scope = ScopeType.INHERIT,
        description = "Shows what is archived, and brings it back.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all was done, or there was nothing to do",
            "1:an error that Firn does not know",
            "2:the command line or the configuration is wrong; nothing was started",
            "3:refused: nothing archived there, or a guard",
            "4:the database, the store or another worker was in the way; run it again",
            "5:archived data that is not what was proven"
        },
        subcommands = {ListCommand.class, CatCommand.class})
final class RehydrateCommand implements Runnable {

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

    RehydrateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    Surroundings surroundings() {
        return surroundings;
    }

    Configuration configuration(String namespace) {
        return Configuration.namespace(conf, namespace);
    }

    OpenNamespace open(String namespace) {
        return OpenNamespace.open(configuration(namespace), namespace, surroundings);
    }
}
