package dev.firn.lifecycle;

import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.catalog.ChunkState;
import java.time.Instant;
import java.util.Optional;

/**
 * One live copy, and what the catalogue knows of its range.
 *
 * @param state empty where the catalogue knows nothing of it
 * @param heldUntil until when the range is left alone in the database
 */
public record ArchivedCopy(
        TableName table,
        TimeRange range,
        int generation,
        Manifest.Role role,
        long rows,
        long bytes,
        int files,
        Instant archivedAt,
        Optional<ChunkState> state,
        Optional<Instant> heldUntil) {}
