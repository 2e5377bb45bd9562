package dev.firn.lifecycle;

import dev.firn.TableName;
import java.util.List;
import java.util.Optional;

/**
 * Namespaces that an event store has registered and no configuration archives.
 *
 * @param tables theirs
 * @param problem why there may be others
 */
public record Uncovered(List<TableName> tables, Optional<String> problem) {

    public static final Uncovered NONE = new Uncovered(List.of(), Optional.empty());

    public Uncovered {
        tables = List.copyOf(tables);
    }
}
