package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.athena.glue.SyncedTable;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What one pass did.
 *
 * @param requests what was asked for from SQL, worked off first
 * @param chunks in the order in which they ended
 * @param tables tables that could not be worked on at all, with the reason
 * @param synced what became of tables in the Glue Data Catalog, where it is told of them
 */
public record PassSummary(
        List<RequestResult> requests,
        List<ChunkResult> chunks,
        Map<TableName, FirnException> tables,
        List<SyncedTable> synced) {

    public PassSummary {
        requests = List.copyOf(requests);
        chunks = List.copyOf(chunks);
        tables = Map.copyOf(tables);
        synced = List.copyOf(synced);
    }

    public long count(ChunkResult.Outcome outcome) {
        return chunks.stream().filter(chunk -> chunk.outcome() == outcome).count();
    }

    public long bytesArchived() {
        return chunks.stream().mapToLong(ChunkResult::bytesArchived).sum();
    }

    public long bytesFreed() {
        return chunks.stream().mapToLong(ChunkResult::bytesFreed).sum();
    }

    /** That of the gravest failure. */
    public int exitCode() {
        return FirnException.exitCode(Stream.of(
                        requests.stream().flatMap(request -> request.failure().stream()),
                        chunks.stream().flatMap(chunk -> chunk.failure().stream()),
                        tables.values().stream(),
                        synced.stream().flatMap(table -> table.failure().stream()))
                .flatMap(failures -> failures));
    }
}
