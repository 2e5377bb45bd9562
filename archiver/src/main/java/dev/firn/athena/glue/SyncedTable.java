package dev.firn.athena.glue;

import dev.firn.FirnException;
import dev.firn.TableName;
import java.util.List;
import java.util.Optional;

/**
 * What became of a table in the catalog.
 *
 * @param name database and table as engines know them
 * @param changes what was changed, or would be; empty where all was so already, or nothing is archived
 * @param failure why it is not all that was to be changed
 */
public record SyncedTable(TableName table, String name, List<String> changes, Optional<FirnException> failure) {

    public SyncedTable {
        changes = List.copyOf(changes);
    }

    /** Whether the catalog showed the archive as it is before anything was changed. */
    public boolean wasInStep() {
        return changes.isEmpty() && failure.isEmpty();
    }
}
