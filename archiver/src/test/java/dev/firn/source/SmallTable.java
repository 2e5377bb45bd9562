package dev.firn.source;

import dev.firn.TableName;
import dev.firn.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;

/** A table {@code app.t} by integers {@code at}, in chunks of ten, of which the first is looked at. */
final class SmallTable implements AutoCloseable {

    private static final TableName NAME = new TableName("app", "t");

    final Connection owner;
    final Connection archiver;
    final ChunkSource source;

    /** @param columns beside {@code at}; with TimescaleDB where the database has it */
    SmallTable(TestDatabase database, String columns) throws SQLException {
        owner = database.owner();
        boolean hypertable =
                Bench.number(owner, "SELECT count(*) FROM pg_extension WHERE extname = 'timescaledb'") == 1;
        Bench.execute(
                owner,
                """
                CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('sad', 'ok'); CREATE TYPE app.pair AS (a int, b text);
                CREATE DOMAIN app.short AS varchar(3)""");
        Bench.execute(
                owner,
                "CREATE TABLE app.t (at int NOT NULL, %s)%s"
                        .formatted(columns, hypertable ? "" : " PARTITION BY RANGE (at)"));
        Bench.execute(
                owner,
                hypertable
                        ? "SELECT create_hypertable('app.t', 'at', chunk_time_interval => 10)"
                        : "CREATE TABLE app.t0 PARTITION OF app.t FOR VALUES FROM (0) TO (10)");
        archiver = database.archiver();
        source = Sources.detect(archiver);
    }

    Table table() throws SQLException {
        return source.table(archiver, NAME);
    }

    ChunkLoader loader() throws SQLException {
        return source.loader(table());
    }

    Archived archived() throws SQLException {
        return Archived.of(
                archiver, source, table(), source.chunks(archiver, table()).get(0));
    }

    void drop() throws SQLException {
        Table table = table();
        Chunk chunk = source.chunks(archiver, table).get(0);
        Bench.inTransaction(archiver, () -> {
            source.lockForDrop(archiver, table, chunk);
            source.drop(archiver, table, chunk);
        });
    }

    /** Drops what failed attempts have left. */
    void sweep() throws SQLException {
        for (Leftover leftover : loader().leftovers(archiver)) {
            loader().drop(archiver, leftover);
        }
    }

    @Override
    public void close() throws SQLException {
        archiver.close();
        owner.close();
    }
}
