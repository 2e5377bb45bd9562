package dev.firn.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DatabaseFixtureIT {

    @Test
    void worksAsAMemberOfTheOwnerWhoIsNoSuperuser() throws SQLException {
        try (TestDatabase database = TestDatabase.plain()) {
            database.execute("CREATE TABLE readings (id int)", "ALTER TABLE readings OWNER TO " + TestDatabase.OWNER);
            Connection archiver = database.archiver();
            assertThat(text(archiver, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
                    .isEqualTo("f");
            assertThat(text(archiver, "SELECT pg_has_role('app_owner', 'USAGE')"))
                    .isEqualTo("t");
            archiver.createStatement().execute("DROP TABLE readings");
        }
    }

    @RequiresTimescale
    @Test
    void hasTheVersionThatTheCommandLineAsksFor() throws SQLException {
        try (TestDatabase database = TestDatabase.create()) {
            String asked = System.getProperty(
                    "firn.timescaledb",
                    text(
                            database.owner(),
                            "SELECT default_version FROM pg_available_extensions WHERE name = 'timescaledb'"));
            assertThat(text(database.owner(), "SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'"))
                    .isEqualTo(asked);
        }
    }

    @RequiresTimescale
    @ParameterizedTest
    @MethodSource("dev.firn.testing.TestDatabase#availableTimescaleVersions")
    void holdsACompressedEventStore(String version) throws SQLException {
        try (TestDatabase database = TestDatabase.create(version)) {
            Connection owner = database.owner();
            EventStore store = EventStore.create(owner, "tsdb_default", 2);
            store.fillWeeks(owner, 1, 2, 500);
            store.compressAll(owner);
            assertThat(store.hypertable()).isTrue();
            assertThat(store.rows(database.archiver())).isEqualTo(1000);
            assertThat(text(owner, "SELECT count(*) FROM timescaledb_information.chunks WHERE is_compressed"))
                    .isEqualTo("2");
        }
    }

    @Test
    void holdsAPartitionedEventStoreWithTheSameRows() throws SQLException {
        try (TestDatabase one = TestDatabase.plain();
                TestDatabase other = TestDatabase.plain()) {
            String digest = "SELECT sum(hashtextextended(m::text, 0)::numeric) FROM tsdb_default.messages m";
            assertThat(filled(one, digest)).isEqualTo(filled(other, digest));
        }
    }

    private static String filled(TestDatabase database, String query) throws SQLException {
        Connection owner = database.owner();
        EventStore store = EventStore.create(owner, "tsdb_default", 3);
        store.fillWeeks(owner, 7, 3, 100);
        assertThat(store.rows(owner)).isEqualTo(300);
        return text(owner, query);
    }

    @Test
    void restartsTheServerAndEndsSessions() throws SQLException {
        assumeTrue(TestDatabase.canRestart(), "this server cannot be restarted by a test");
        try (TestDatabase database = TestDatabase.plain()) {
            Connection ended = database.archiver();
            assertThat(database.terminateBackends()).isEqualTo(1);
            assertThatThrownBy(() -> text(ended, "SELECT 1")).isInstanceOf(SQLException.class);
            String before = text(database.archiver(), "SELECT pg_postmaster_start_time()");
            database.restart();
            assertThat(text(database.archiver(), "SELECT pg_postmaster_start_time()"))
                    .isNotEqualTo(before);
        }
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
