package dev.firn.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.firn.FirnException;
import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

class ExportSessionIT {

    @RequiresTimescale
    @ParameterizedTest
    @MethodSource("dev.firn.testing.TestDatabase#availableTimescaleVersions")
    void copiesWholeChunksWhateverTheDatabaseSets(String version) throws SQLException {
        try (Bench bench = Bench.of(version, 2)) {
            bench.store.write(bench.owner, bench.week(0), "late-1", 0);
            for (String setting : List.of(
                    "timescaledb.enable_optimizations = off",
                    "TimeZone = 'Asia/Kathmandu'",
                    "max_parallel_workers_per_gather = 8",
                    "statement_timeout = '10min'")) {
                bench.database.execute("ALTER DATABASE " + bench.database.name() + " SET " + setting);
            }
            Connection connection = bench.database.archiver();
            try (ExportSession session = open(bench, connection)) {
                assertThat(copied(bench, session)).isEqualTo(301);
                assertThat(bench.source.countRows(connection, session.chunk())).isEqualTo(301);
                assertThat(settings(connection))
                        .containsEntry("TimeZone", "UTC")
                        .containsEntry("row_security", "off")
                        .containsEntry("statement_timeout", "1min")
                        .containsEntry("lock_timeout", "2s")
                        .containsEntry("idle_in_transaction_session_timeout", "1min")
                        .containsEntry("max_parallel_workers_per_gather", "0")
                        .containsEntry("transaction_isolation", "repeatable read")
                        .containsEntry("transaction_read_only", "on");
            }
            assertThat(connection.getAutoCommit()).isTrue();
            assertThat(settings(connection))
                    .containsEntry("row_security", "on")
                    .containsEntry("statement_timeout", "10min")
                    .containsEntry("transaction_isolation", "read committed")
                    .containsEntry("transaction_read_only", "off");
        }
    }

    private static ExportSession open(Bench bench, Connection connection) throws SQLException {
        return ExportSession.open(connection, bench.source, bench.table(), bench.chunk(0), Bench.LIMITS);
    }

    /** Rows of the export as COPY counts them. */
    private static long copied(Bench bench, ExportSession session) throws SQLException {
        String select = bench.source.selectRows(bench.table(), session.chunk(), bench.columns());
        CopyOut copy = session.connection()
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY (" + select + ") TO STDOUT (FORMAT binary)");
        while (copy.readFromCopy() != null) {
            assertThat(copy.isActive()).isTrue();
        }
        return copy.getHandledRowCount();
    }

    private static Map<String, String> settings(Connection connection) throws SQLException {
        Map<String, String> settings = new HashMap<>();
        for (String name : List.of(
                "TimeZone",
                "row_security",
                "statement_timeout",
                "lock_timeout",
                "idle_in_transaction_session_timeout",
                "max_parallel_workers_per_gather",
                "transaction_isolation",
                "transaction_read_only")) {
            settings.put(name, Bench.text(connection, "SHOW " + name));
        }
        return settings;
    }

    @RequiresTimescale
    @Test
    void refusesADatabaseLeftInRestoringMode() throws SQLException {
        try (Bench bench = Bench.of(TestDatabase.availableTimescaleVersions().get(0), 1)) {
            Table table = bench.table();
            Chunk chunk = bench.chunk(0);
            bench.database.execute("SELECT timescaledb_pre_restore()");
            Connection connection = bench.database.archiver();
            assertThatThrownBy(() -> ExportSession.open(connection, bench.source, table, chunk, Bench.LIMITS))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("restoring mode")
                    .hasMessageContaining("timescaledb_post_restore()");
            assertThat(connection.getAutoCommit()).as("given back as it was").isTrue();
        }
    }

    @Test
    void whatItReadsStaysWhatItWasWhileOthersWrite() throws SQLException {
        try (Bench bench = Bench.of("", 1);
                ExportSession session = open(bench, bench.database.archiver())) {
            Fingerprint before = bench.source.fingerprint(session.connection(), bench.table(), session.chunk());
            bench.store.write(bench.owner, bench.week(0), "late-1", 0);
            assertThat(copied(bench, session)).isEqualTo(300);
            assertThat(bench.source.fingerprint(session.connection(), bench.table(), session.chunk()))
                    .isEqualTo(before);
            assertThat(bench.fingerprint(0)).isNotEqualTo(before);
        }
    }

    @RequiresTimescale
    @ParameterizedTest
    @MethodSource("dev.firn.testing.TestDatabase#availableTimescaleVersions")
    void compressionCannotEmptyTheHeapUnderTheSnapshot(String version) throws SQLException {
        try (Bench bench = Bench.of(version, 1)) {
            String relation = bench.chunk(0).relation().quoted();
            Bench.execute(bench.owner, "SELECT decompress_chunk('" + relation + "')");
            try (ExportSession session = open(bench, bench.database.archiver())) {
                Bench.execute(bench.owner, "SET lock_timeout = '100ms'");
                assertThatThrownBy(() -> Bench.execute(bench.owner, "SELECT compress_chunk('" + relation + "')"))
                        .isInstanceOf(SQLException.class)
                        .extracting(e -> ((SQLException) e).getSQLState())
                        .isEqualTo("55P03");
                assertThat(copied(bench, session)).isEqualTo(300);
            }
            Bench.execute(bench.owner, "SELECT compress_chunk('" + relation + "')");
            assertThat(bench.chunk(0).compressed()).isTrue();
        }
    }

