package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.source.Chunk.Twin;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * TimescaleDB's hypertables.
 *
 * @param refusesToDrop why nothing is dropped here; empty where dropping is known to work
 */
record Hypertables(SourceInfo info, CatalogueGeneration generation, Optional<String> refusesToDrop)
        implements ChunkSource {

    private static final int COMPRESSED = 1;
    private static final int FROZEN = 4;

    private static final String COLUMNS =
            """
            SELECT s.range_start, s.range_end, rn.nspname, r.relname, coalesce(r.oid, 0), c.status, c.osm_chunk,
                   tn.nspname, t.relname, coalesce(t.oid, 0),
                   %s + %s, c.id
            """
                    .formatted(Sizes.unlessLocked("r.oid"), Sizes.unlessLocked("t.oid"));

    @Override
    public Table table(Connection connection, TableName name) throws SQLException {
        return HypertableReader.read(connection, name);
    }

    @Override
    public List<Chunk> chunks(Connection connection, Table table) throws SQLException {
        return Query.list(
                connection,
                COLUMNS + generation.chunksOfHypertable() + "ORDER BY s.range_start, s.range_end",
                row -> chunk(table, row),
                table.hypertableId());
    }

    @Override
    public Optional<Chunk> chunkAt(Connection connection, Table table, TimeRange range) throws SQLException {
        return Query.first(
                connection,
                COLUMNS + generation.chunksOfHypertable() + "AND s.range_start = ? AND s.range_end = ?",
                row -> chunk(table, row),
                table.hypertableId(),
                range.start(),
                range.end());
    }

    @Override
    public List<TimeRange> rangesWithin(Connection connection, Table table, TimeRange range) throws SQLException {
        return Query.list(
                connection,
                "SELECT s.range_start, s.range_end " + generation.chunksOfHypertable()
                        + "AND s.range_start < ? AND s.range_end > ? ORDER BY 1, 2",
                row -> new TimeRange(table.timeKind(), row.getLong(1), row.getLong(2)),
                table.hypertableId(),
                range.end(),
                range.start());
    }

    private static Chunk chunk(Table table, ResultSet row) throws SQLException {
        TimeRange range = new TimeRange(table.timeKind(), row.getLong(1), row.getLong(2));
        String where = table.name() + " " + range;
        if (row.getBoolean(7)) {
            throw new FirnException(
                    Category.REFUSED,
                    where,
                    "its rows are in tiered storage, which Firn does not read; nothing was read and nothing dropped",
                    "take the table out of the configuration, or untier the chunk");
        }
        if (row.getLong(5) == 0) {
            throw broken(where, "chunk %d has no relation".formatted(row.getInt(12)));
        }
        int status = row.getInt(6);
        boolean compressed = (status & COMPRESSED) != 0;
        if (compressed && row.getLong(10) == 0) {
            throw broken(
                    where, "chunk %d is compressed, but its compressed rows are not found".formatted(row.getInt(12)));
        }
        Optional<Twin> twin = row.getLong(10) == 0
                ? Optional.empty()
                : Optional.of(new Twin(new TableName(row.getString(8), row.getString(9)), row.getLong(10)));
        return new Chunk(
                table.name(),
                range,
                new TableName(row.getString(3), row.getString(4)),
                row.getLong(5),
                compressed,
                twin,
                status,
                (status & FROZEN) != 0,
                row.getLong(11));
    }

    private static FirnException broken(String where, String what) {
        return new FirnException(
                Category.DATA,
                where,
                "reading TimescaleDB's catalogue: " + what + "; nothing was read and nothing dropped",
                "look at _timescaledb_catalog.chunk; an update or a restore may have been left half done");
    }

    @Override
    public void requireWholeReads(Connection connection, Table table) throws SQLException {
        WholeReads.requireSettings(connection, table);
        WholeReads.requireOneVersion(connection, table);
        WholeReads.requireNoRowSecurity(connection, table);
        WholeReads.requireHeaps(connection, table);
    }

    /** Never {@code ONLY}: of a compressed chunk that is the few rows that came after compression. */
    @Override
    public String selectRows(Table table, Chunk chunk, List<String> selectList) {
        return "SELECT " + String.join(", ", selectList) + " FROM "
                + chunk.relation().quoted();
    }

    @Override
    public long countRows(Connection connection, Chunk chunk) throws SQLException {
        return Tuples.count(connection, chunk);
    }

    @Override
    public Fingerprint fingerprint(Connection connection, Table table, Chunk chunk) throws SQLException {
        return FingerprintReader.read(connection, this, table, chunk);
    }

    @Override
    public boolean holdsOlderThan(Connection connection, Chunk chunk, String snapshot) throws SQLException {
        return Tuples.holdsOlderThan(connection, chunk, snapshot);
    }

    @Override
    public void lockForDrop(Connection connection, Table table, Chunk chunk) throws SQLException {
        requireDroppable(chunk);
        DropLocks locks = new DropLocks(connection, chunk);
        locks.requireReadCommitted();
        locks.requireOwnership(table);
        locks.limitWait();
        locks.lockReferencedTables(table);
        locks.lock(chunk.relation(), "the chunk");
        FingerprintReader.requireSame(connection, this, table, chunk);
    }

    private void requireDroppable(Chunk chunk) {
        if (refusesToDrop.isPresent()) {
            throw new FirnException(
                    Category.REFUSED,
                    chunk.toString(),
                    refusesToDrop.get() + "; nothing was dropped",
                    "use a version of Firn that knows this version of TimescaleDB; copying goes on meanwhile");
        }
    }

    private void requireNotFrozen(Connection connection, Table table, Chunk chunk) throws SQLException {
        if (chunkAt(connection, table, chunk.range()).map(Chunk::frozen).orElse(false)) {
            throw new FirnException(
                    Category.REFUSED,
                    chunk.toString(),
                    "the chunk is frozen, which somebody did to keep it; nothing was dropped",
                    "SELECT _timescaledb_functions.unfreeze_chunk('%s') lets Firn drop it"
                            .formatted(chunk.relation().quoted()));
        }
    }

    @Override
    public void unfreeze(Connection connection, Table table, Chunk chunk) throws SQLException {
        DropLocks locks = new DropLocks(connection, chunk);
        locks.requireReadCommitted();
        locks.requireLocked(chunk.oid());
        Query.text(connection, "SELECT _timescaledb_functions.unfreeze_chunk(?::oid::regclass)", chunk.oid());
    }

    /** This way drops one chunk and logs no invalidation: continuous aggregates keep what they computed from it. */
    @Override
    public void drop(Connection connection, Table table, Chunk chunk) throws SQLException {
        requireDroppable(chunk);
        DropLocks locks = new DropLocks(connection, chunk);
        locks.requireReadCommitted();
        locks.requireLocked(chunk.oid());
        requireNotFrozen(connection, table, chunk);
        try {
            Query.text(connection, "SELECT _timescaledb_functions.drop_chunk(?::oid::regclass)", chunk.oid());
        } catch (SQLException e) {
            throw locks.busy(e, "dropping it").orElseThrow(() -> e);
        }
        locks.requireGone();
        if (chunkAt(connection, table, chunk.range()).isPresent()) {
            throw broken(chunk.toString(), "the chunk was dropped, yet it is still listed");
        }
    }

    @Override
    public ChunkLoader loader(Table table) {
        return new ChunkLoader(table, new HypertableAttachment(this));
    }
}
