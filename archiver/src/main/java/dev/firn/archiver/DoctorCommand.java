package dev.firn.archiver;

import dev.firn.config.NamespaceConfig;
import dev.firn.console.OutputFormat;
import dev.firn.lifecycle.Doctor;
import dev.firn.lifecycle.doctor.Diagnosis;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code archiver doctor}: what could go wrong, before it does. */
@Command(
        name = "doctor",
        description = {
            "Looks at the location, the database, its tables and what ties them together, each finding with a hint.",
            "Works before init, and while the database or the store is down. Changes nothing; writes one small object",
            "under a hidden name beside the tables and removes it.",
            "The exit code is that of the gravest finding: 0 for notes, 6 for warnings, 3 for errors."
        })
final class DoctorCommand implements Callable<Integer> {

    @ParentCommand
    private ArchiverCommand archiver;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "<namespace>", description = "Name of the namespace: its file without .conf.")
    private String namespace;

    @Mixin
    private OutputFormat output;

    @Override
    public Integer call() {
        NamespaceConfig config = archiver.configuration(namespace).namespace(namespace);
        Diagnosis diagnosis = new Doctor(config, archiver.neighbours(config), archiver.surroundings()).examine();
        spec.commandLine().getOut().println(output.json() ? DoctorView.json(diagnosis) : DoctorView.text(diagnosis));
        return diagnosis.exitCode();
    }
}
