package dev.firn.source;

import dev.firn.TableName;
import dev.firn.TimeRange;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An empty table without indexes that waits for the archived rows of one range. {@link ChunkLoader#settle} is next, once
 * COPY has filled it.
 *
 * @param token what tells it from the staging of other attempts
 * @param relation the table that is to become the chunk
 * @param inbox where COPY goes: the same, or a table of carrier types
 * @param elementOids for each column that COPY brings, the type of its elements in this database if it is an array, for
 *     the encoder
 */
public record Staging(
        Table table,
        TimeRange range,
        String token,
        TableName relation,
        TableName inbox,
        List<StagedColumn> columns,
        List<Integer> elementOids) {

    public Staging {
        columns = List.copyOf(columns);
        elementOids = List.copyOf(elementOids);
    }

    /** Which of the archived columns COPY brings, in its order: all but those that the table computes. */
    public int[] loaded() {
        return IntStream.range(0, columns.size())
                .filter(i -> columns.get(i).isLoaded())
                .toArray();
    }

    /** {@code COPY … FROM STDIN} for the columns of {@link #loaded}. */
    public String copyIn() {
        String names = columns.stream()
                .filter(StagedColumn::isLoaded)
                .map(column -> TableName.quote(column.archived().name()))
                .collect(Collectors.joining(", "));
        return "COPY %s (%s) FROM STDIN (FORMAT binary)".formatted(inbox.quoted(), names);
    }

    boolean hasInbox() {
        return !inbox.equals(relation);
    }
}