    @RequiresTimescale
    @ParameterizedTest
    @MethodSource("dev.firn.testing.TestDatabase#availableTimescaleVersions")
    void isBusyWhenTheChunkWasCompressedAgainSinceItWasListed(String version) throws SQLException {
        try (Bench bench = Bench.of(version, 1)) {
            Table table = bench.table();
            Chunk listed = bench.chunk(0);
            String relation = listed.relation().quoted();
            Bench.execute(bench.owner, "SELECT decompress_chunk('" + relation + "')");
            Chunk uncompressed = bench.chunk(0);
            Bench.execute(bench.owner, "SELECT compress_chunk('" + relation + "')");
            Connection connection = bench.database.archiver();
            assertThatThrownBy(() -> ExportSession.open(connection, bench.source, table, uncompressed, Bench.LIMITS))
                    .isInstanceOf(ChunkBusyException.class)
                    .hasMessageContaining("it was compressed again meanwhile");
            assertThatThrownBy(() -> ExportSession.open(connection, bench.source, table, listed, Bench.LIMITS))
                    .isInstanceOf(ChunkBusyException.class)
                    .hasMessageContaining("it was dropped or compressed again meanwhile");
            ExportSession.open(connection, bench.source, table, bench.chunk(0), Bench.LIMITS)
                    .close();
        }
    }

    @Test
    void isBusyWhileSomebodyHoldsTheChunk() throws SQLException {
        try (Bench bench = Bench.of("", 1)) {
            Table table = bench.table();
            Chunk chunk = bench.chunk(0);
            bench.owner.setAutoCommit(false);
            Bench.execute(bench.owner, "LOCK TABLE tsdb_default.messages IN ACCESS EXCLUSIVE MODE");
            ExportLimits impatient = new ExportLimits(
                    Duration.ofMinutes(1), Duration.ofMillis(50), Duration.ofMinutes(1), Duration.ofMinutes(1));
            Connection connection = bench.database.archiver();
            assertThatThrownBy(() -> ExportSession.open(connection, bench.source, table, chunk, impatient))
                    .isInstanceOf(ChunkBusyException.class)
                    .hasMessageContaining("waiting to read it: somebody else works with it");
            bench.owner.rollback();
        }
    }

    @Test
    void refusesAStandby() throws SQLException {
        assumeTrue(TestDatabase.canRestart(), "this server cannot be restarted by a test");
        try (Bench bench = Bench.of("", 1)) {
            Table table = bench.table();
            Chunk chunk = bench.chunk(0);
            bench.database.restartAsStandby();
            try {
                Connection connection = bench.database.archiver();
                assertThatThrownBy(() -> ExportSession.open(connection, bench.source, table, chunk, Bench.LIMITS))
                        .isInstanceOf(FirnException.class)
                        .hasMessageContaining("this server is a standby")
                        .hasMessageContaining("nothing was read");
            } finally {
                bench.database.restart();
            }
        }
    }

    @Test
    void refusesAConnectionThroughAPooler() throws Exception {
        try (Bench bench = Bench.of("", 1);
                FakePooler pooler = new FakePooler(bench.database.host(), bench.database.port());
                Connection pooled = pooler.connect(bench.database.name(), TestDatabase.ARCHIVER)) {
            assertThat(Bench.number(pooled, "SELECT 1")).isEqualTo(1);
            assertThatThrownBy(
                            () -> ExportSession.open(pooled, bench.source, bench.table(), bench.chunk(0), Bench.LIMITS))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("the connection goes through a pooler");
        }
    }

    @Test
    void aGuestCancelsTheCopyWhenSomebodyWaitsBehindIt() throws Exception {
        try (Bench bench = Bench.of("", 1);
                ExportSession session = open(bench, bench.database.archiver());
                Guest guest = Guest.watch(bench.database.archiver(), session, Bench.LIMITS, Duration.ofHours(1))) {
            assertThat(guest.look()).isFalse();
            assertThat(guest.reason()).isEmpty();
            Thread alter = inBackground(bench.owner, "ALTER TABLE tsdb_default.messages ADD COLUMN waited int");
            Thread copy = inBackground(session.connection(), "SELECT pg_sleep(600)");
            while (!guest.look()) {
                assertThat(alter.isAlive()).as("the ALTER waits").isTrue();
            }
            while (copy.isAlive()) {
                assertThat(guest.look()).isTrue();
            }
            assertThat(guest.reason().orElseThrow()).containsPattern("process [0-9]+ of app_owner waits for it");
            alter.join();
        }
    }

    @Test
    void aGuestBoundsTheAgeOfTheSnapshot() throws SQLException {
        ExportLimits brief = new ExportLimits(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ofMillis(1));
        try (Bench bench = Bench.of("", 1);
                ExportSession session = open(bench, bench.database.archiver());
                Guest guest = Guest.watch(bench.database.archiver(), session, brief, Duration.ofHours(1))) {
            assertThat(guest.look()).isTrue();
            assertThat(guest.reason().orElseThrow()).contains("its snapshot is older than");
        }
    }

    private static Thread inBackground(Connection connection, String sql) {
        Thread thread = new Thread(() -> {
            try {
                Bench.execute(connection, sql);
            } catch (SQLException e) {
                assertThat(e.getSQLState()).isEqualTo("57014");
            }
        });
        thread.start();
        return thread;
    }
}
