package dev.firn.lifecycle;

import dev.firn.TableName;
import dev.firn.config.Configuration;
import dev.firn.config.NamespaceConfig;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What the configuration archives out of one database, in whichever namespace.
 *
 * @param tables of all namespaces that are known
 * @param problem why some of them are not known
 */
public record Neighbours(Set<TableName> tables, Optional<String> problem) {

    public Neighbours {
        tables = Set.copyOf(tables);
    }

    /** Those in a whole configuration that have the same database as this one. */
    public static Neighbours of(Configuration all, NamespaceConfig of) {
        return of(all.namespaces().values(), of);
    }

    /** Those among some namespaces that have the same database as this one. */
    public static Neighbours of(Collection<NamespaceConfig> all, NamespaceConfig of) {
        Set<TableName> tables = new HashSet<>();
        all.stream()
                .filter(other -> other.sharesDatabase(of))
                .forEach(other -> tables.addAll(other.tables().keySet()));
        return new Neighbours(tables, Optional.empty());
    }
}
