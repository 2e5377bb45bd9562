package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TimeRange;
import dev.firn.types.Column;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The way back into a table: {@link #stage}, COPY, {@link #settle}, the proof and {@link #index} beside it, {@link #ready},
 * {@link #attach}; each step takes what only the one before gives. Like {@link ChunkSource}, whose {@link ChunkSource#loader} gives it, it works on
 * the caller's connection and in the caller's transaction, and never commits.
 *
 * <p>Where chunks lie over a part of the range, {@link #placement} says so; {@link #split} takes out what is free, and
 * {@link #move} adds the rest to the chunks that are there.
 */
public final class ChunkLoader {

    private final Table table;
    private final Attachment attachment;

    ChunkLoader(Table table, Attachment attachment) {
        this.table = table;
        this.attachment = attachment;
    }

    /** What lies over the range now. */
    public Placement placement(Connection connection, TimeRange range) throws SQLException {
        return Placement.of(ownRange(range), attachment.chunks(connection, table));
    }

    /**
     * Creates an empty table without indexes for rows of this range.
     *
     * @param archived the columns as the manifest has them
     * @param token 8 to 32 hexadecimal digits that are this attempt's alone
     * @throws FirnException where the rows could never be attached
     */
    public Staging stage(Connection connection, TimeRange range, List<Column> archived, String token)
            throws SQLException {
        attachment.requireKnown(table);
        TimeRange own = ownRange(range);
        Staging[] made = new Staging[1];
        Tablespaces.in(
                connection,
                tablespace(connection, own),
                () -> made[0] = StagingTables.create(connection, table, own, archived, token));
        return made[0];
    }

    /** The same positions for the table's time as it is now: of a wider type, or with a time zone, taken for UTC. */
    private TimeRange ownRange(TimeRange range) {
        if (range.kind().isInteger() != table.timeKind().isInteger()) {
            throw new FirnException(
                    Category.REFUSED,
                    table.name() + " " + range,
                    "the archived rows are ordered by %s, the table by %s; nothing was loaded"
                            .formatted(
                                    range.kind().catalogueName(),
                                    table.timeKind().catalogueName()),
                    "bring the range back into a table of its own");
        }
        return new TimeRange(table.timeKind(), range.start(), range.end());
    }

    private Optional<String> tablespace(Connection connection, TimeRange range) throws SQLException {
        return Tablespaces.near(connection, table, Tablespaces.nearest(attachment.chunks(connection, table), range));
    }

    /** Makes values of the table's types of what COPY has brought. */
    public StagedRows settle(Connection connection, Staging staging) throws SQLException {
        return StagingTables.settle(connection, staging);
    }

    /** For the rest of this transaction, values are printed and cast as they were when they were archived. */
    public void pinForReading(Connection connection) throws SQLException {
        requireTransaction(connection);
        for (Map.Entry<String, String> setting : PinnedFormats.SETTINGS.entrySet()) {
            Query.text(connection, "SELECT set_config(?, ?, true)", setting.getKey(), setting.getValue());
        }
    }

    /** Rows of these that lie in a part of the range. */
    public long count(Connection connection, StagedRows rows, TimeRange part) throws SQLException {
        return Query.one(
                connection,
                "SELECT count(*) FROM ONLY %s WHERE %s"
                        .formatted(
                                rows.relation().quoted(),
                                Bounds.of(connection, table, part).condition()),
                row -> row.getLong(1));
    }

    /**
     * Copies the rows of a part of the range to a staging of their own, which can be attached where the whole cannot.
     *
     * @param number of the part, from 1 on, different for each
     */
    public StagedRows split(Connection connection, StagedRows rows, TimeRange part, int number) throws SQLException {
        StagedRows[] made = new StagedRows[1];
        Tablespaces.in(
                connection,
                tablespace(connection, part),
                () -> made[0] = StagingTables.split(connection, rows, part, number));
        return made[0];
    }

    /**
     * Builds the table's indexes where attaching adopts them. Until the caller commits nobody can write to the rows, and
     * they can be read.
     */
    public IndexedRows index(Connection connection, StagedRows rows) throws SQLException {
        requireTransaction(connection);
        return attachment.adoptsIndexes()
                ? StagingIndexes.build(connection, rows, ofIndexes(connection, rows))
                : new IndexedRows(rows, List.of());
    }

    /** TimescaleDB puts them beside the chunk, PostgreSQL beside those of other partitions. */
    private Optional<String> ofIndexes(Connection connection, StagedRows rows) throws SQLException {
        return table.hypertableId() == 0 ? Optional.empty() : tablespace(connection, rows.range());
    }

    /** The same for rows that have no indexes yet. */
    public ReadyChunk ready(Connection connection, StagedRows rows, boolean compressedNext) throws SQLException {
        return ready(connection, new IndexedRows(rows, List.of()), compressedNext);
    }

    /**
     * Leaves behind what the table does not have, completes what attaching adopts, and gathers statistics.
     *
     * @param compressedNext whether it is to be compressed as soon as it is attached
     */
    public ReadyChunk ready(Connection connection, IndexedRows indexed, boolean compressedNext) throws SQLException {
        StagedRows rows = indexed.rows();
        StagingTables.leaveBehind(connection, rows);
        if (attachment.adoptsIndexes()) {
            StagingIndexes.complete(connection, indexed, ofIndexes(connection, rows));
        }
        if (compressedNext) {
            Statistics.gather(connection, rows);
        } else {
            Statistics.gatherFirst(connection, rows);
        }
        return new ReadyChunk(table, rows.range(), rows.token(), rows.relation());
    }

    /** Moves the sequences that number the table's rows past the highest number among these. */
    public void moveSequences(Connection connection, StagedRows rows) throws SQLException {
        requireTransaction(connection);
        Sequences.movePast(connection, rows);
    }

    /**
     * Makes the rows a chunk of their range, like its siblings in every way, visible when the caller commits.
     *
     * @param compress whether it is compressed in the same transaction, if the table's chunks are
     * @param formerName what the relation was called when it was archived: a partition is called so again if the name is
     *     free, a chunk of TimescaleDB never, since another one may be given that number
     * @throws ChunkBusyException when another chunk was made there, or somebody holds a lock
     */
    public Chunk attach(Connection connection, ReadyChunk ready, boolean compress, Optional<String> formerName)
            throws SQLException {
        requireTransaction(connection);
        attachment.requireKnown(table);
        LockWaits.limit(connection);
        try {
            return attachment.attach(connection, ready, compress, formerName);
        } catch (SQLException e) {
            throw attachFailure(e, ready);
        }
    }

    private static RuntimeException attachFailure(SQLException e, ReadyChunk ready) throws SQLException {
        Optional<ChunkBusyException> busy = LockWaits.busy(e, ready.toString(), "attaching what was loaded");
        if (busy.isPresent()) {
            return busy.get();
        }
        String state = String.valueOf(e.getSQLState());
        if (state.equals("TS503") || state.equals("42P17")) {
            return new ChunkBusyException(
                    ready.toString(), "attaching what was loaded: another chunk was made in its range meanwhile", e);
        }
        if (state.startsWith("23")) {
            return new FirnException(
                    Category.REFUSED,
                    ready.toString(),
                    "attaching what was loaded: the table does not take these rows: %s; nothing was attached"
                            .formatted(e.getMessage()),
                    "the table's constraints were changed since the rows were archived, or what they refer to is gone",
                    e);
        }
        throw e;
    }

    /**
     * Adds the staged rows that lie in a chunk's range to that chunk. Those that are not to be added leave the staging.
     *
     * @throws FirnException that shows both, where an archived row and a different live one have the same unique key and
     *     nobody said which is to stay
     */
    public Moved move(Connection connection, StagedRows rows, Chunk into, OnConflict onConflict) throws SQLException {
        return move(connection, rows, into, new Conflicts(onConflict, List.of()), new LeftOut());
    }

    /**
     * The same, telling what was not added.
     *
     * @param leftOut gets to know which rows that are
     */
    public Moved move(Connection connection, StagedRows rows, Chunk into, Conflicts conflicts, LeftOut leftOut)
            throws SQLException {
        requireTransaction(connection);
        attachment.requireKnown(table);
        requireStill(connection, into);
        LockWaits.limit(connection);
        String condition = Bounds.of(connection, table, part(rows, into)).condition();
        try {
            MoveTarget target = attachment.target(connection, table, into, condition);
            Moved moved = new RowMover(connection, rows, target, into, condition, conflicts, leftOut).move();
            attachment.release(connection, target);
            return moved;
        } catch (SQLException e) {
            throw LockWaits.busy(e, into.toString(), "adding archived rows to it")
                    .orElseThrow(() -> e);
        }
    }

    private static TimeRange part(StagedRows rows, Chunk chunk) {
        return new TimeRange(
                rows.range().kind(),
                Math.max(rows.range().start(), chunk.range().start()),
                Math.min(rows.range().end(), chunk.range().end()));
    }

    /**
     * Two copies of one range hold different rows of one key, since a row was written again after it had been dropped: takes
     * those of one copy out of the staging.
     *
     * @param to the other copy, whose rows come back
     * @param added which of both is added to the other: columns that it lacks say nothing
     * @param leftOut gets to know which rows stay away
     */
    public void giveWay(Connection connection, StagedRows rows, StagedRows to, StagedRows added, LeftOut leftOut)
            throws SQLException {
        RowPairs pairs = new RowPairs(connection, rows, "true", to.relation(), "true", added.knownColumns());
        for (UniqueKey key : UniqueKey.of(connection, table)) {
            leftOut.addKept(rows.toString(), pairs.forgetDifferent(key));
        }
    }

    /**
     * Nobody has said which of them are to come back.
     *
     * @throws FirnException that shows both, where there are any
     */
    public void requireNoRivals(Connection connection, StagedRows earlier, StagedRows later, StagedRows added)
            throws SQLException {
        RowPairs pairs = new RowPairs(connection, earlier, "true", later.relation(), "true", added.knownColumns());
        for (UniqueKey key : UniqueKey.of(connection, table)) {
            List<String> shown = pairs.different(key, "true", List.of("archived first", "archived later"));
            if (!shown.isEmpty()) {
                throw new FirnException(
                        Category.REFUSED,
                        earlier.toString(),
                        "bringing it back: two archived rows of it have the same key of index %s: %s; nothing was loaded"
                                .formatted(key.name(), String.join("; ", shown)),
                        "--on-conflict keep-archived brings back the one archived last, keep-live the one archived first, or"
                                + " still in the table; both stay archived");
            }
        }
    }

    /** Puts all of them, staged for one range, into the first; the others are of no use any more. */
    public StagedRows gather(Connection connection, List<StagedRows> all) throws SQLException {
        StagedRows first = all.get(0);
        for (StagedRows other : all.subList(1, all.size())) {
            StagingTables.add(connection, other, first);
        }
        Statistics.gather(connection, first);
        return first;
    }

    /** Takes rows of these hashes out of the staging, as many of each as are listed. Answers those of the rows there were. */
    public List<Long> leaveOut(Connection connection, StagedRows rows, List<Long> hashes) throws SQLException {
        return new RowFinder(connection, rows, "true").leaveOut(hashes);
    }

    /** Looks for the staged rows of a chunk's range in that chunk. Changes nothing. */
    public Found find(Connection connection, StagedRows rows, Chunk chunk) throws SQLException {
        String condition = Bounds.of(connection, table, part(rows, chunk)).condition();
        return new RowFinder(connection, rows, condition).find(chunk);
    }

    /** How many rows of a chunk have the key of a staged row and are not equal to it. */
    public long countDifferent(Connection connection, StagedRows rows, Chunk chunk) throws SQLException {
        String condition = Bounds.of(connection, table, part(rows, chunk)).condition();
        return new RowFinder(connection, rows, condition).countDifferent(chunk);
    }

    /** Hashes, for {@link #leaveOut}, of the staged rows of a chunk's range of which that chunk has no equal. */
    public List<Long> missing(Connection connection, StagedRows rows, Chunk chunk) throws SQLException {
        String condition = Bounds.of(connection, table, part(rows, chunk)).condition();
        return new RowFinder(connection, rows, condition).missing(chunk);
    }

    /** Whether the table tells its rows apart by a key. */
    public boolean hasUniqueKey(Connection connection) throws SQLException {
        return !UniqueKey.of(connection, table).isEmpty();
    }

    /**
     * Deletes from a chunk one row for each staged row of its range that is equal byte for byte. Where the chunk is
     * compressed the caller has it locked, and it is compressed again.
     *
     * @return how many were deleted: all of the staged ones, or the caller rolls back
     */
    public long take(Connection connection, StagedRows rows, Chunk from) throws SQLException {
        requireTransaction(connection);
        attachment.requireKnown(table);
        requireStill(connection, from);
        LockWaits.limit(connection);
        String condition = Bounds.of(connection, table, part(rows, from)).condition();
        try {
            MoveTarget target = attachment.target(connection, table, from, condition);
            attachment.decompress(connection, from);
            long taken = new RowFinder(connection, rows, condition).take(from);
            attachment.compressAgain(connection, from);
            attachment.release(connection, target);
            return taken;
        } catch (SQLException e) {
            throw LockWaits.busy(e, from.toString(), "taking archived rows out of it")
                    .orElseThrow(() -> e);
        }
    }

    private void requireStill(Connection connection, Chunk into) throws SQLException {
        boolean still = attachment.chunks(connection, table).stream()
                .anyMatch(chunk -> chunk.oid() == into.oid() && chunk.range().equals(into.range()));
        if (!still) {
            throw new ChunkBusyException(
                    into.toString(), "adding archived rows to it: it is gone; nothing was loaded", null);
        }
        if (into.frozen()) {
            throw new FirnException(
                    Category.REFUSED,
                    into.toString(),
                    "archived rows belong into this chunk, and it is frozen; nothing was loaded",
                    "SELECT _timescaledb_functions.unfreeze_chunk('%s') lets Firn add them"
                            .formatted(into.relation().quoted()));
        }
    }

    /** Staging tables beside this table, of attempts dead or alive: their tokens say whose. */
    public List<Leftover> leftovers(Connection connection) throws SQLException {
        return StagingTables.leftovers(connection, table);
    }

    /** Drops one of them; nothing when it is gone or has become a chunk. */
    public void drop(Connection connection, Leftover leftover) throws SQLException {
        StagingTables.drop(connection, table, leftover.relation());
    }

    private static void requireTransaction(Connection connection) throws SQLException {
        if (connection.getAutoCommit()) {
            throw new IllegalStateException("loading into a table needs a transaction");
        }
    }
}
