package dev.firn.lifecycle;

import dev.firn.TableName;
import java.util.List;
import java.util.Optional;

/**
 * What a pass would do with a table.
 *
 * @param refusal why the whole table is refused, if it is
 */
public record TablePlan(TableName table, List<PlannedChunk> chunks, Optional<String> refusal) {

    public TablePlan {
        chunks = List.copyOf(chunks);
    }

    /** Chunks with work to do now. */
    public List<PlannedChunk> due() {
        return chunks.stream().filter(planned -> planned.decision().isWork()).toList();
    }
}
