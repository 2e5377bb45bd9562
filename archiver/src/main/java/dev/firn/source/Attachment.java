package dev.firn.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What loading does in another way for chunks of TimescaleDB and for partitions. */
interface Attachment {

    /** Refuses where nothing is to be attached, before anything is loaded. */
    void requireKnown(Table table);

    List<Chunk> chunks(Connection connection, Table table) throws SQLException;

    /** Whether attaching takes over indexes that are there; else it builds its own beside them. */
    boolean adoptsIndexes();

    /**
     * Makes the table a chunk of the range, or, where nothing can be attached, its rows those of such a chunk.
     *
     * @param compress whether it is to be compressed again, if the table's chunks are
     */
    Chunk attach(Connection connection, ReadyChunk ready, boolean compress, Optional<String> formerName)
            throws SQLException;

    /**
     * Prepares this transaction for adding rows to a chunk, with no trigger firing for them.
     *
     * @param condition that a row's time lies in the part that gets rows
     * @return what the rows are inserted into
     */
    MoveTarget target(Connection connection, Table table, Chunk into, String condition) throws SQLException;

    /** Makes the rows of a chunk, which is locked, ones that can be told apart by where they lie. */
    void decompress(Connection connection, Chunk chunk) throws SQLException;

    /** Puts the chunk back to how it was before {@link #decompress}. */
    void compressAgain(Connection connection, Chunk chunk) throws SQLException;

    /** Undoes what {@link #target} did. */
    void release(Connection connection, MoveTarget target) throws SQLException;
}
