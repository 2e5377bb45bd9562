/**
 * Where chunks live. One rule: nothing outside knows whether a chunk is TimescaleDB's or a partition, or which generation
 * of TimescaleDB's catalogue describes it. Read {@link dev.firn.source.ChunkSource} first.
 */
package dev.firn.source;
