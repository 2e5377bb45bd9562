package dev.firn.rehydrator;

import dev.firn.TableName;
import dev.firn.console.TableNameConverter;
import picocli.CommandLine.Parameters;

/** A namespace, and one of its tables. */
final class OneTable {

    @Parameters(index = "0", paramLabel = "<namespace>", description = "Name of the namespace: its file without .conf.")
    private String namespace;

    @Parameters(
            index = "1",
            paramLabel = "<table>",
            converter = TableNameConverter.class,
            description = "The table, as SCHEMA.TABLE.")
    private TableName table;

    String namespace() {
        return namespace;
    }

    TableName table() {
        return table;
    }
}
