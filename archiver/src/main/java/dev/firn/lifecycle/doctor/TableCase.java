package dev.firn.lifecycle.doctor;

import dev.firn.catalog.Claim;
import dev.firn.config.TableConfig;
import dev.firn.lifecycle.guards.Scene;
import dev.firn.source.Chunk;
import dev.firn.source.ChunkSource;
import dev.firn.source.Table;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;

/**
 * A table of the namespace that is there, and of a kind that Firn archives.
 *
 * @param where namespace and table
 * @param scene what is known of it; without a catalogue or a store, that is less
 * @param claims in force or lapsed, of the whole namespace
 * @param archiveRead whether the store was asked which copies there are
 * @param now by this program's clock
 * @param position now, as a position of the table's time
 */
public record TableCase(
        String where,
        TableConfig config,
        ChunkSource source,
        Scene scene,
        List<Claim> claims,
        boolean archiveRead,
        Instant now,
        long position) {

    public TableCase {
        claims = List.copyOf(claims);
    }

    Connection connection() {
        return scene.connection();
    }

    Table table() {
        return scene.table();
    }

    boolean archiveIsDue(Chunk chunk) {
        return config.archiveAfter().isReached(chunk.range().end(), position);
    }

    boolean dropIsDue(Chunk chunk) {
        return config.dropAfter().isReached(chunk.range().end(), position);
    }

    /** The largest that one of its ranges was before it was archived, or is. */
    public long largestRangeBytes() {
        long archived = scene.rows().stream()
                .flatMap(row -> row.copies().stream())
                .mapToLong(copy -> copy.bytesBefore().orElse(0))
                .max()
                .orElse(0);
        return Math.max(
                archived, scene.chunks().stream().mapToLong(Chunk::bytes).max().orElse(0));
    }
}
