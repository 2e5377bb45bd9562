package dev.firn.archiver;

import dev.firn.config.Configuration;
import dev.firn.config.DatabaseConfig;
import dev.firn.config.Secret;
import dev.firn.lifecycle.Initialiser;
import dev.firn.lifecycle.Login;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code archiver init}: catalogue, location, roles. */
@Command(
        name = "init",
        description = {
            "Creates the catalogue (schema firn) in the namespace's database and claims the archive location.",
            "Prints the SQL for the least-privilege roles, which a superuser runs first; --print-sql does only that."
        })
final class InitCommand implements Callable<Integer> {

    @ParentCommand
    private ArchiverCommand archiver;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "<namespace>", description = "Name of the namespace: its file without .conf.")
    private String namespace;

    @Option(
            names = "--print-sql",
            description = "Only print the SQL for the roles, with the names of this namespace in it.")
    private boolean printSql;

    @Option(
            names = "--as",
            paramLabel = "ROLE",
            description = "Log in as this role to create schema firn: one that may, such as a superuser (default: the"
                    + " configured one). Its password is read from FIRN_INIT_PASSWORD, or from a password file.")
    private String role;

    @Option(
            names = "--take-over",
            description = "This database owns the archive from now on, though the location knows another one or another"
                    + " state of it (a restored copy, a fork, a new server).")
    private boolean takeOver;

    @Override
    public Integer call() {
        Configuration configuration = archiver.configuration(namespace);
        Initialiser initialiser = new Initialiser(configuration, namespace, archiver.surroundings());
        spec.commandLine().getOut().println(initialiser.rolesSql());
        if (!printSql) {
            Initialiser.Report report = initialiser.run(login(configuration), takeOver);
            spec.commandLine().getErr().println(report.text());
        }
        return 0;
    }

    private Login login(Configuration configuration) {
        DatabaseConfig database = configuration.namespace(namespace).database();
        return role == null
                ? new Login(database.user(), database.password())
                : new Login(
                        role,
                        Optional.ofNullable(System.getenv("FIRN_INIT_PASSWORD")).map(Secret::new));
    }
}
