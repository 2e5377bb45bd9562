package dev.firn.archiver;

import dev.firn.TableName;
import dev.firn.console.TableNameConverter;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which namespace, and which of its tables. */
final class Selection {

    @Parameters(paramLabel = "<namespace>", description = "Name of the namespace: its file without .conf.")
    private String namespace;

    @Option(
            names = "--table",
            paramLabel = "SCHEMA.TABLE",
            converter = TableNameConverter.class,
            description = "Only this table.")
    private TableName table;

    String namespace() {
        return namespace;
    }

    /** For messages. */
    String text() {
        return table == null ? namespace : namespace + "/" + table;
    }

    Optional<TableName> table() {
        return Optional.ofNullable(table);
    }
}
