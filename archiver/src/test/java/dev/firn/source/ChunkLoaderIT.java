package dev.firn.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is particular to one source on the way back, and what is refused. */
class ChunkLoaderIT {

    private static final String TOKEN = "5555555555555555";

    @RequiresTimescale
    @ParameterizedTest
    @MethodSource("dev.firn.testing.TestDatabase#availableTimescaleVersions")
    void whatIsDroppedFromTheTableLaterStaysInAnAttachedChunk(String version) throws SQLException {
        try (RichTable rich = new RichTable(version)) {
            Archived archived = rich.archived(1);
            Chunk before = rich.chunks().get(1);
            assertThat(Attributes.own(rich.owner, before)).isEmpty();
            rich.drop(1);
            Chunk back = archived.restore(rich.archiver, rich.loader(), TOKEN, true);
            // TimescaleDB leaves an attached table its own columns and checks. This is the one known difference.
            assertThat(Attributes.own(rich.owner, back))
                    .contains("check named", "check readings_v_check", "column tags")
                    .hasSize(19);
            Bench.execute(rich.owner, "ALTER TABLE app.readings DROP COLUMN tags");
            assertThat(Attributes.own(rich.owner, back)).contains("column tags");
            String rows = "SELECT count(*) FROM app.readings WHERE at >= '2024-01-04' AND at < '2024-01-11'";
            assertThat(Bench.number(rich.owner, rows)).isEqualTo(168);
            // It is archived again without that column, and dropped, like any other.
            assertThat(rich.archived(1).digest().rows()).isEqualTo(168);
            rich.drop(1);
            assertThat(Bench.number(rich.owner, rows)).isZero();
        }
    }

