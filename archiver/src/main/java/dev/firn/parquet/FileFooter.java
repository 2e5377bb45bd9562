package dev.firn.parquet;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.parquet.schema.MessageType;

/**
 * What a file says of itself.
 *
 * @param metadata its keys and values, the Avro schema among them
 * @param columns of the table, in its order
 */
public record FileFooter(
        long rows, int rowGroups, Map<String, String> metadata, MessageType schema, List<ColumnFacts> columns) {

    public FileFooter {
        metadata = Map.copyOf(metadata);
        columns = List.copyOf(columns);
    }

    /**
     * What the statistics of all row groups say of one column together; nothing where one of them does not say.
     *
     * @param values of the leaf, NULLs included: as many as rows but for lists
     * @param nulls among them
     * @param min smallest value as Parquet holds it, of integer leaves alone
     * @param max largest one
     */
    public record ColumnFacts(
            String parquetName, long values, OptionalLong nulls, OptionalLong min, OptionalLong max) {}
}
