package dev.firn.archiver;

import dev.firn.TableName;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which namespace, and which of its tables. */
final class Selection {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Parameters(paramLabel = "<namespace>", description = "Name of the namespace: its file without .conf.")
    private String namespace;

    @Option(names = "--table", paramLabel = "SCHEMA.TABLE", description = "Only this table.")
    private String table;

    String namespace() {
        return namespace;
    }

    Optional<TableName> table() {
        if (table == null) {
            return Optional.empty();
        }
        int dot = table.indexOf('.');
        if (dot <= 0 || dot == table.length() - 1) {
            throw new ParameterException(spec.commandLine(), "--table %s: expected SCHEMA.TABLE".formatted(table));
        }
        return Optional.of(new TableName(table.substring(0, dot), table.substring(dot + 1)));
    }
}
