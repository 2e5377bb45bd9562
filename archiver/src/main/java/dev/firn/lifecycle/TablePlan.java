package dev.firn.lifecycle;

import dev.firn.TableName;
import dev.firn.lifecycle.guards.Alarm;
import java.util.List;
import java.util.Optional;

/**
 * What a pass would do with a table.
 *
 * @param alarms what somebody should know of it
 * @param refusal why the whole table is refused, if it is
 */
public record TablePlan(TableName table, List<PlannedChunk> chunks, List<Alarm> alarms, Optional<String> refusal) {

    public TablePlan {
        chunks = List.copyOf(chunks);
        alarms = List.copyOf(alarms);
    }

    /** Chunks with work to do now. */
    public List<PlannedChunk> due() {
        return chunks.stream().filter(planned -> planned.decision().isWork()).toList();
    }
}
