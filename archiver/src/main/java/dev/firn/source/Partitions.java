package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeRange;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Tables of plain PostgreSQL, partitioned by range of one column. A partition is a chunk without a twin. */
record Partitions(SourceInfo info) implements ChunkSource {

    /**
     * Up to this size the parent is locked before the look under the lock, which then takes a fraction of a second (0.3
     * for 95 MB and 500,000 rows) and holds up everybody. Above, it is locked for the moment of the drop only: that may fail again and again where
     * queries go through all partitions, but never makes the table wait for the reading of a large partition.
     */
    private static final long SMALL_HEAP_BYTES = 64L << 20;

    @Override
    public Table table(Connection connection, TableName name) throws SQLException {
        return PartitionReader.read(connection, name);
    }

    @Override
    public List<Chunk> chunks(Connection connection, Table table) throws SQLException {
        // Bounds are printed as text: read them under the formats in which they were printed.
        return PinnedFormats.during(
                connection,
                () -> Query.list(
                        connection,
                        """
                        SELECT %s, %s, n.nspname, c.relname, c.oid, bound.low IN ('infinity', '-infinity')
                                 OR bound.high IN ('infinity', '-infinity'),
                               %s
                        FROM pg_inherits i
                        JOIN pg_class c ON c.oid = i.inhrelid
                        JOIN pg_namespace n ON n.oid = c.relnamespace,
                        LATERAL regexp_match(pg_get_expr(c.relpartbound, c.oid),
                                             '^FOR VALUES FROM \\((.*)\\) TO \\((.*)\\)$') AS m,
                        LATERAL (SELECT btrim(m[1], ''''), btrim(m[2], '''')) AS bound(low, high)
                        WHERE i.inhparent = ?::oid
                          -- NULL for one that this snapshot still sees, though somebody has dropped it since.
                          AND pg_get_expr(c.relpartbound, c.oid) IS NOT NULL
                          AND NOT coalesce((to_jsonb(i)->>'inhdetachpending')::boolean, false)
                        ORDER BY 1, 2"""
                                .formatted(
                                        PartitionReader.position(table.timeKind(), "bound.low"),
                                        PartitionReader.position(table.timeKind(), "bound.high"),
                                        Sizes.unlessLocked("c.oid")),
                        row -> chunk(table, row),
                        table.oid()));
    }

    private static Chunk chunk(Table table, ResultSet row) throws SQLException {
        TableName relation = new TableName(row.getString(3), row.getString(4));
        if (row.getBoolean(6)) {
            throw new FirnException(
                    Category.REFUSED,
                    table.name().toString(),
                    "partition %s is bounded by a value at infinity, which Firn cannot tell from unbounded"
                            .formatted(relation),
                    "use MINVALUE or MAXVALUE as its bound");
        }
        TimeRange range = new TimeRange(table.timeKind(), row.getLong(1), row.getLong(2));
        return new Chunk(
                table.name(), range, relation, row.getLong(5), false, Optional.empty(), 0, false, row.getLong(7));
    }

    @Override
    public Optional<Chunk> chunkAt(Connection connection, Table table, TimeRange range) throws SQLException {
        return chunks(connection, table).stream()
                .filter(chunk -> chunk.range().equals(range))
                .findFirst();
    }

    @Override
    public List<TimeRange> rangesWithin(Connection connection, Table table, TimeRange range) throws SQLException {
        return chunks(connection, table).stream()
                .map(Chunk::range)
                .filter(range::overlaps)
                .toList();
    }

    @Override
    public void requireWholeReads(Connection connection, Table table) throws SQLException {
        WholeReads.requireNoRowSecurity(connection, table);
        WholeReads.requireHeaps(connection, table);
    }

    @Override
    public String selectRows(Table table, Chunk chunk, List<String> selectList) {
        return "SELECT " + String.join(", ", selectList) + " FROM ONLY "
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
        DropLocks locks = new DropLocks(connection, chunk);
        locks.requireReadCommitted();
        locks.requireOwnership(table);
        locks.limitWait();
        locks.lockReferencedTables(table);
        if (heapBytes(connection, chunk) <= SMALL_HEAP_BYTES) {
            locks.lock(table.name(), "its parent");
        }
        locks.lock(chunk.relation(), "the partition");
        FingerprintReader.requireSame(connection, this, table, chunk);
    }

    private static long heapBytes(Connection connection, Chunk chunk) throws SQLException {
        return Query.one(
                connection,
                "SELECT coalesce(pg_relation_size(?::oid::regclass), 0)",
                row -> row.getLong(1),
                chunk.oid());
    }

    @Override
    public void unfreeze(Connection connection, Table table, Chunk chunk) {
        throw new IllegalStateException(chunk + ": a partition cannot be frozen");
    }

    /** DROP and DETACH take the same lock on the parent, and DETACH CONCURRENTLY cannot be part of a transaction. */
    @Override
    public void drop(Connection connection, Table table, Chunk chunk) throws SQLException {
        DropLocks locks = new DropLocks(connection, chunk);
        locks.requireReadCommitted();
        locks.requireLocked(chunk.oid());
        locks.lock(table.name(), "its parent");
        FingerprintReader.requireSame(connection, this, table, chunk);
        try {
            Query.execute(connection, "DROP TABLE " + chunk.relation().quoted());
        } catch (SQLException e) {
            throw locks.busy(e, "dropping it").orElseThrow(() -> e);
        }
        locks.requireGone();
    }

    @Override
    public ChunkLoader loader(Table table) {
        return new ChunkLoader(table, new PartitionAttachment(this));
    }
}
