package dev.firn.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import dev.firn.types.PgType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every generation's queries over a catalogue of its shape, laid out by hand: not every generation is there to be
 * installed beside the others, and some run on no common version of PostgreSQL.
 */
class CatalogueGenerationIT {

    private static final Table TABLE = new Table(
            new TableName("app", "t"),
            1,
            "app_owner",
            "at",
            TimeKind.BIGINT,
            10,
            7,
            List.of(new Table.TableColumn(
                    "at",
                    1,
                    new PgType(
                            "pg_catalog",
                            "int8",
                            -1,
                            PgType.Kind.BASE,
                            "bigint",
                            null,
                            List.of(),
                            "pg_catalog.int8out"),
                    true,
                    Optional.empty(),
                    false,
                    "")),
            Optional.empty(),
            List.of(),
            Map.of(),
            Optional.empty());

    @ParameterizedTest
    @EnumSource
    void readsChunksFromACatalogueOfItsShape(CatalogueGeneration generation) throws SQLException {
        try (TestDatabase database = TestDatabase.plain()) {
            Connection admin = database.admin();
            Bench.execute(
                    admin,
                    """
                    CREATE SCHEMA _timescaledb_catalog; CREATE SCHEMA app;
                    CREATE TABLE app.c1 (at bigint); CREATE TABLE app.c2 (at bigint); CREATE TABLE app.twin (n int)""");
            Bench.execute(admin, layout(generation));
            assertThat(CatalogueGeneration.probe(admin)).isEqualTo(generation);
            SourceInfo info = new SourceInfo("timescaledb", "17", 170000, "2.99.0", "community");
            Hypertables source = new Hypertables(info, generation, Optional.of("not known"));
            List<Chunk> chunks = source.chunks(admin, TABLE);
            assertThat(chunks).extracting(chunk -> chunk.relation().toString()).containsExactly("app.c2", "app.c1");
            assertThat(chunks.get(0).range()).isEqualTo(new TimeRange(TimeKind.BIGINT, -10, 0));
            assertThat(chunks.get(0).twin()).isEmpty();
            assertThat(chunks.get(1).compressed()).isTrue();
            assertThat(chunks.get(1).frozen()).isTrue();
            assertThat(chunks.get(1).twin().orElseThrow().relation()).hasToString("app.twin");
            assertThat(source.chunkAt(admin, TABLE, chunks.get(1).range())).contains(chunks.get(1));
        }
    }

    /** Chunk 1 over [0, 10), compressed and frozen; chunk 2 over [-10, 0); and of another hypertable, 3. */
    private static String layout(CatalogueGeneration generation) {
        String slices =
                """
                CREATE TABLE _timescaledb_catalog.dimension_slice (id int, %s dimension_id int, range_start bigint, range_end bigint);
                INSERT INTO _timescaledb_catalog.dimension_slice VALUES (11, %s 1, 0, 10), (12, %s 1, -10, 0), (13, %s 2, 0, 10);
                """;
        String constraints =
                """
                CREATE TABLE _timescaledb_catalog.chunk_constraint (chunk_id int, dimension_slice_id int);
                INSERT INTO _timescaledb_catalog.chunk_constraint VALUES (1, 11), (2, 12), (3, 13), (4, NULL), (5, 11);
                """;
        String chunks =
                """
                CREATE TABLE _timescaledb_catalog.chunk (id int, hypertable_id int, schema_name name, table_name name,
                  compressed_chunk_id int, %s status int, osm_chunk boolean);
                INSERT INTO _timescaledb_catalog.chunk VALUES (1, 7, 'app', 'c1', 4, %s 5, false),
                  (2, 7, 'app', 'c2', NULL, %s 0, false), (3, 8, 'app', 'c3', NULL, %s 0, false),
                  (4, 9, 'app', 'twin', NULL, %s 0, false);
                """;
        return switch (generation) {
            case SINCE_2_13 ->
                slices.formatted("", "", "", "")
                        + constraints
                        + chunks.formatted("dropped boolean,", "false,", "false,", "false,", "false,")
                        + "INSERT INTO _timescaledb_catalog.chunk VALUES (5, 7, 'app', 'gone', NULL, true, 0, false)";
            case SINCE_2_26 -> slices.formatted("", "", "", "") + constraints + chunks.formatted("", "", "", "", "");
            case SINCE_2_28 ->
                slices.formatted("chunk_id int,", "1,", "2,", "3,") + chunks.formatted("", "", "", "", "");
            case SINCE_2_29 ->
                slices.formatted("chunk_id int,", "1,", "2,", "3,")
                        + """
                        CREATE TABLE _timescaledb_catalog.chunk (id int, relid regclass, hypertable_id int, status int,
                          osm_chunk boolean);
                        INSERT INTO _timescaledb_catalog.chunk VALUES (1, 'app.c1', 7, 5, false), (2, 'app.c2', 7, 0, false),
                          (3, 'app.twin', 8, 0, false);
                        CREATE TABLE _timescaledb_catalog.compression_settings (relid regclass, compress_relid regclass);
                        INSERT INTO _timescaledb_catalog.compression_settings VALUES ('app.c1', 'app.twin');
                        """;
        };
    }

    @RequiresTimescale
    @Test
    void copiesButDoesNotDropUnderAnUnknownVersion() throws SQLException {
        try (Bench bench = Bench.of(TestDatabase.availableTimescaleVersions().get(0), 1)) {
            Hypertables unknown = new Hypertables(
                    bench.source.info(), CatalogueGeneration.SINCE_2_13, Optional.of("TimescaleDB 2.99.0 is newer"));
            Table table = bench.table();
            Chunk chunk = unknown.chunks(bench.archiver, table).get(0);
            assertThat(unknown.countRows(bench.archiver, chunk)).isEqualTo(300);
            assertThatThrownBy(() -> Bench.inTransaction(
                            bench.archiver, () -> unknown.lockForDrop(bench.archiver, table, chunk)))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("TimescaleDB 2.99.0 is newer; nothing was dropped")
                    .hasMessageContaining("copying goes on");
            assertThatThrownBy(
                            () -> Bench.inTransaction(bench.archiver, () -> unknown.drop(bench.archiver, table, chunk)))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("nothing was dropped");
        }
    }
}
