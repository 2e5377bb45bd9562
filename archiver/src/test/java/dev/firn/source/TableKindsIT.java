package dev.firn.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.TableName;
import dev.firn.TimeKind;
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
import org.junit.jupiter.params.provider.MethodSource;

/** How Firn describes the tables it archives, and that it works with them whatever they are called. */
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
    @MethodSource("dev.firn.testing.TestDatabase#availableTimescaleVersions")
    void asksTheFunctionThatAHypertableOfNumbersWasGivenWhatNumberIsNow(String version) throws SQLException {
        try (TestDatabase database = TestDatabase.create(version);
                Connection owner = database.owner()) {
            Bench.execute(owner, "CREATE SCHEMA app; CREATE TABLE app.steps (step int NOT NULL)");
            Bench.execute(owner, "SELECT create_hypertable('app.steps', 'step', chunk_time_interval => 100)");
            Bench.execute(owner, "CREATE FUNCTION app.now() RETURNS int LANGUAGE sql STABLE AS 'SELECT 4711'");
            Table table = Sources.detect(owner).table(owner, new TableName("app", "steps"));
            assertThatThrownBy(() -> TableClock.now(owner, table))
                    .hasMessageContaining("nothing says what number is now");

            Bench.execute(owner, "SELECT set_integer_now_func('app.steps', 'app.now')");

            assertThat(TableClock.now(owner, table)).isEqualTo(4711);
        }
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
