package dev.firn.source;

import dev.firn.TableName;
import dev.firn.TimeRange;

/** Rows with the columns of the table, and its indexes where attaching adopts them: what can be attached. */
public record ReadyChunk(Table table, TimeRange range, String token, TableName relation) {

    @Override
    public String toString() {
        return table.name() + " " + range;
    }
}
