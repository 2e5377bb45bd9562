package dev.firn.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** That a chunk comes back with the bounds it had, for every kind of time and whatever the session's formats. */
class TimesOnTheWayBackIT {

    private static final TableName NAME = new TableName("app", "t");
    private static final String TOKEN = "0a0a0a0a0a0a0a0a";
    private static final String ODD_FORMATS = "SET TimeZone = 'America/St_Johns'; SET DateStyle = 'ISO, DMY'";

    static Stream<Arguments> kindsByVersion() {
        List<List<String>> kinds = List.of(
                List.of("timestamptz", "interval '1 day'", "2024-03-01 05:00+00"),
                List.of("timestamptz", "interval '7 days'", "1912-03-01 05:00+00"),
                List.of("timestamptz", "interval '7 days'", "0044-03-15 05:00:00.123457+00 BC"),
                List.of("timestamptz", "interval '7 days'", "infinity"),
                List.of("timestamp", "interval '36 hours'", "2024-03-31 01:30"),
                List.of("timestamp", "interval '1 day'", "infinity"),
                List.of("date", "interval '7 days'", "2024-03-01"),
                List.of("smallint", "100", "250"),
                List.of("smallint", "30000", "32767"),
                List.of("int", "1000", "-1500"),
                List.of("bigint", "1000000", "9000000000"),
                List.of("bigint", "1000000", "9223372036854775807"));
        return TestDatabase.availableTimescaleVersions().stream().flatMap(version -> kinds.stream()
                .map(kind -> Arguments.of(version, kind.get(0), kind.get(1), kind.get(2))));
    }

    @RequiresTimescale
    @ParameterizedTest
    @MethodSource("kindsByVersion")
    void chunks(String version, String type, String interval, String value) throws SQLException {
        try (TestDatabase database = TestDatabase.create(version)) {
            Connection owner = database.owner();
            Bench.execute(owner, "CREATE SCHEMA app; CREATE TABLE app.t (at %s NOT NULL, n int)".formatted(type));
            Bench.execute(
                    owner, "SELECT create_hypertable('app.t', 'at', chunk_time_interval => %s)".formatted(interval));
            Bench.execute(owner, "ALTER TABLE app.t SET (timescaledb.compress)");
            Bench.execute(owner, "INSERT INTO app.t VALUES ('%s', 1)".formatted(value));
            Bench.execute(owner, "SELECT compress_chunk(c) FROM show_chunks('app.t') c");
            comesBack(database);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "timestamptz, '2024-03-01 05:00:00.000001+02', '2024-03-02 05:00+02', 2024-03-01 17:00",
        "timestamptz, '1965-01-01 00:00:00.5+00', '1966-01-01+00', 1965-06-01",
        "timestamptz, '0044-03-15+00 BC', '0043-03-15+00 BC', 0044-06-01 BC",
        "timestamptz, MINVALUE, '2024-03-02 05:00+02', -infinity",
        "timestamptz, '2024-03-02 05:00+02', MAXVALUE, infinity",
        "timestamptz, '290000-01-01 00:00:00.999999+00', '294000-01-01 00:00:00.999999+00', 291000-01-01",
        "timestamp, '2024-03-01 05:00', '2024-03-02', 2024-03-01 17:00",
        "date, '2024-03-01', '2024-03-08', 2024-03-07",
        "date, MINVALUE, MAXVALUE, infinity",
        "smallint, '-10', '100', 99",
        "int, '1000', '2000', 1000",
        "bigint, '9000000000', '9000000001', 9000000000"
    })
    void partitions(String type, String from, String to, String value) throws SQLException {
        try (TestDatabase database = TestDatabase.plain()) {
            Connection owner = database.owner();
            Bench.execute(
                    owner,
                    "CREATE SCHEMA app; CREATE TABLE app.t (at %s NOT NULL, n int) PARTITION BY RANGE (at)"
                            .formatted(type));
            Bench.execute(
                    owner,
                    "CREATE TABLE app.one PARTITION OF app.t FOR VALUES FROM (%s) TO (%s)"
                            .formatted(bound(from), bound(to)));
            Bench.execute(owner, "INSERT INTO app.t VALUES ('%s', 1)".formatted(value));
            comesBack(database);
        }
    }

    private static String bound(String value) {
        return value.endsWith("VALUE") ? value : "'" + value + "'";
    }

    private static void comesBack(TestDatabase database) throws SQLException {
        Connection owner = database.owner();
        Connection archiver = database.archiver();
        Bench.execute(archiver, ODD_FORMATS);
        ChunkSource source = Sources.detect(archiver);
        Table table = source.table(archiver, NAME);
        Chunk before = source.chunks(archiver, table).get(0);
        String bounds = bounds(owner, before);
        Archived archived = Archived.of(archiver, source, table, before);
        Bench.inTransaction(archiver, () -> {
            source.lockForDrop(archiver, table, before);
            source.drop(archiver, table, before);
        });
        String at = Bench.text(owner, "SELECT count(*) FROM app.t");
        assertThat(at).isEqualTo("0");
        Chunk back = archived.restore(archiver, source.loader(table), TOKEN, true);
        assertThat(back.range()).isEqualTo(before.range());
        assertThat(back.compressed()).isEqualTo(before.compressed());
        assertThat(source.chunks(archiver, table)).containsExactly(back);
        assertThat(bounds(owner, back)).isEqualTo(bounds);
        assertThat(Bench.text(owner, "SELECT count(*) FROM app.t WHERE at = (SELECT max(at) FROM app.t)"))
                .isEqualTo("1");
        assertThat(Bench.text(archiver, "SHOW DateStyle")).isEqualTo("ISO, DMY");
    }

    private static String bounds(Connection owner, Chunk chunk) throws SQLException {
        return Bench.text(
                owner,
                """
                SELECT concat_ws(' ', pg_get_expr(relpartbound, oid),
                                 (SELECT string_agg(pg_get_constraintdef(k.oid), ' ') FROM pg_constraint k WHERE conrelid = c.oid))
                FROM pg_class c WHERE oid = %d"""
                        .formatted(chunk.oid()));
    }
}
