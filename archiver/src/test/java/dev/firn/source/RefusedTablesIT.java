package dev.firn.source;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What Firn says to tables that it does not archive, or must not drop from. */
class RefusedTablesIT {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CREATE TABLE app.t (at date) | it is an ordinary table, neither a hypertable nor partitioned by range",
                "CREATE VIEW app.t AS SELECT now() AS at | it is a view",
                "CREATE TABLE app.t (at date) PARTITION BY LIST (at) | it is partitioned by list, not by range",
                "CREATE TABLE app.t (at date) PARTITION BY HASH (at) | it is partitioned by hash, not by range",
                "CREATE TABLE app.t (at date, b int) PARTITION BY RANGE (at, b) | its partition key has 2 columns",
                "CREATE TABLE app.t (at timestamp) PARTITION BY RANGE (date_trunc('day', at)) | its partition key is an expression",
                "CREATE TABLE app.t (at text) PARTITION BY RANGE (at) | its partition key at is of type text",
                "CREATE TABLE app.t (at date) PARTITION BY RANGE (at); CREATE TABLE app.d PARTITION OF app.t DEFAULT | it has a default partition",
                "CREATE TABLE app.t (at date) PARTITION BY RANGE (at); CREATE TABLE app.s PARTITION OF app.t FOR VALUES FROM ('2024-01-01') TO ('2024-02-01') PARTITION BY RANGE (at) | partition app.s is partitioned itself",
                "CREATE TABLE app.r (at date) PARTITION BY RANGE (at); CREATE TABLE app.t PARTITION OF app.r FOR VALUES FROM ('2024-01-01') TO ('2024-02-01') PARTITION BY RANGE (at) | it is a partition of another table",
                "CREATE TYPE app.c AS (x xml); CREATE TYPE app.d AS (n int, c app.c[]); CREATE TABLE app.t (at date, c app.d) PARTITION BY RANGE (at) | column c is of a composite type with xml in it",
                "SELECT 1 | there is no such table"
            })
    void refusesTablesItCannotArchive(String sql, String reason) throws SQLException {
        try (TestDatabase database = TestDatabase.plain()) {
            Bench.execute(database.owner(), "CREATE SCHEMA app; " + sql);
            Connection archiver = database.archiver();
            assertThatThrownBy(() -> Sources.detect(archiver).table(archiver, new TableName("app", "t")))
                    .isInstanceOf(FirnException.class)
                    .hasMessageStartingWith("app.t: ")
                    .hasMessageContaining(reason);
        }
    }

    @Test
    void refusesAPartitionBoundedByInfinity() throws SQLException {
        try (TestDatabase database = TestDatabase.plain()) {
            Connection owner = database.owner();
            Bench.execute(owner, "CREATE SCHEMA app; CREATE TABLE app.t (at timestamptz) PARTITION BY RANGE (at)");
            Bench.execute(
                    owner, "CREATE TABLE app.p PARTITION OF app.t FOR VALUES FROM ('2024-01-01') TO ('infinity')");
            Connection archiver = database.archiver();
            ChunkSource source = Sources.detect(archiver);
            Table table = source.table(archiver, new TableName("app", "t"));
            assertThatThrownBy(() -> source.chunks(archiver, table))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("partition app.p is bounded by a value at infinity");
        }
    }

    @RequiresTimescale
    @ParameterizedTest
    @MethodSource("dev.firn.testing.TestDatabase#availableTimescaleVersions")
    void refusesHypertablesItCannotArchive(String version) throws SQLException {
        try (Bench bench = Bench.of(version, 1)) {
            Bench.execute(bench.owner, "CREATE SCHEMA app");
            Bench.execute(bench.owner, "CREATE TABLE app.spaced (at timestamptz NOT NULL, device int)");
            Bench.execute(bench.owner, "SELECT create_hypertable('app.spaced', 'at', 'device', 4)");
            refused(bench, new TableName("app", "spaced"), "it is divided by a second dimension too: device");
            Bench.execute(
                    bench.owner,
                    "CREATE FUNCTION app.t(int) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS "
                            + "$$ SELECT to_timestamp($1) $$");
            Bench.execute(bench.owner, "CREATE TABLE app.computed (at int NOT NULL)");
            Bench.execute(
                    bench.owner, "SELECT create_hypertable('app.computed', 'at', time_partitioning_func => 'app.t')");
            refused(bench, new TableName("app", "computed"), "its time is what function app.t makes of at");
            Bench.execute(
                    bench.owner,
                    """
                    CREATE MATERIALIZED VIEW app.daily WITH (timescaledb.continuous) AS
                    SELECT time_bucket('1 day', time) AS day, count(*) FROM tsdb_default.messages GROUP BY 1 WITH NO DATA""");
            refused(bench, new TableName("app", "daily"), "it is a view");
            String materialisation = Bench.text(
                    bench.owner,
                    "SELECT materialization_hypertable_name FROM timescaledb_information.continuous_aggregates");
            refused(
                    bench,
                    new TableName("_timescaledb_internal", materialisation),
                    "it holds what a continuous aggregate has computed");
        }
    }

    private static void refused(Bench bench, TableName name, String reason) {
        assertThatThrownBy(() -> bench.source.table(bench.archiver, name))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining(name + ": Firn does not archive this table: " + reason);
    }

    @RequiresTimescale
    @Test
    void refusesATimeMadeOfUuids() throws SQLException {
        List<String> versions = TestDatabase.availableTimescaleVersions();
        try (TestDatabase database = TestDatabase.create(versions.get(versions.size() - 1))) {
            Connection owner = database.owner();
            Bench.execute(owner, "CREATE TABLE public.t (id uuid NOT NULL)");
            Bench.execute(owner, "SELECT create_hypertable('t', by_range('id', interval '1 day'))");
            Connection archiver = database.archiver();
            assertThatThrownBy(() -> Sources.detect(archiver).table(archiver, new TableName("public", "t")))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("its time column id is of type uuid");
        }
    }

    @RequiresTimescale
    @Test
    void refusesTheHypercoreAccessMethod() throws SQLException {
        for (String version : TestDatabase.availableTimescaleVersions()) {
            try (TestDatabase database = TestDatabase.create(version)) {
                Connection owner = database.owner();
                if (Bench.number(owner, "SELECT count(*) FROM pg_am WHERE amname = 'hypercore'") == 0) {
                    continue;
                }
                Bench.execute(owner, "CREATE SCHEMA app; CREATE TABLE app.t (at timestamptz NOT NULL, device int)");
                Bench.execute(owner, "SELECT create_hypertable('app.t', 'at')");
                Bench.execute(
                        owner,
                        "ALTER TABLE app.t SET (timescaledb.compress, timescaledb.compress_segmentby = 'device')");
                Bench.execute(owner, "INSERT INTO app.t VALUES ('2024-01-01', 1)");
                Connection archiver = database.archiver();
                ChunkSource source = Sources.detect(archiver);
                Table table = source.table(archiver, new TableName("app", "t"));
                source.requireWholeReads(archiver, table);
                String relation =
                        source.chunks(archiver, table).get(0).relation().quoted();
                Bench.execute(owner, "ALTER TABLE " + relation + " SET ACCESS METHOD hypercore");
                assertThatThrownBy(() -> source.requireWholeReads(archiver, table))
                        .isInstanceOf(FirnException.class)
                        .hasMessageContaining("rows are kept elsewhere than in a heap")
                        .hasMessageContaining("(hypercore)");
            }
        }
    }

    @Test
    void refusesReadsThatAPolicyFilters() throws SQLException {
        try (Bench bench = Bench.of("", 1)) {
            Bench.execute(bench.owner, "ALTER TABLE tsdb_default.messages ENABLE ROW LEVEL SECURITY");
            bench.source.requireWholeReads(bench.archiver, bench.table());
            Bench.execute(bench.owner, "ALTER TABLE tsdb_default.messages FORCE ROW LEVEL SECURITY");
            assertThatThrownBy(() -> bench.source.requireWholeReads(bench.archiver, bench.table()))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("row-level security filters what this role reads of tsdb_default.messages");
        }
    }
}
