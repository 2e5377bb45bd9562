package dev.firn.source;

/**
 * What was found of staged rows in a chunk.
 *
 * @param staged rows that lie in the chunk's range
 * @param live rows of the chunk in the staged range
 * @param equal staged rows for each of which the chunk has one that is equal byte for byte
 */
public record Found(long staged, long live, long equal) {

    public boolean all() {
        return equal == staged;
    }
}