    @Test
    void partitionsThatCameBackFollowEveryChangeOfTheTable() throws SQLException {
        try (RichTable rich = new RichTable("")) {
            Archived archived = rich.archived(1);
            rich.drop(1);
            Chunk back = archived.restore(rich.archiver, rich.loader(), TOKEN, true);
            assertThat(Attributes.own(rich.owner, back)).isEmpty();
            Bench.execute(rich.owner, "ALTER TABLE app.readings DROP COLUMN tags, DROP CONSTRAINT named");
            assertThat(Attributes.of(rich.owner, back))
                    .noneMatch(line -> line.matches("(column tags|constraint named).*"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "timescaledb"})
    void sequencesGoOnBehindWhatWasLoaded(String kind) throws SQLException {
        try (TestDatabase database = kind.isEmpty() ? TestDatabase.plain() : TestDatabase.create();
                SmallTable small = new SmallTable(database, "n bigint, down int, q int")) {
            Bench.execute(
                    small.owner,
                    """
                    CREATE SEQUENCE app."N'" ; CREATE SEQUENCE app.down INCREMENT -2 START -1; CREATE SEQUENCE app.ahead START 1000;
                    ALTER TABLE app.t ALTER n SET DEFAULT nextval('app."N''"');
                    ALTER TABLE app.t ALTER down SET DEFAULT nextval('app.down');
                    ALTER TABLE app.t ALTER q SET DEFAULT nextval('app.ahead');
                    INSERT INTO app.t (at) SELECT i FROM generate_series(0, 9) i""");
            Archived archived = small.archived();
            small.drop();
            Bench.execute(small.owner, "ALTER SEQUENCE app.\"N'\" RESTART; ALTER SEQUENCE app.down RESTART");
            StagedRows staged = archived.load(small.archiver, small.loader(), TOKEN);
            small.archiver.setAutoCommit(false);
            small.loader().moveSequences(small.archiver, staged);
            small.archiver.rollback();
            assertThat(Bench.text(small.owner, "SELECT concat(nextval('app.\"N''\"'), nextval('app.down'))"))
                    .as("after a rollback, which takes nothing back but what it locked")
                    .isIn("1-1", "11-21");
            Bench.execute(small.owner, "ALTER SEQUENCE app.\"N'\" RESTART; ALTER SEQUENCE app.down RESTART");
            Bench.inTransaction(small.archiver, () -> small.loader().moveSequences(small.archiver, staged));
            assertThat(Bench.text(
                            small.owner,
                            "SELECT concat_ws(' ', nextval('app.\"N''\"'), nextval('app.down'), nextval('app.ahead'))"))
                    .isEqualTo("11 -21 1010");
            Bench.inTransaction(small.archiver, () -> small.loader().moveSequences(small.archiver, staged));
            assertThat(Bench.text(small.owner, "SELECT nextval('app.\"N''\"')")).isEqualTo("12");
        }
    }

    @RequiresTimescale
    @Test
    void identityColumnsKeepTheirNumbersAndGoOnBehindThem() throws SQLException {
        try (RichTable rich =
                new RichTable(TestDatabase.availableTimescaleVersions().get(0))) {
            Archived archived = rich.archived(4);
            rich.drop(4);
            Bench.execute(rich.owner, "SELECT setval(pg_get_serial_sequence('app.readings', 'id'), 5)");
            StagedRows staged = archived.load(rich.archiver, rich.loader(), TOKEN);
            Bench.inTransaction(rich.archiver, () -> rich.loader().moveSequences(rich.archiver, staged));
            rich.fill(700, 700);
            assertThat(Bench.number(rich.owner, "SELECT max(id) FROM app.readings"))
                    .isEqualTo(673);
        }
    }

    @RequiresTimescale
    @ParameterizedTest
    @MethodSource("dev.firn.testing.TestDatabase#availableTimescaleVersions")
    void knowsWhatARetentionPolicyWouldDrop(String version) throws SQLException {
        try (TestDatabase database = TestDatabase.create(version);
                Connection owner = database.owner()) {
            Bench.execute(
                    owner,
                    """
                    CREATE TABLE t (at timestamptz NOT NULL); SELECT create_hypertable('t', 'at');
                    SELECT add_retention_policy('t', interval '30 days');
                    CREATE TABLE i (at bigint NOT NULL); SELECT create_hypertable('i', 'at', chunk_time_interval => 10);
                    CREATE FUNCTION i_now() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT 1000::bigint';
                    SELECT set_integer_now_func('i', 'i_now');
                    SELECT add_retention_policy('i', 100::bigint);
                    CREATE TABLE none (at date NOT NULL); SELECT create_hypertable('none', 'at')""");
            Connection archiver = database.archiver();
            ChunkSource source = Sources.detect(archiver);
            Table times = source.table(archiver, new TableName("public", "t"));
            long now = TableClock.now(archiver, times);
            RetentionPolicies policies = RetentionPolicies.of(archiver, times, now);
            long day = 86_400_000_000L;
            assertThat(policies.all())
                    .extracting(RetentionPolicies.Policy::after)
                    .containsExactly("30 days");
            assertThat(policies.takesSoon(new TimeRange(times.timeKind(), now - 40 * day, now - 31 * day)))
                    .isPresent();
            assertThat(policies.takesSoon(new TimeRange(times.timeKind(), now - 40 * day, now - 27 * day)))
                    .isEmpty();
            Table integers = source.table(archiver, new TableName("public", "i"));
            RetentionPolicies ofNumbers = RetentionPolicies.of(archiver, integers, TableClock.now(archiver, integers));
            assertThat(ofNumbers.all())
                    .extracting(RetentionPolicies.Policy::cutoff)
                    .containsExactly(900L);
            assertThat(ofNumbers.takesSoon(new TimeRange(integers.timeKind(), 890, 900)))
                    .isPresent();
            assertThat(ofNumbers.takesSoon(new TimeRange(integers.timeKind(), 890, 911)))
                    .isEmpty();
            Bench.execute(
                    owner,
                    "SELECT alter_job(job_id, scheduled => false) FROM timescaledb_information.jobs"
                            + " WHERE proc_name = 'policy_retention'");
            assertThat(RetentionPolicies.of(archiver, times, now).all()).isEmpty();
            Table none = source.table(archiver, new TableName("public", "none"));
            assertThat(RetentionPolicies.of(archiver, none, now).all()).isEmpty();
        }
    }

    static Stream<String> versionsThatSkipChunks() {
        return TestDatabase.availableTimescaleVersions().stream().filter(version -> !version.startsWith("2.13"));
    }

    @RequiresTimescale
    @ParameterizedTest
    @MethodSource("versionsThatSkipChunks")
    void aTableWhoseChunksAreSkippedGetsThemCompressedOrNotAtAll(String version) throws SQLException {
        try (TestDatabase database = TestDatabase.create(version);
                SmallTable small = new SmallTable(database, "n int")) {
            database.execute("ALTER DATABASE " + database.name() + " SET timescaledb.enable_chunk_skipping = on");
            try (Connection owner = database.owner()) {
                Bench.execute(owner, "CREATE UNIQUE INDEX ON app.t (at)");
                Bench.execute(owner, "ALTER TABLE app.t SET (timescaledb.compress)");
                Bench.execute(owner, "SELECT enable_chunk_skipping('app.t', 'n')");
                Bench.execute(owner, "INSERT INTO app.t SELECT i, 100 + i FROM generate_series(0, 29) i");
                Bench.execute(owner, "SELECT compress_chunk(c) FROM show_chunks('app.t') c");
                Archived archived = small.archived();
                small.drop();
                ChunkLoader loader = small.loader();
                StagedRows staged = archived.load(small.archiver, loader, TOKEN);
                ReadyChunk[] ready = new ReadyChunk[1];
                Bench.inTransaction(small.archiver, () -> ready[0] = loader.ready(small.archiver, staged, false));
                assertThatThrownBy(() -> Bench.inTransaction(
                                small.archiver, () -> loader.attach(small.archiver, ready[0], false, Optional.empty())))
                        .isInstanceOf(FirnException.class)
                        .hasMessageContaining("chunks of this table are skipped by n")
                        .hasMessageContaining("nothing was attached");
                Bench.inTransaction(
                        small.archiver, () -> loader.attach(small.archiver, ready[0], true, Optional.empty()));
                // Looked for by a session that skips, while the one that loaded had the feature off.
                assertThat(Bench.text(small.archiver, "SHOW timescaledb.enable_chunk_skipping"))
                        .isEqualTo("off");
                assertThat(Bench.number(owner, "SELECT at FROM app.t WHERE n = 105"))
                        .isEqualTo(5);
                Bench.execute(owner, "DELETE FROM app.t WHERE at = 5");
                StagedRows again = archived.load(small.archiver, loader, TOKEN);
                Chunk chunk = small.source.chunks(small.archiver, small.table()).get(0);
                Bench.inTransaction(
                        small.archiver, () -> assertThat(loader.move(small.archiver, again, chunk, OnConflict.REFUSE))
                                .isEqualTo(new Moved(1, 9, 0, 0)));
                assertThat(Bench.number(owner, "SELECT at FROM app.t WHERE n = 105"))
                        .isEqualTo(5);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "timescaledb"})
    void refusesBeforeLoadingWhatCouldNotBeAttached(String kind) throws SQLException {
        try (TestDatabase database = kind.isEmpty() ? TestDatabase.plain() : TestDatabase.create();
                SmallTable small = new SmallTable(database, "n int")) {
            Bench.execute(small.owner, "INSERT INTO app.t VALUES (1, 1)");
            Archived archived = small.archived();
            small.drop();
            database.execute("ALTER SCHEMA app OWNER TO postgres", "GRANT USAGE ON SCHEMA app TO app_owner");
            assertThatThrownBy(() -> archived.load(small.archiver, small.loader(), TOKEN))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining(
                            "app_owner and firn_archiver may create none in its schema; nothing was loaded")
                    .hasMessageContaining("GRANT CREATE ON SCHEMA \"app\" TO \"app_owner\"");
            database.execute("GRANT CREATE ON SCHEMA app TO app_owner", "GRANT ALL ON SCHEMA app TO firn_reader");
            ChunkLoader loader = small.loader();
            Connection stranger = database.reader();
            assertThatThrownBy(() -> archived.load(stranger, loader, TOKEN))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining(
                            "takes the rights of its owner app_owner, and firn_reader does not have them");
            archived.restore(small.archiver, loader, TOKEN, true);
            assertThat(Bench.number(small.owner, "SELECT count(*) FROM app.t")).isEqualTo(1);
        }
    }

    @RequiresTimescale
    @Test
    void attachesNothingUnderAnUnknownVersion() throws SQLException {
        try (TestDatabase database = TestDatabase.create();
                SmallTable small = new SmallTable(database, "n int")) {
            Bench.execute(small.owner, "INSERT INTO app.t VALUES (1, 1)");
            Archived archived = small.archived();
            Hypertables unknown = new Hypertables(
                    small.source.info(), CatalogueGeneration.SINCE_2_13, Optional.of("TimescaleDB 2.99.0 is newer"));
            assertThatThrownBy(() -> archived.load(small.archiver, unknown.loader(small.table()), TOKEN))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("TimescaleDB 2.99.0 is newer; nothing was loaded");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "timescaledb"})
    void isBusyWhileSomebodyHoldsALockThatAttachingNeeds(String kind) throws SQLException {
        try (TestDatabase database = kind.isEmpty() ? TestDatabase.plain() : TestDatabase.create();
                SmallTable small = new SmallTable(database, "n int")) {
            Bench.execute(small.owner, "INSERT INTO app.t VALUES (1, 1)");
            Archived archived = small.archived();
            small.drop();
            StagedRows staged = archived.load(small.archiver, small.loader(), TOKEN);
            ChunkLoader loader = small.loader();
            ReadyChunk[] ready = new ReadyChunk[1];
            Bench.inTransaction(small.archiver, () -> ready[0] = loader.ready(small.archiver, staged, false));
            small.owner.setAutoCommit(false);
            Bench.execute(small.owner, "LOCK TABLE app.t IN SHARE UPDATE EXCLUSIVE MODE");
            Bench.Step attach = () -> loader.attach(small.archiver, ready[0], true, Optional.empty());
            assertThatThrownBy(() -> Bench.inTransaction(small.archiver, attach))
                    .isInstanceOf(ChunkBusyException.class)
                    .hasMessageContaining("somebody else works with it");
            small.owner.rollback();
            small.owner.setAutoCommit(true);
            Bench.inTransaction(small.archiver, attach);
            assertThat(Bench.number(small.owner, "SELECT count(*) FROM app.t")).isEqualTo(1);
            assertThatThrownBy(() -> loader.attach(small.archiver, ready[0], true, Optional.empty()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("needs a transaction");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "timescaledb"})
    void defaultPrivilegesAndTablespacesOfARoleChangeNothing(String kind) throws SQLException {
        try (TestDatabase database = kind.isEmpty() ? TestDatabase.plain() : TestDatabase.create();
                SmallTable small = new SmallTable(database, "n int")) {
            Bench.execute(
                    small.owner,
                    "INSERT INTO app.t VALUES (1, 1), (11, 2)".replace(", (11, 2)", kind.isEmpty() ? "" : ", (11, 2)"));
            if (kind.isEmpty()) {
                Bench.execute(small.owner, "CREATE TABLE app.t1 PARTITION OF app.t FOR VALUES FROM (10) TO (20)");
            }
            Chunk before = small.source.chunks(small.archiver, small.table()).get(0);
            List<String> attributes = Attributes.of(small.owner, before);
            Archived archived = small.archived();
            small.drop();
            Bench.execute(
                    small.archiver,
                    "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO firn_reader; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC");
            Bench.execute(small.archiver, "SET default_table_access_method = heap; SET default_tablespace = ''");
            Chunk back = archived.restore(small.archiver, small.loader(), TOKEN, true);
            assertThat(Attributes.of(small.owner, back).stream()
                            .filter(line -> !line.startsWith("right app_owner "))
                            .toList())
                    .isEqualTo(attributes);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "timescaledb"})
    void handlesNamesThatNobodyShouldGive(String kind) throws SQLException {
        try (TestDatabase database = kind.isEmpty() ? TestDatabase.plain() : TestDatabase.create()) {
            Connection owner = database.owner();
            TableName name = new TableName("We\"ird. 'one' USING", "Ta'ble \" ON USING %s x");
            String table = name.quoted();
            String literal = "'" + table.replace("'", "''") + "'";
            Bench.execute(owner, "CREATE SCHEMA " + TableName.quote(name.schema()));
            Bench.execute(
                    owner,
                    "CREATE TABLE %s (\"T'im\"\"e\" timestamptz NOT NULL, \"sel ect\" int, \"%%1$s\" xml, CONSTRAINT \"un'i\"\"que\" UNIQUE (\"T'im\"\"e\", \"sel ect\"))%s"
                            .formatted(table, kind.isEmpty() ? " PARTITION BY RANGE (\"T'im\"\"e\")" : ""));
            Bench.execute(
                    owner,
                    kind.isEmpty()
                            ? "CREATE TABLE %s PARTITION OF %s FOR VALUES FROM ('2024-01-01') TO ('2024-01-02')"
                                    .formatted(new TableName(name.schema(), "p'\"1").quoted(), table)
                            : "SELECT create_hypertable(%s, 'T''im\"e', chunk_time_interval => interval '1 day')"
                                    .formatted(literal));
            Bench.execute(owner, "CREATE INDEX \"in ON USING d'e\"\"x\" ON %s (\"sel ect\")".formatted(table));
            Bench.execute(owner, "INSERT INTO %s VALUES ('2024-01-01 05:00', 1, '<a/>')".formatted(table));
            Connection archiver = database.archiver();
            ChunkSource source = Sources.detect(archiver);
            Table described = source.table(archiver, name);
            Chunk before = source.chunks(archiver, described).get(0);
            List<String> attributes = Attributes.of(owner, before);
            Archived archived = Archived.of(archiver, source, described, before);
            Bench.inTransaction(archiver, () -> {
                source.lockForDrop(archiver, described, before);
                source.drop(archiver, described, before);
            });
            Chunk back = archived.restore(archiver, source.loader(described), TOKEN, true);
            assertThat(Attributes.of(owner, back)).isEqualTo(attributes);
            assertThat(source.loader(described).leftovers(archiver)).isEmpty();
            StagedRows again = archived.load(archiver, source.loader(described), TOKEN);
            Bench.inTransaction(
                    archiver, () -> assertThat(source.loader(described).move(archiver, again, back, OnConflict.REFUSE))
                            .isEqualTo(new Moved(0, 1, 0, 0)));
        }
    }
}
