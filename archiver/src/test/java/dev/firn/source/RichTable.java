package dev.firn.source;

import dev.firn.TableName;
import dev.firn.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** A table with everything that has to come back: column types of every way, keys, checks, triggers, rights, settings. */
final class RichTable implements AutoCloseable {

    static final TableName NAME = new TableName("app", "readings");

    private static final String TYPES =
            """
            CREATE SCHEMA app;
            CREATE TYPE app.mood AS ENUM ('sad', 'ok');
            CREATE TYPE app.pair AS (a int, b text);
            CREATE DOMAIN app.price AS numeric(10,2) CHECK (VALUE > 0);
            CREATE TABLE app.kinds (kind text PRIMARY KEY); INSERT INTO app.kinds VALUES ('a'), ('b');
            CREATE TABLE app.fired (times int); INSERT INTO app.fired VALUES (0);
            CREATE FUNCTION app.fire() RETURNS trigger LANGUAGE plpgsql AS
              'BEGIN UPDATE app.fired SET times = times + 1; RETURN NEW; END'""";

    private static final String TABLE =
            """
            CREATE TABLE app.readings (
              at timestamptz NOT NULL DEFAULT now(), id bigint %s, gone int, name text NOT NULL,
              kind text REFERENCES app.kinds, v numeric(10,2) CHECK (v > 0), mood app.mood, moods app.mood[],
              price app.price, pair app.pair, span int4range, doc xml, docs xml[], tags text[], bytes bytea,
              data jsonb, twice numeric GENERATED ALWAYS AS (v * 2) STORED, uid uuid NOT NULL DEFAULT gen_random_uuid(),
              CONSTRAINT named CHECK (name <> ''), PRIMARY KEY (id, at), CONSTRAINT uids UNIQUE (uid, at))""";

    private static final List<String> MORE = List.of(
            "ALTER TABLE app.readings DROP COLUMN gone",
            "CREATE UNIQUE INDEX by_name ON app.readings (name, id, at)",
            "CREATE INDEX large ON app.readings (name) WHERE v > '5'",
            "CREATE INDEX lowered ON app.readings (lower(name)) WITH (fillfactor = 80)",
            "CREATE INDEX tagged ON app.readings USING gin (tags)",
            "CREATE TRIGGER fires BEFORE INSERT ON app.readings FOR EACH ROW EXECUTE FUNCTION app.fire()",
            "CREATE TRIGGER fires_late AFTER UPDATE ON app.readings FOR EACH ROW EXECUTE FUNCTION app.fire()");

    private static final String FILL =
            """
            INSERT INTO app.readings (at, name, kind, v, mood, moods, price, pair, span, doc, docs, tags, bytes, data)
            SELECT timestamptz '2024-01-01 00:00Z' + i * interval '1 hour', 'n' || i %% 5, 'a', 1 + i %% 9,
                   CASE WHEN i %% 3 > 0 THEN 'ok'::app.mood END, '{sad,NULL,ok}', 1.5 + i, ROW(i, 'b "' || i)::app.pair, int4range(i, i + 3),
                   ('<a n="' || i || '"/>')::xml, ARRAY['<x/>'::xml, NULL], '{a,b}', '\\x00ff'::bytea, '{"k": [1, null]}'
            FROM generate_series(%d, %d) i""";

    final TestDatabase database;
    final Connection owner;
    final Connection archiver;
    final ChunkSource source;
    final boolean hypertable;

