package dev.firn.lifecycle;

import dev.firn.source.Chunk;
import java.util.OptionalLong;

/**
 * A chunk and what a pass would do with it.
 *
 * @param rows by the chunk's own bookkeeping, where counting them is cheap
 * @param expectedBytes what its copy should take in the store, by the ratio of the chunks archived before it; nothing
 *     while none was
 */
public record PlannedChunk(Chunk chunk, Decision decision, OptionalLong rows, OptionalLong expectedBytes) {}
