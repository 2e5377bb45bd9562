package dev.firn.lifecycle;

import dev.firn.source.SourceInfo;
import java.util.List;

/**
 * What a pass over a namespace would do.
 *
 * @param source the database found
 * @param location where its archive lies
 */
public record NamespacePlan(String namespace, SourceInfo source, String location, List<TablePlan> tables) {

    public NamespacePlan {
        tables = List.copyOf(tables);
    }
}
