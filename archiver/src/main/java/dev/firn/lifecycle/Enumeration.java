package dev.firn.lifecycle;

import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.lifecycle.guards.Alarm;
import java.util.List;

/**
 * What there is to do with a table now.
 *
 * @param due ranges of the chunks that are due, oldest first, no more than one pass takes
 * @param alarms what somebody should know of the table
 * @param settled what became of ranges that were left behind without a chunk of their own, or that failed meanwhile
 */
public record Enumeration(TableName table, List<TimeRange> due, List<Alarm> alarms, List<ChunkResult> settled) {

    public Enumeration {
        due = List.copyOf(due);
        alarms = List.copyOf(alarms);
        settled = List.copyOf(settled);
    }
}
