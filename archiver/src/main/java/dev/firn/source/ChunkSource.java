package dev.firn.source;

import dev.firn.TableName;
import dev.firn.TimeRange;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Where the chunks of a namespace's tables live. Works on the caller's connection and in the caller's transaction, never
 * commits, keeps no state. Chosen once per database by {@link Sources#detect}; an unknown catalogue refuses to drop.
 */
public interface ChunkSource {

    /** What was found, for people: {@code TimescaleDB 2.25.2 (community) on PostgreSQL 15.18}. */
    SourceInfo info();

    /**
     * Everything about a table that its archive must record or a guard must know.
     *
     * @throws dev.firn.FirnException with the reason when it does not exist or is of a kind that Firn refuses
     */
    Table table(Connection connection, TableName name) throws SQLException;

    /** The chunks of a table, by range, never by name. */
    List<Chunk> chunks(Connection connection, Table table) throws SQLException;

    /** The chunk that now covers exactly this range, looked up afresh, or nothing. */
    Optional<Chunk> chunkAt(Connection connection, Table table, TimeRange range) throws SQLException;

    /** Ranges of the chunks that lie within this range or reach into it; says nothing of them but that, and is quick. */
    List<TimeRange> rangesWithin(Connection connection, Table table, TimeRange range) throws SQLException;

    /** Refuses with the reason if reading a chunk here could return fewer rows than it has (settings, restoring mode). */
    void requireWholeReads(Connection connection, Table table) throws SQLException;

    /** {@code SELECT} text that yields the chunk's rows in its own order; never {@code COPY} of the chunk itself. */
    String selectRows(Table table, Chunk chunk, List<String> selectList);

    /** Rows by the bookkeeping of the chunk itself (own heap + batch metadata), independently of how SELECT reads it. */
    long countRows(Connection connection, Chunk chunk) throws SQLException;

    /** Which tuples make up the chunk and what it and its columns are, as the current snapshot sees them. */
    Fingerprint fingerprint(Connection connection, Table table, Chunk chunk) throws SQLException;

    /** Whether any tuple of the chunk is older than the snapshot that this text tells of ({@code pg_current_snapshot()}). */
    boolean holdsOlderThan(Connection connection, Chunk chunk, String snapshot) throws SQLException;

    /**
     * Takes the drop's locks in the current transaction: tables that outgoing foreign keys reference, then the chunk.
     * Short; throws {@link ChunkBusyException} when somebody is in the way.
     */
    void lockForDrop(Connection connection, Table table, Chunk chunk) throws SQLException;

    /** Lets a frozen chunk, whose lock is held, be dropped in this transaction; if that ends otherwise it is frozen still. */
    void unfreeze(Connection connection, Table table, Chunk chunk) throws SQLException;

    /** Drops exactly this chunk, whose lock is held; refuses a frozen one, which DROP TABLE would not. */
    void drop(Connection connection, Table table, Chunk chunk) throws SQLException;

    /** The way back into this table. */
    ChunkLoader loader(Table table);
}
