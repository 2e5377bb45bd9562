package dev.firn.rehydrator;

import dev.firn.TableName;
import dev.firn.config.Configuration;
import dev.firn.config.Keep;
import dev.firn.console.FirnVersion;
import dev.firn.console.OutputFormat;
import dev.firn.console.ProgressView;
import dev.firn.console.TableNameConverter;
import dev.firn.lifecycle.Beside;
import dev.firn.lifecycle.EventStoreRegistry;
import dev.firn.lifecycle.OpenNamespace;
import dev.firn.lifecycle.PositionSpan;
import dev.firn.lifecycle.RestoreForecast;
import dev.firn.lifecycle.RestoreOptions;
import dev.firn.lifecycle.RestoreOptions.Conflict;
import dev.firn.lifecycle.RestoreSummary;
import dev.firn.lifecycle.Surroundings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command above all commands: what they share. */
@Command(
        name = "rehydrate",
        mixinStandardHelpOptions = true,
        versionProvider = FirnVersion.class,
        scope = ScopeType.INHERIT,
        description = {
            "Brings every archived chunk that overlaps the range back into its table, whole, and leaves it alone for a"
                    + " while.",
            "Its subcommands show and print what is archived, and end such a hold."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all was done, or there was nothing to do",
            "1:an error that Firn does not know",
            "2:the command line or the configuration is wrong; nothing was started",
            "3:refused: nothing archived there, or a guard",
            "4:the database, the store or another worker was in the way; run it again",
            "5:archived data that is not what was proven"
        },
        subcommands = {ListCommand.class, CatCommand.class, ReleaseCommand.class})
final class RehydrateCommand implements Callable<Integer> {

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

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "<namespace>",
            description = "Name of the namespace: its file without .conf.")
    private String namespace;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "<table>",
            converter = TableNameConverter.class,
            description = "Tables, as SCHEMA.TABLE.")
    private List<TableName> tables = List.of();

    @Option(
            names = "--from",
            paramLabel = "T",
            description = "First time (UTC unless an offset is given) or number of the range.")
    private String from;

    @Option(names = "--to", paramLabel = "T", description = "First time or number after it.")
    private String to;

    @Option(
            names = "--keep",
            paramLabel = "AGE",
            converter = KeepConverter.class,
            description = "How long it is left alone, such as 12h, 7d or forever (default: the table's keep-restored).")
    private Keep keep;

    @Option(names = "--no-compress", description = "Leave what comes back uncompressed.")
    private boolean uncompressed;

    @Option(
            names = "--on-conflict",
            paramLabel = "refuse|keep-live|keep-archived",
            defaultValue = "REFUSE",
            description = {
                "What becomes of an archived row whose unique key a different row of the table has (default: refuse).",
                "Of two archived ones keep-live takes the one archived first, keep-archived the one archived last."
            })
    private Conflict onConflict;

    @Option(
            names = "--create",
            description = {
                "Create the tables where the database lacks them, from the archive alone; --from and --to may be left"
                        + " out.",
                "Not as a superuser: the owner of their schema owns them, else the owner of the database."
            })
    private boolean create;

    @Option(
            names = "--into",
            arity = "2",
            paramLabel = "table NAME",
            hideParamSyntax = true,
            description = {
                "Loads into a table beside the original, which is made like it if it is missing, and into NAME_all, a"
                        + " view of both.",
                "Only there are --from and --to exact, and may be left out."
            })
    private List<String> into;

    @Mixin
    private WhereOptions where;

    @Option(names = "--dry-run", description = "Only says what would be read and loaded, and what is in the way.")
    private boolean dryRun;

    @Mixin
    private OutputFormat output;

    RehydrateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (namespace == null) {
            spec.commandLine().usage(spec.commandLine().getOut());
            return 0;
        }
        if (tables.isEmpty() || (into == null && !create && (from == null || to == null))) {
            throw wrong("rehydrate %s: name a table, --from and --to (--to is exclusive); nothing was started"
                    .formatted(namespace));
        }
        Optional<Beside> beside = beside();
        RestoreOptions options = new RestoreOptions(
                tables,
                new PositionSpan(Optional.ofNullable(from), Optional.ofNullable(to)),
                Optional.ofNullable(keep),
                !uncompressed,
                onConflict);
        try (OpenNamespace open = open(namespace)) {
            return dryRun ? forecast(open, options, beside) : restore(open, options, beside);
        }
    }

    private int restore(OpenNamespace open, RestoreOptions options, Optional<Beside> beside) {
        try (ProgressView progress =
                ProgressView.forRun(output.json(), spec.commandLine().getErr())) {
            if (create) {
                open.create(options.tables(), progress)
                        .forEach(spec.commandLine().getErr()::println);
            }
            RestoreSummary summary = beside.isPresent()
                    ? open.restoreBeside(options, beside.get(), progress)
                    : open.restore(options, progress);
            spec.commandLine().getOut().println(output.json() ? RestoreView.json(summary) : RestoreView.text(summary));
            return summary.exitCode();
        }
    }

    private int forecast(OpenNamespace open, RestoreOptions options, Optional<Beside> beside) {
        RestoreForecast forecast = beside.isPresent()
                ? open.forecastBeside(options, beside.get(), create)
                : open.forecast(options, create);
        spec.commandLine().getOut().println(output.json() ? ForecastView.json(forecast) : ForecastView.text(forecast));
        return forecast.exitCode();
    }

    private Optional<Beside> beside() {
        if (into == null) {
            if (!where.wheres().isEmpty()) {
                throw wrong("--where: the table itself only ever receives whole chunks, or nobody could tell what is"
                        + " missing from it; name a table beside it with --into table NAME; nothing was started");
            }
            return Optional.empty();
        }
        if (!into.get(0).equals("table")) {
            throw wrong("--into %s: it takes two words, --into table NAME; nothing was started"
                    .formatted(String.join(" ", into)));
        }
        if (keep != null) {
            throw wrong("--keep: a table beside the original stays until somebody drops it; nothing was started");
        }
        return Optional.of(new Beside(into.get(1), where.wheres()));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    Surroundings surroundings() {
        return surroundings;
    }

    Configuration configuration(String namespace) {
        return Configuration.namespace(conf, namespace, new EventStoreRegistry());
    }

    OpenNamespace open(String namespace) {
        return OpenNamespace.open(configuration(namespace), namespace, surroundings);
    }
}
