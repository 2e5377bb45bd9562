package dev.firn.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That a chunk's bounds are read as they are, for every kind of time and whatever the session's formats. */
class RangesIT {

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
}
