package dev.firn.source;

/**
 * What became of staged rows that were added to a chunk that was there.
 *
 * @param added rows that are new in it
 * @param equal rows that it had already, byte for byte
 * @param keptLive archived rows left out for another one with the same key
 * @param replaced rows that gave way to an archived one
 */
public record Moved(long added, long equal, long keptLive, long replaced) {}