    /**
     * Four weeks of hourly readings, in chunks of a week from a Thursday on, the first one compressed.
     *
     * @param version of TimescaleDB, empty for partitions
     */
    RichTable(String version) throws SQLException {
        database = TestDatabase.create(version);
        hypertable = !version.isEmpty();
        owner = database.owner();
        Bench.execute(owner, TYPES);
        Bench.execute(
                owner,
                // Before 17, a partitioned table has no identity columns.
                TABLE.formatted(hypertable ? "GENERATED ALWAYS AS IDENTITY" : "NOT NULL DEFAULT 0")
                        + (hypertable ? "" : " PARTITION BY RANGE (at)"));
        if (hypertable) {
            Bench.execute(
                    owner, "SELECT create_hypertable('app.readings', 'at', chunk_time_interval => interval '7 days')");
        } else {
            Bench.execute(
                    owner, "CREATE SEQUENCE app.ids; ALTER TABLE app.readings ALTER id SET DEFAULT nextval('app.ids')");
        }
        for (String sql : MORE) {
            Bench.execute(owner, sql);
        }
        if (hypertable) {
            Bench.execute(
                    owner, "ALTER TABLE app.readings ALTER name SET STATISTICS 500, ALTER v SET (n_distinct = 9)");
            Bench.execute(owner, "ALTER TABLE app.readings SET (autovacuum_vacuum_scale_factor = 0.1)");
            if (!version.startsWith("2.13")) {
                Bench.execute(owner, "ALTER TABLE app.readings REPLICA IDENTITY USING INDEX readings_pkey");
            }
            Bench.execute(
                    owner,
                    "ALTER TABLE app.readings SET (timescaledb.compress, timescaledb.compress_segmentby = 'name, kind', timescaledb.compress_orderby = 'at')");
        } else {
            partitions();
        }
        Bench.execute(
                owner, "GRANT SELECT, INSERT ON app.readings TO firn_reader; GRANT SELECT ON app.readings TO PUBLIC");
        fill(1, 4 * 168);
        archiver = database.archiver();
        source = Sources.detect(archiver);
        compressAll();
    }

    private void partitions() throws SQLException {
        Bench.execute(owner, "ALTER TABLE app.readings DISABLE TRIGGER fires_late");
        for (int week = 0; week < 5; week++) {
            String name = "app.readings_" + week;
            Bench.execute(
                    owner,
                    """
                    DO $$ BEGIN
                      EXECUTE format('CREATE TABLE %1$s PARTITION OF app.readings FOR VALUES FROM (%%L) TO (%%L)',
                        timestamptz '2023-12-28 00:00Z' + %2$d * interval '7 days', timestamptz '2024-01-04 00:00Z' + %2$d * interval '7 days');
                    END $$"""
                            .formatted(name, week));
            Bench.execute(
                    owner,
                    """
                    ALTER TABLE %1$s ALTER name SET STATISTICS 500, ALTER v SET (n_distinct = 9),
                      SET (autovacuum_vacuum_scale_factor = 0.1, toast.autovacuum_enabled = off);
                    ALTER TABLE %1$s REPLICA IDENTITY USING INDEX readings_%2$d_pkey;
                    GRANT SELECT, INSERT ON %1$s TO firn_reader; GRANT SELECT ON %1$s TO PUBLIC"""
                            .formatted(name, week));
        }
    }

    void fill(int from, int to) throws SQLException {
        Bench.execute(owner, FILL.formatted(from, to));
    }

    void compressAll() throws SQLException {
        if (hypertable) {
            Bench.execute(
                    owner, "SELECT compress_chunk(c, if_not_compressed => true) FROM show_chunks('app.readings') c");
        }
    }

    Table table() throws SQLException {
        return source.table(archiver, NAME);
    }

    ChunkLoader loader() throws SQLException {
        return source.loader(table());
    }

    List<Chunk> chunks() throws SQLException {
        return source.chunks(archiver, table());
    }

    Archived archived(int index) throws SQLException {
        return Archived.of(archiver, source, table(), chunks().get(index));
    }

    void drop(int index) throws SQLException {
        Table table = table();
        Chunk chunk = chunks().get(index);
        Bench.inTransaction(archiver, () -> {
            source.lockForDrop(archiver, table, chunk);
            source.drop(archiver, table, chunk);
        });
    }

    /** Everything that a reader sees of the table, as one hash. */
    String content() throws SQLException {
        return Bench.text(
                owner, "SELECT md5(string_agg(r::text, '/' ORDER BY id)) || ' ' || count(*) FROM app.readings r");
    }

    @Override
    public void close() {
        database.close();
    }
}
