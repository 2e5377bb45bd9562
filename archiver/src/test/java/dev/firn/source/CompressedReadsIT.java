package dev.firn.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The ways in which reading a compressed chunk loses rows without a word, and that each is caught. */
@RequiresTimescale
class CompressedReadsIT {

    @ParameterizedTest
    @MethodSource("dev.firn.testing.TestDatabase#availableTimescaleVersions")
    void aPartialReadIsRefusedAndDoesNotCountAsWhole(String version) throws SQLException {
        try (Bench bench = Bench.of(version, 1)) {
            bench.store.write(bench.owner, bench.week(0), "late-1", 0);
            assertThat(bench.selected(bench.archiver, 0)).isEqualTo(301);
            for (String setting : List.of(
                    "timescaledb.enable_transparent_decompression = off",
                    "timescaledb.enable_columnarscan = off",
                    "timescaledb.enable_optimizations = off",
                    "timescaledb.restoring = on")) {
                Connection misled = bench.database.admin();
                String name = setting.split(" ", 2)[0];
                if (Bench.text(misled, "SELECT current_setting('" + name + "', true)") == null) {
                    continue; // this version has no such setting
                }
                Bench.execute(misled, "SET " + setting);
                Table table = bench.table();
                assertThatThrownBy(() -> bench.source.requireWholeReads(misled, table))
                        .as(setting)
                        .isInstanceOf(FirnException.class)
                        .hasMessageContaining("compressed rows are not read; nothing was read and nothing dropped");
                Chunk chunk = bench.chunk(0);
                assertThat(bench.source.countRows(misled, chunk)).as(setting).isEqualTo(301);
                String select = bench.source.selectRows(table, chunk, bench.columns());
                // What it reads then is all or, worse, only what lies in the chunk's own heap.
                assertThat(Bench.number(misled, "SELECT count(*) FROM (" + select + ") rows"))
                        .as(setting)
                        .isIn(bench.fingerprint(0).heapRows(), 301L);
            }
            bench.source.requireWholeReads(bench.archiver, bench.table());
        }
    }

    @Test
    void withOptimizationsOffCompressedRowsAreHiddenButStillCounted() throws SQLException {
        try (Bench bench = Bench.of(TestDatabase.availableTimescaleVersions().get(0), 1)) {
            bench.store.write(bench.owner, bench.week(0), "late-1", 0);
            Bench.execute(bench.archiver, "SET timescaledb.enable_optimizations = off");
            assertThat(bench.selected(bench.archiver, 0))
                    .isEqualTo(bench.fingerprint(0).heapRows())
                    .isLessThan(301);
            assertThat(bench.count(0)).isEqualTo(301);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.firn.testing.TestDatabase#availableTimescaleVersions")
    void aCompressedChunkWithoutItsTwinIsAnError(String version) throws SQLException {
        try (Bench bench = Bench.of(version, 1)) {
            Table table = bench.table();
            bench.database.execute(
                    "UPDATE _timescaledb_catalog.chunk SET compressed_chunk_id = NULL WHERE compressed_chunk_id IS NOT NULL");
            assertThatThrownBy(() -> bench.source.chunks(bench.archiver, table))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("is compressed, but its compressed rows are not found");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.firn.testing.TestDatabase#availableTimescaleVersions")
    void rowsComeInTheChunksOwnOrderWithNoSort(String version) throws SQLException {
        try (Bench bench = Bench.of(version, 1)) {
            String select = bench.source.selectRows(bench.table(), bench.chunk(0), List.of("stream_name", "position"));
            List<String> streams = new ArrayList<>();
            try (Statement statement = bench.archiver.createStatement();
                    ResultSet rows = statement.executeQuery(select)) {
                while (rows.next()) {
                    if (streams.isEmpty() || !streams.get(streams.size() - 1).equals(rows.getString(1))) {
                        streams.add(rows.getString(1));
                    }
                }
            }
            assertThat(streams).as("each stream comes in one piece").hasSize(20).doesNotHaveDuplicates();
            List<String> plan = Query.texts(bench.archiver, "EXPLAIN (COSTS off) " + select);
            assertThat(plan).isNotEmpty().noneMatch(line -> line.contains("Sort"));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.firn.testing.TestDatabase#availableTimescaleVersions")
    void recompressionChangesTheFingerprintAndNotTheRows(String version) throws SQLException {
        try (Bench bench = Bench.of(version, 1)) {
            bench.store.write(bench.owner, bench.week(0), "late-1", 0);
            Fingerprint before = bench.fingerprint(0);
            assertThat(before.heapRows()).isPositive();
            String relation = bench.chunk(0).relation().quoted();
            Bench.execute(bench.owner, "SELECT decompress_chunk('" + relation + "')");
            Bench.execute(bench.owner, "SELECT compress_chunk('" + relation + "')");
            Fingerprint after = bench.fingerprint(0);
            assertThat(after).isNotEqualTo(before);
            assertThat(after.heapRows()).isZero();
            assertThat(bench.count(0)).isEqualTo(301);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.firn.testing.TestDatabase#availableTimescaleVersions")
    void aFrozenChunkIsNotDropped(String version) throws SQLException {
        try (Bench bench = Bench.of(version, 1)) {
            String relation = bench.chunk(0).relation().quoted();
            Bench.execute(bench.owner, "SELECT _timescaledb_functions.freeze_chunk('" + relation + "')");
            assertThat(bench.chunk(0).frozen()).isTrue();
            assertThatThrownBy(() -> bench.drop(0))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("the chunk is frozen")
                    .hasMessageContaining("unfreeze_chunk('" + relation + "')");
            Bench.execute(bench.owner, "SELECT _timescaledb_functions.unfreeze_chunk('" + relation + "')");
            bench.drop(0);
            assertThat(bench.store.rows(bench.owner)).isZero();
        }
    }
}
