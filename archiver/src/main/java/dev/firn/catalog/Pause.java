package dev.firn.catalog;

import dev.firn.TableName;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Work that a person stopped until further notice.
 *
 * @param table empty for all tables of the namespace
 * @param actor who did so
 */
public record Pause(Optional<TableName> table, Instant since, String actor) {

    public Pause {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(actor, "actor");
    }

    /** Whether it stops work on this table. */
    public boolean covers(TableName one) {
        return table.isEmpty() || table.get().equals(one);
    }

    @Override
    public String toString() {
        return "%spaused since %s by %s".formatted(table.map(name -> name + " ").orElse(""), since, actor);
    }
}
