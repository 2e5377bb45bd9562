package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.athena.ExternalTable;
import dev.firn.config.NamespaceConfig;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What query engines call the tables of a namespace. They know fewer names than PostgreSQL, and one table must not take the
 * place of another, or answer in its stead.
 */
final class EngineNames {

    private final NamespaceConfig config;

    EngineNames(NamespaceConfig config) {
        this.config = config;
    }

    String database() {
        return config.athena().database().orElseGet(() -> ExternalTable.databaseName(config.name()));
    }

    /** The name of a table's view, which no table of the namespace has. */
    String view(TableName table) {
        Set<String> tables =
                config.tables().keySet().stream().map(ExternalTable::engineName).collect(Collectors.toSet());
        String first = ExternalTable.viewName(table);
        String name = first;
        for (int number = 2; tables.contains(name); number++) {
            name = first + "_" + number;
        }
        return name;
    }

    /** Refuses a table that another one of its namespace has the name of. */
    void requireOneOfTheNamespace(TableName table) {
        String name = ExternalTable.engineName(table);
        for (TableName other : config.tables().keySet()) {
            if (!other.equals(table) && ExternalTable.engineName(other).equals(name)) {
                throw refused(
                        table,
                        "%s would be '%s' too; nothing was printed of it".formatted(other, name),
                        "archive one of the two in a namespace of its own");
            }
        }
    }

    /**
     * Refuses a table of which SQL is to be printed where that would name a table or view of another namespace: engines ask
     * nobody whose it is. A catalog is told of no table that carries the mark of another archive.
     */
    void requireOneOfAll(TableName table, Collection<NamespaceConfig> others) {
        List<String> mine = names(table);
        for (NamespaceConfig other : others) {
            EngineNames theirs = new EngineNames(other);
            if (!theirs.database().equals(database())) {
                continue;
            }
            for (TableName ofOther : other.tables().keySet()) {
                for (String name : theirs.names(ofOther)) {
                    if (mine.contains(name)) {
                        throw refused(
                                table,
                                ("%s of the namespace %s, archived in %s, would be '%s.%s' too, and each would take the"
                                                + " other's place; nothing was printed of it")
                                        .formatted(
                                                ofOther,
                                                other.name(),
                                                other.location().url(),
                                                database(),
                                                name),
                                "set athena.database of one of the two namespaces to another name");
                    }
                }
            }
        }
    }

    private List<String> names(TableName table) {
        return List.of(ExternalTable.engineName(table), view(table));
    }

    private FirnException refused(TableName table, String what, String hint) {
        return new FirnException(
                Category.REFUSED, config.name() + "/" + table, "naming it for query engines: " + what, hint);
    }
}
