package dev.firn.source;

import dev.firn.TableName;
import java.util.List;

/**
 * Where rows are added to a chunk.
 *
 * @param relation what is inserted into, read and deleted from
 * @param condition which rows of it are the chunk's
 * @param silenced what switches on again the triggers that are off for the time being
 */
record MoveTarget(TableName relation, String condition, List<String> silenced) {

    MoveTarget {
        silenced = List.copyOf(silenced);
    }
}
