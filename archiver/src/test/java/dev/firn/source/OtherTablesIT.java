package dev.firn.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** That archived rows come back into a table of another kind than they left, and onto other disks and editions. */
@RequiresTimescale
class OtherTablesIT {

    private static final String TOKEN = "7777777777777777";
    private static final String ROWS = "INSERT INTO app.%s SELECT v::%s, 'n' || v FROM unnest('{%s}'::text[]) v";

    private TestDatabase database;
    private Connection owner;
    private Connection archiver;
    private ChunkSource source;

    @BeforeEach
    void start() throws SQLException {
        open(TestDatabase.create());
    }

    private void open(TestDatabase made) throws SQLException {
        database = made;
        owner = made.owner();
        archiver = made.archiver();
        source = Sources.detect(archiver);
        Bench.execute(owner, "CREATE SCHEMA app");
    }

    @AfterEach
    void stop() {
        database.close();
    }

    private void hypertable(String name, String type, String interval) throws SQLException {
        Bench.execute(
                owner, "CREATE TABLE app.%s (at %s NOT NULL, name text, UNIQUE (at, name))".formatted(name, type));
        Bench.execute(
                owner, "SELECT create_hypertable('app.%s', 'at', chunk_time_interval => %s)".formatted(name, interval));
    }

    private void partitioned(String name, String type, String from, String to) throws SQLException {
        Bench.execute(
                owner,
                "CREATE TABLE app.%s (at %s NOT NULL, name text, UNIQUE (at, name)) PARTITION BY RANGE (at)"
                        .formatted(name, type));
        Bench.execute(
                owner,
                "CREATE TABLE app.%1$s_1 PARTITION OF app.%1$s FOR VALUES FROM ('%2$s') TO ('%3$s')"
                        .formatted(name, from, to));
    }

    private Table table(String name) throws SQLException {
        return source.table(archiver, new TableName("app", name));
    }

    private Archived archived(String name) throws SQLException {
        return Archived.of(
                archiver,
                source,
                table(name),
                source.chunks(archiver, table(name)).get(0));
    }

    private String content(String name) throws SQLException {
        return Bench.text(owner, "SELECT string_agg(r::text, ' ' ORDER BY at) FROM app.%s r".formatted(name));
    }

    @Test
    void chunksOfAHypertableBecomePartitionsAndTheReverse() throws SQLException {
        hypertable("h", "timestamptz", "interval '7 days'");
        Bench.execute(owner, ROWS.formatted("h", "timestamptz", "2024-01-04 05:00+00,2024-01-10 23:59:59.999999+00"));
        partitioned("p", "timestamptz", "2024-03-01", "2024-03-02");
        Chunk partition = archived("h").restore(archiver, source.loader(table("p")), TOKEN, true);
        assertThat(partition.relation()).hasToString("app.as_it_was_called");
        assertThat(content("p")).isEqualTo(content("h"));
        Bench.execute(owner, ROWS.formatted("p", "timestamptz", "2024-03-01 05:00+00"));
        Table partitions = table("p");
        Chunk march = source.chunks(archiver, partitions).get(1);
        Chunk chunk = Archived.of(archiver, source, partitions, march)
                .restore(archiver, source.loader(table("h")), TOKEN, true);
        assertThat(chunk.range()).isEqualTo(march.range());
        assertThat(content("h")).isEqualTo(content("p"));
    }

    @ParameterizedTest
    @CsvSource({
        "int, 10, bigint, '3,9'",
        "smallint, 10, int, '-7,-3'",
        "bigint, 10, int, '3,9'",
        "timestamp, interval '1 day', timestamptz, '2024-03-31 00:00,2024-03-31 02:30'",
        "timestamptz, interval '1 day', timestamp, '2024-03-31 00:00+00,2024-03-31 02:30+00'",
        "date, interval '7 days', timestamptz, '2024-03-01,2024-03-02'"
    })
    void positionsStayThoughTheTypeOfTimeIsAnother(String type, String interval, String other, String values)
            throws SQLException {
        Bench.execute(archiver, "SET TimeZone = 'America/St_Johns'");
        hypertable("t", type, interval);
        hypertable("o", other, interval);
        Bench.execute(owner, ROWS.formatted("t", type, values));
        Archived archived = archived("t");
        ChunkLoader loader = source.loader(table("o"));
        Chunk chunk = archived.restore(archiver, loader, TOKEN, true);
        assertThat(chunk.range().start()).isEqualTo(archived.range().start());
        assertThat(chunk.range().end()).isEqualTo(archived.range().end());
        assertThat(loader.placement(archiver, archived.range()).overlapping()).containsExactly(chunk);
        assertThat(Bench.number(owner, "SELECT count(*) FROM app.o")).isEqualTo(2);
    }

    @Test
    void timesDoNotBecomeNumbers() throws SQLException {
        hypertable("t", "timestamptz", "interval '1 day'");
        hypertable("o", "bigint", "10");
        Bench.execute(owner, ROWS.formatted("t", "timestamptz", "2024-03-31"));
        assertThatThrownBy(() -> archived("t").restore(archiver, source.loader(table("o")), TOKEN, true))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("ordered by timestamptz, the table by int8; nothing was loaded");
    }

