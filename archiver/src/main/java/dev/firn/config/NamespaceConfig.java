package dev.firn.config;

import dev.firn.FirnException;
import dev.firn.TableName;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * One database with the tables of it that are archived together in one place.
 *
 * @param hours when a service works on it, where that is not as for the service
 * @param template what it was made of; empty where it has a file of its own
 */
public record NamespaceConfig(
        String name,
        DatabaseConfig database,
        LocationConfig location,
        AthenaConfig athena,
        SortedMap<TableName, TableConfig> tables,
        Hours hours,
        Optional<Template> template) {

    /**
     * A file that stands for many namespaces.
     *
     * @param file its name without the suffix
     * @param entry what the registry says of this one
     */
    public record Template(String file, NamespaceRegistry.Entry entry) {}

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,62}");

    public NamespaceConfig {
        if (!isName(name)) {
            throw new IllegalArgumentException("'%s' is not the name of a namespace".formatted(name));
        }
        Objects.requireNonNull(database, "database");
        Objects.requireNonNull(location, "location");
        Objects.requireNonNull(athena, "athena");
        Objects.requireNonNull(hours, "hours");
        Objects.requireNonNull(template, "template");
        tables = Collections.unmodifiableSortedMap(new TreeMap<>(tables));
        for (Map.Entry<TableName, TableConfig> entry : tables.entrySet()) {
            if (!entry.getKey().equals(entry.getValue().name())) {
                throw new IllegalArgumentException("%s: settings of %s"
                        .formatted(entry.getKey(), entry.getValue().name()));
            }
        }
    }

    /** Settings of a table; refuses one that is not configured. */
    public TableConfig table(TableName table) {
        TableConfig settings = tables.get(table);
        if (settings == null) {
            throw new FirnException(
                    FirnException.Category.CONFIGURATION,
                    name + "/" + table,
                    "the namespace has no such table; nothing was started",
                    "configured are: " + tables.keySet());
        }
        return settings;
    }

    /** Whether the tables of another one are in the same database. */
    public boolean sharesDatabase(NamespaceConfig other) {
        return Ownership.database(this).equals(Ownership.database(other));
    }

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }
}
