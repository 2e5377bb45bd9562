package dev.firn.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import dev.firn.source.Table.TableColumn;
import dev.firn.testing.EventStore;
import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import dev.firn.types.PgType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which tables Firn archives, how it describes them, and what it says to the others. */
class TableKindsIT {

    private static final long DAY = 86_400_000_000L;

    @RequiresTimescale
    @ParameterizedTest
    @MethodSource("dev.firn.testing.TestDatabase#availableTimescaleVersions")
    void describesAHypertable(String version) throws SQLException {
        try (Bench bench = Bench.of(version, 1)) {
            Bench.execute(bench.owner, "SELECT add_compression_policy('tsdb_default.messages', interval '30 days')");
            Bench.execute(bench.owner, "SELECT add_retention_policy('tsdb_default.messages', interval '1 year')");
            Table table = bench.table();
            assertThat(table.owner()).isEqualTo("app_owner");
            assertThat(table.timeColumn()).isEqualTo("time");
            assertThat(table.timeKind()).isEqualTo(TimeKind.TIMESTAMPTZ);
            assertThat(table.chunkInterval()).isEqualTo(7 * DAY);
            assertThat(table.hypertableId()).isPositive();
            assertThat(table.columns())
                    .extracting(TableColumn::name)
                    .containsExactly(
                            "time", "global_position", "position", "stream_name", "type", "data", "metadata", "id");
            assertThat(table.columns().get(0).defaultExpression()).contains("now()");
            assertThat(table.compression()).isPresent();
            assertThat(table.compression().get().segmentBy()).containsExactly("stream_name");
            assertThat(table.compression().get().orderBy()).containsExactly("position", "global_position", "time DESC");
            assertThat(table.compression().get().compressAfter()).contains("30 days");
            assertThat(table.retentionAfter()).contains("1 year");
            assertThat(table.indexes()).hasSize(6).anyMatch(index -> index.contains("split_part(stream_name"));
            assertThat(bench.source.info())
                    .hasToString("TimescaleDB %s (community) on PostgreSQL %s"
                            .formatted(version, Bench.text(bench.owner, "SHOW server_version")));
        }
    }

    @RequiresTimescale
    @ParameterizedTest
    @CsvSource({
        "timestamptz, interval '1 day', 2024-03-01 05:00+00, 1709251200000000",
        "timestamp, interval '1 day', 2024-03-01 05:00, 1709251200000000",
        "date, interval '1 day', 2024-03-01, 1709251200000000",
        "smallint, 100, 250, 200",
        "int, 1000, -1500, -2000",
        "bigint, 1000000, 9000000000, 9000000000"
    })
    void readsTheRangesOfEveryKindOfTime(String type, String interval, String value, long start) throws SQLException {
        try (TestDatabase database = TestDatabase.create()) {
            Connection owner = database.owner();
            Bench.execute(owner, "CREATE TABLE public.readings (at %s NOT NULL)".formatted(type));
            Bench.execute(
                    owner, "SELECT create_hypertable('readings', 'at', chunk_time_interval => %s)".formatted(interval));
            Bench.execute(owner, "INSERT INTO readings VALUES ('%s')".formatted(value));
            Connection archiver = database.archiver();
            Bench.execute(archiver, "SET TimeZone = 'America/St_Johns'");
            ChunkSource source = Sources.detect(archiver);
            Table table = source.table(archiver, new TableName("public", "readings"));
            List<Chunk> chunks = source.chunks(archiver, table);
            assertThat(chunks).hasSize(1);
            TimeRange range = chunks.get(0).range();
            assertThat(range.start()).isEqualTo(start);
            assertThat(range.end()).isEqualTo(start + table.chunkInterval());
            assertThat(range.kind().catalogueName())
                    .isEqualTo(
                            Bench.text(owner, "SELECT typname FROM pg_type WHERE oid = '%s'::regtype".formatted(type)));
        }
    }