    @Test
    void aRangeIsInsertedUnderTheApacheLicence() throws SQLException {
        hypertable("t", "int", "10");
        Bench.execute(owner, ROWS.formatted("t", "int", "3,7"));
        String content = content("t");
        Archived archived = archived("t");
        Chunk before = source.chunks(archiver, table("t")).get(0);
        Bench.inTransaction(archiver, () -> {
            source.lockForDrop(archiver, table("t"), before);
            source.drop(archiver, table("t"), before);
        });
        SourceInfo info = source.info();
        SourceInfo apache = new SourceInfo(
                info.kind(), info.serverVersion(), info.serverVersionNumber(), info.extensionVersion(), "apache");
        Hypertables hypertables = new Hypertables(apache, CatalogueGeneration.probe(archiver), Optional.empty());
        ChunkLoader loader = hypertables.loader(table("t"));
        Chunk back = archived.restore(archiver, loader, TOKEN, true);
        assertThat(back.range()).isEqualTo(before.range());
        assertThat(content("t")).isEqualTo(content);
        assertThat(loader.leftovers(archiver)).isEmpty();
        StagedRows again = archived.load(archiver, loader, TOKEN);
        assertThatThrownBy(() -> Archived.attach(archiver, loader, again, true))
                .isInstanceOf(ChunkBusyException.class)
                .hasMessageContaining("another chunk was made in its range meanwhile");
        loader.drop(archiver, loader.leftovers(archiver).get(0));
        Bench.inTransaction(archiver, () -> {
            source.lockForDrop(archiver, table("t"), back);
            source.drop(archiver, table("t"), back);
        });
        Bench.execute(owner, "SELECT set_chunk_time_interval('app.t', 3)");
        assertThatThrownBy(() -> archived.restore(archiver, loader, TOKEN, true))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("cuts this range into other chunks now")
                .hasMessageContaining("set_chunk_time_interval to 10");
        assertThat(content("t")).isNull();
    }

    @Test
    void whatComesBackLiesOnTheDiskOfItsSiblings() throws SQLException {
        String space = "firn_space_" + ProcessHandle.current().pid();
        try (Connection admin = database.admin()) {
            Bench.execute(admin, "SET allow_in_place_tablespaces = on");
            Bench.execute(admin, "CREATE TABLESPACE %s LOCATION ''".formatted(space));
            Bench.execute(admin, "GRANT CREATE ON TABLESPACE %s TO app_owner".formatted(space));
            try {
                hypertable("t", "int", "10");
                Bench.execute(owner, "SELECT attach_tablespace('%s', 'app.t')".formatted(space));
                Bench.execute(owner, ROWS.formatted("t", "int", "3,13"));
                Chunk before = source.chunks(archiver, table("t")).get(0);
                var attributes = Attributes.of(owner, before);
                assertThat(attributes.get(0)).doesNotContain("tablespace, 0,");
                Archived archived = archived("t");
                Bench.inTransaction(archiver, () -> {
                    source.lockForDrop(archiver, table("t"), before);
                    source.drop(archiver, table("t"), before);
                });
                Chunk back = archived.restore(archiver, source.loader(table("t")), TOKEN, true);
                assertThat(Attributes.of(owner, back)).isEqualTo(attributes);
            } finally {
                Bench.execute(admin, "SELECT detach_tablespaces('app.t')");
                Bench.execute(admin, "DROP SCHEMA app CASCADE");
                Bench.execute(admin, "DROP TABLESPACE " + space);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.firn.testing.TestDatabase#availableTimescaleVersions")
    void anAggregateSeesWhatIsEditedInAChunkThatCameBack(String version) throws SQLException {
        database.close();
        open(TestDatabase.create(version));
        hypertable("t", "timestamptz", "interval '7 days'");
        Bench.execute(
                owner,
                ROWS.formatted("t", "timestamptz", "2024-01-04 05:00+00,2024-01-05 05:00+00,2024-01-12 05:00+00"));
        Bench.execute(
                owner,
                """
                CREATE MATERIALIZED VIEW app.daily WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS
                SELECT time_bucket('1 day', at) AS day, count(*) AS n FROM app.t GROUP BY 1 WITH NO DATA""");
        Bench.execute(owner, "CALL refresh_continuous_aggregate('app.daily', NULL, '2024-02-01')");
        String days = "SELECT string_agg(concat(day::date, '=', n), ' ' ORDER BY day) FROM app.daily";
        String before = Bench.text(owner, days);
        assertThat(before).isEqualTo("2024-01-04=1 2024-01-05=1 2024-01-12=1");
        assertThat(new ContinuousAggregates(archiver, table("t")).all()).hasSize(1);
        Chunk chunk = source.chunks(archiver, table("t")).get(0);
        var attributes = Attributes.of(owner, chunk);
        Archived archived = archived("t");
        Bench.inTransaction(archiver, () -> {
            source.lockForDrop(archiver, table("t"), chunk);
            source.drop(archiver, table("t"), chunk);
        });
        Chunk back = archived.restore(archiver, source.loader(table("t")), TOKEN, true);
        assertThat(Attributes.of(owner, back)).isEqualTo(attributes);
        Bench.execute(owner, "CALL refresh_continuous_aggregate('app.daily', NULL, '2024-02-01')");
        assertThat(Bench.text(owner, days)).isEqualTo(before);
        Bench.execute(owner, "INSERT INTO app.t VALUES ('2024-01-05 06:00+00', 'edit')");
        Bench.execute(owner, "CALL refresh_continuous_aggregate('app.daily', NULL, '2024-02-01')");
        assertThat(Bench.text(owner, days)).isEqualTo("2024-01-04=1 2024-01-05=2 2024-01-12=1");
    }
}
