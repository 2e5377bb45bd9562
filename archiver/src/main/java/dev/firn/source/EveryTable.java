package dev.firn.source;

import dev.firn.TableName;
import dev.firn.TimeRange;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** A database with TimescaleDB, which may hold partitioned tables too: each table goes to the source that knows it. */
record EveryTable(Hypertables hypertables, Partitions partitions) implements ChunkSource {

    @Override
    public SourceInfo info() {
        return hypertables.info();
    }

    private ChunkSource of(Table table) {
        return table.hypertableId() != 0 ? hypertables : partitions;
    }

    @Override
    public Table table(Connection connection, TableName name) throws SQLException {
        return HypertableReader.id(connection, name).isPresent()
                ? hypertables.table(connection, name)
                : partitions.table(connection, name);
    }

    @Override
    public List<Chunk> chunks(Connection connection, Table table) throws SQLException {
        return of(table).chunks(connection, table);
    }

    @Override
    public Optional<Chunk> chunkAt(Connection connection, Table table, TimeRange range) throws SQLException {
        return of(table).chunkAt(connection, table, range);
    }

    @Override
    public List<TimeRange> rangesWithin(Connection connection, Table table, TimeRange range) throws SQLException {
        return of(table).rangesWithin(connection, table, range);
    }

    @Override
    public void requireWholeReads(Connection connection, Table table) throws SQLException {
        of(table).requireWholeReads(connection, table);
    }

    @Override
    public String selectRows(Table table, Chunk chunk, List<String> selectList) {
        return of(table).selectRows(table, chunk, selectList);
    }

    @Override
    public long countRows(Connection connection, Chunk chunk) throws SQLException {
        return Tuples.count(connection, chunk);
    }

    @Override
    public Fingerprint fingerprint(Connection connection, Table table, Chunk chunk) throws SQLException {
        return of(table).fingerprint(connection, table, chunk);
    }

    @Override
    public boolean holdsOlderThan(Connection connection, Chunk chunk, String snapshot) throws SQLException {
        return Tuples.holdsOlderThan(connection, chunk, snapshot);
    }

    @Override
    public void lockForDrop(Connection connection, Table table, Chunk chunk) throws SQLException {
        of(table).lockForDrop(connection, table, chunk);
    }

    @Override
    public void unfreeze(Connection connection, Table table, Chunk chunk) throws SQLException {
        of(table).unfreeze(connection, table, chunk);
    }

    @Override
    public void drop(Connection connection, Table table, Chunk chunk) throws SQLException {
        of(table).drop(connection, table, chunk);
    }

    @Override
    public ChunkLoader loader(Table table) {
        return of(table).loader(table);
    }
}