    @RequiresTimescale
    @Test
    void aRowAtInfinityLiesInAnOpenEndedChunk() throws SQLException {
        try (Bench bench = Bench.of(TestDatabase.availableTimescaleVersions().get(0), 1)) {
            Bench.execute(
                    bench.owner,
                    "INSERT INTO tsdb_default.messages (time, position, stream_name, type) VALUES ('infinity', 1, 's', 't')");
            Chunk last = bench.chunk(1);
            assertThat(last.range().end()).isEqualTo(Long.MAX_VALUE);
            assertThat(bench.source.countRows(bench.archiver, last)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "timestamptz, 2024-03-01 05:00:00.000001+02, 1709262000000001, 2024-03-02 05:00+02, 1709348400000000",
        "timestamptz, 1965-01-01 00:00:00.5+00, -157766399500000, 1966-01-01+00, -126230400000000",
        "timestamp, 2024-03-01 05:00, 1709269200000000, 2024-03-02, 1709337600000000",
        "date, 2024-03-01, 1709251200000000, 2024-03-08, 1709856000000000",
        "smallint, -10, -10, 100, 100",
        "int, 1000, 1000, 2000, 2000",
        "bigint, 9000000000, 9000000000, 9000000001, 9000000001",
        "timestamptz, MINVALUE, -9223372036854775808, 2024-03-02 05:00+02, 1709348400000000",
        "date, 2024-03-01, 1709251200000000, MAXVALUE, 9223372036854775807"
    })
    void readsTheBoundsOfPartitions(String type, String from, long start, String to, long end) throws SQLException {
        try (TestDatabase database = TestDatabase.plain()) {
            Connection owner = database.owner();
            Bench.execute(owner, "CREATE SCHEMA app");
            Bench.execute(owner, "CREATE TABLE app.readings (at %s NOT NULL) PARTITION BY RANGE (at)".formatted(type));
            Bench.execute(
                    owner,
                    "CREATE TABLE app.one PARTITION OF app.readings FOR VALUES FROM (%s) TO (%s)"
                            .formatted(bound(from), bound(to)));
            Connection archiver = database.archiver();
            Bench.execute(archiver, "SET TimeZone = 'America/St_Johns'; SET DateStyle = 'ISO, DMY'");
            ChunkSource source = Sources.detect(archiver);
            Table table = source.table(archiver, new TableName("app", "readings"));
            assertThat(source.chunks(archiver, table))
                    .extracting(Chunk::range)
                    .containsExactly(new TimeRange(table.timeKind(), start, end));
        }
    }

    private static String bound(String value) {
        return value.endsWith("VALUE") ? value : "'" + value + "'";
    }

    @Test
    void handlesNamesThatNobodyShouldGive() throws SQLException {
        try (TestDatabase database = TestDatabase.create()) {
            Connection owner = database.owner();
            String schema = "We\"\"ird. 'one'";
            Bench.execute(owner, "CREATE SCHEMA \"%s\"".formatted(schema));
            String table = "\"%s\".\"Ta'ble %%s \"\" x\"".formatted(schema);
            Bench.execute(
                    owner,
                    "CREATE TABLE %s (\"T'im\"\"e\" timestamptz NOT NULL, \"sel ect\" int) PARTITION BY RANGE (\"T'im\"\"e\")"
                            .formatted(table));
            Bench.execute(
                    owner,
                    "CREATE TABLE \"%s\".\"p'\"\"1\" PARTITION OF %s FOR VALUES FROM ('2024-01-01') TO ('2024-01-02')"
                            .formatted(schema, table));
            Bench.execute(owner, "INSERT INTO %s VALUES ('2024-01-01 05:00', 1)".formatted(table));
            worksWith(database, new TableName("We\"ird. 'one'", "Ta'ble %s \" x"));
        }
    }

    @RequiresTimescale
    @ParameterizedTest
    @MethodSource("dev.firn.testing.TestDatabase#availableTimescaleVersions")
    void handlesNamesThatNobodyShouldGiveToAHypertable(String version) throws SQLException {
        try (TestDatabase database = TestDatabase.create(version)) {
            Connection owner = database.owner();
            TableName name = new TableName("We\"ird", "Ta'ble \" x");
            Bench.execute(owner, "CREATE SCHEMA " + TableName.quote(name.schema()));
            Bench.execute(
                    owner,
                    "CREATE TABLE %s (\"T'im\"\"e\" timestamptz NOT NULL, \"sel ect\" int)".formatted(name.quoted()));
            Bench.execute(
                    owner,
                    "SELECT create_hypertable('%s', 'T''im\"e', associated_schema_name => 'We\"ird', associated_table_prefix => 'p''\"')"
                            .formatted(name.quoted().replace("'", "''")));
            Bench.execute(
                    owner,
                    "ALTER TABLE %s SET (timescaledb.compress, timescaledb.compress_segmentby = '\"sel ect\"', timescaledb.compress_orderby = '\"T''im\"\"e\" DESC')"
                            .formatted(name.quoted()));
            Bench.execute(owner, "INSERT INTO %s VALUES ('2024-01-01 05:00', 1)".formatted(name.quoted()));
            Bench.execute(
                    owner,
                    "SELECT compress_chunk(c) FROM show_chunks('%s') c"
                            .formatted(name.quoted().replace("'", "''")));
            Table table = worksWith(database, name);
            assertThat(table.compression().orElseThrow().segmentBy()).containsExactly("sel ect");
            assertThat(table.compression().orElseThrow().orderBy()).containsExactly("\"T'im\"\"e\" DESC");
        }
    }

    private static Table worksWith(TestDatabase database, TableName name) throws SQLException {
        Connection archiver = database.archiver();
        ChunkSource source = Sources.detect(archiver);
        Table table = source.table(archiver, name);
        assertThat(table.timeColumn()).isEqualTo("T'im\"e");
        Chunk chunk = source.chunks(archiver, table).get(0);
        String select = source.selectRows(table, chunk, List.of(TableName.quote("sel ect")));
        assertThat(Bench.number(archiver, select)).isEqualTo(1);
        assertThat(source.countRows(archiver, chunk)).isEqualTo(1);
        Fingerprint fingerprint = source.fingerprint(archiver, table, chunk);
        assertThat(fingerprint.heapRows() + fingerprint.twinRows()).isEqualTo(1);
        Bench.inTransaction(archiver, () -> {
            source.lockForDrop(archiver, table, chunk);
            source.drop(archiver, table, chunk);
        });
        assertThat(source.chunks(archiver, table)).isEmpty();
        return table;
    }

    @Test
    void describesEveryShapeOfType() throws SQLException {
        try (TestDatabase database = TestDatabase.plain()) {
            Connection owner = database.owner();
            Bench.execute(
                    owner,
                    """
                    CREATE SCHEMA app;
                    CREATE TYPE app."Mood" AS ENUM ('so so', 'good', 'bad');
                    CREATE TYPE app.pair AS (a int, b text);
                    CREATE DOMAIN app.price AS numeric(10,2) CHECK (VALUE > 0);
                    CREATE DOMAIN app.prices AS app.price[];
                    CREATE TABLE app.all_types (
                      at date NOT NULL, n numeric(10,2), c character(3), v varchar(7)[], m app."Mood", ms app."Mood"[],
                      p app.pair, d app.price, ds app.prices, r int4range, pt point, iv int2vector,
                      gone int, g int GENERATED ALWAYS AS (1 + 1) STORED, i bigint GENERATED BY DEFAULT AS IDENTITY,
                      CONSTRAINT early CHECK (at < '2030-01-01'), PRIMARY KEY (at, i)
                    ) PARTITION BY RANGE (at)""");
            Bench.execute(owner, "ALTER TABLE app.all_types DROP COLUMN gone");
            Connection archiver = database.archiver();
            Bench.execute(archiver, "SET search_path = app");
            Table table = Sources.detect(archiver).table(archiver, new TableName("app", "all_types"));
            assertThat(type(table, "n").sql()).isEqualTo("numeric(10,2)");
            assertThat(type(table, "n").isBuiltIn("numeric")).isTrue();
            assertThat(type(table, "c").sql()).isEqualTo("character(3)");
            assertThat(type(table, "v").kind()).isEqualTo(PgType.Kind.ARRAY);
            assertThat(type(table, "v").inner().sql()).isEqualTo("character varying(7)");
            assertThat(type(table, "m").sql()).isEqualTo("app.\"Mood\"");
            assertThat(type(table, "m").labels()).containsExactly("so so", "good", "bad");
            assertThat(type(table, "ms").inner()).isEqualTo(type(table, "m"));
            assertThat(type(table, "p").kind()).isEqualTo(PgType.Kind.COMPOSITE);
            assertThat(type(table, "d").kind()).isEqualTo(PgType.Kind.DOMAIN);
            assertThat(type(table, "d").inner()).isEqualTo(type(table, "n"));
            assertThat(type(table, "ds").inner().kind()).isEqualTo(PgType.Kind.ARRAY);
            assertThat(type(table, "ds").inner().inner()).isEqualTo(type(table, "d"));
            assertThat(type(table, "r").kind()).isEqualTo(PgType.Kind.RANGE);
            assertThat(type(table, "pt").kind()).isEqualTo(PgType.Kind.BASE);
            assertThat(type(table, "pt").outputFunction()).isEqualTo("pg_catalog.point_out");
            assertThat(type(table, "iv").kind()).isEqualTo(PgType.Kind.BASE);
            assertThat(column(table, "g").generated()).isTrue();
            assertThat(column(table, "g").attnum()).isEqualTo(14);
            assertThat(column(table, "i").identity()).isEqualTo("BY DEFAULT");
            assertThat(column(table, "at").notNull()).isTrue();
            assertThat(table.constraints())
                    .hasSize(2)
                    .containsEntry("early", "CHECK ((at < '2030-01-01'::date))")
                    .containsEntry("all_types_pkey", "PRIMARY KEY (at, i)");
            assertThat(table.indexes()).isEmpty();
            assertThat(Bench.text(archiver, "SHOW search_path")).isEqualTo("app");
        }
    }

    private static TableColumn column(Table table, String name) {
        return table.columns().stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static PgType type(Table table, String name) {
        return column(table, name).type();
    }

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

    @Test
    void refusesToDropWhatAForeignKeyRefersTo() throws SQLException {
        try (Bench bench = Bench.of("", 1)) {
            Bench.execute(
                    bench.owner,
                    """
                    CREATE TABLE tsdb_default.notes (message uuid, at timestamptz,
                      CONSTRAINT of_message FOREIGN KEY (message, at) REFERENCES tsdb_default.messages (id, time))""");
            assertThatThrownBy(() -> bench.drop(0))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("foreign key of_message of tsdb_default.notes refers to this table");
        }
    }

    @RequiresTimescale
    @Test
    void servesPartitionedTablesOfADatabaseWithTimescaleToo() throws SQLException {
        try (TestDatabase database = TestDatabase.create()) {
            Connection owner = database.owner();
            EventStore hypertable = EventStore.hypertable(owner, "one", EventStore.WEEK);
            EventStore partitioned = EventStore.partitioned(owner, "other", 2);
            hypertable.fillWeeks(owner, 1, 2, 50);
            partitioned.fillWeeks(owner, 1, 2, 50);
            Connection archiver = database.archiver();
            ChunkSource source = Sources.detect(archiver);
            Table one = source.table(archiver, hypertable.table());
            Table other = source.table(archiver, partitioned.table());
            assertThat(one.hypertableId()).isPositive();
            assertThat(other.hypertableId()).isZero();
            assertThat(source.chunks(archiver, one))
                    .extracting(Chunk::range)
                    .isEqualTo(source.chunks(archiver, other).stream()
                            .map(Chunk::range)
                            .toList());
        }
    }
}
