package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.testing.EventStore;
import dev.firn.testing.Eventodb;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An application that numbers its events by the last one it finds goes on when Firn has taken that away. */
class WriteContinuityIT {

    private static final String TABLES = "tsdb_default.messages { archive-after = 30d, " + Eventodb.WRITE_PATH + " }";
    private static final int STREAMS = 30;
    private static final int EVENTS = 5;
    private static final Instant WEEK = EventStore.FIRST_WEEK;

    @TempDir
    private Path home;

    private TestDatabase database;
    private Connection owner;
    private Eventodb store;
    private Firn firn;

    private void open(TestDatabase with) throws SQLException {
        database = with;
        owner = database.owner();
        store = Eventodb.create(owner);
        store.fillWeek(WEEK, "account-", STREAMS, EVENTS);
        store.compressAll();
        firn = Firn.configure(database, home, TABLES).init();
    }

    private void openAttached() throws SQLException {
        open(TestDatabase.create());
        firn.run("run", Firn.NAMESPACE);
        store.attach();
    }

    @AfterEach
    void close() throws SQLException {
        owner.close();
        database.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void streamsWhoseHistoryWasDroppedGoOnWhereTheyEnded(boolean partitions) throws SQLException {
        open(partitions ? TestDatabase.plain() : TestDatabase.create());

        String unready =
                "function tsdb_default.stream_version(text) does not know of archived streams, so streams would"
                        + " start again at position 0";
        assertThat(firn.succeed("plan", Firn.NAMESPACE).out())
                .contains("not dropped: " + unready + " (guard write-path)")
                .doesNotContain("archive and drop");
        assertThat(firn.succeed("status", Firn.NAMESPACE).out())
                .contains("warning (write-path): nothing is dropped from it: " + unready)
                .contains("SELECT eventodb_store.attach_firn('tsdb_default')");

        Firn.Ran refused = firn.run("run", Firn.NAMESPACE);
        assertThat(refused.exitCode()).as(refused.all()).isEqualTo(3);
        assertThat(refused.all())
                .contains("function tsdb_default.stream_version(text) does not know of archived streams")
                .contains("its copy is proven and in place, it was not dropped")
                .contains("SELECT eventodb_store.attach_firn('tsdb_default')");
        assertThat(firn.live(Eventodb.MESSAGES)).hasSize(1);
        assertThat(rows()).isEqualTo(STREAMS * EVENTS);

        store.attach();
        dropDue();

        assertThat(rows()).isZero();
        assertThat(Eventodb.version(owner, "account-7")).isEqualTo(EVENTS - 1);
        assertThat(Eventodb.version(owner, "unheard-of")).isEqualTo(-1);
        assertThat(Eventodb.write(owner, "account-7")).isEqualTo(EVENTS);
        assertThat(Eventodb.write(owner, "account-8", EVENTS - 1)).isEqualTo(EVENTS);
        assertThatThrownBy(() -> Eventodb.write(owner, "account-9", -1)).hasMessageContaining("Wrong expected version");
        assertThat(Eventodb.write(owner, "unheard-of")).isZero();
    }

    @Test
    void withoutAWritePathTheStreamsStartAgain() throws SQLException {
        open(TestDatabase.create());
        firn.tables("tsdb_default.messages { archive-after = 30d }");

        dropDue();

        assertThat(Eventodb.version(owner, "account-7")).isEqualTo(-1);
        assertThat(Eventodb.write(owner, "account-7")).isZero();
    }

    @Test
    void headsAreThoseOfTheRows() throws SQLException {
        openAttached();
        store.fillWeek(WEEK, "late-", 3, 2);
        Eventodb.execute(owner, "DELETE FROM tsdb_default.messages WHERE stream_name = 'account-3' AND position = 4");
        Eventodb.execute(
                owner,
                "UPDATE tsdb_default.messages SET global_position = 9000 WHERE stream_name = 'account-4' AND position = 2");
        List<String> truth = Eventodb.texts(
                owner,
                "SELECT concat_ws(' ', stream_name, max(position), max(global_position)) FROM tsdb_default.messages"
                        + " GROUP BY stream_name ORDER BY 1");

        dropDue();

        assertThat(Eventodb.texts(
                        owner,
                        "SELECT concat_ws(' ', stream, position, global_position) FROM firn.stream_heads ORDER BY 1"))
                .isEqualTo(truth)
                .contains("account-3 3 94", "account-4 4 9000");
        assertThat(Eventodb.texts(
                        owner, "SELECT concat_ws(' ', first_global_position, last_global_position) FROM firn.away"))
                .containsExactly("1 9000");
    }

    @Test
    void aSecondDropRaisesHeadsAndNeverLowersThem() throws SQLException {
        openAttached();
        dropDue();
        store.fillWeek(WEEK.plus(EventStore.WEEK), "account-", 2, 3);
        store.compressAll();
        // Rows of the first week that come late are numbered lower than the stream's end.
        Eventodb.execute(
                owner,
                "INSERT INTO tsdb_default.messages (time, position, stream_name, type) VALUES ('%s', 1, 'account-9', 'Late')"
                        .formatted(WEEK.plusSeconds(60)));
        store.compressAll();

        dropDue(2);

        assertThat(rows()).isZero();
        assertThat(Eventodb.version(owner, "account-9")).isEqualTo(EVENTS - 1);
        // Written straight into the table, these began anew; a head is a maximum all the same.
        assertThat(Eventodb.version(owner, "account-1")).isEqualTo(EVENTS - 1);
    }

    @Test
    void attachingTwiceChangesNothing() throws SQLException {
        openAttached();
        String functions =
                """
                SELECT p.oid::regprocedure || md5(prosrc) || provolatile::text || coalesce(proacl::text, '') FROM pg_proc p
                WHERE pronamespace = 'tsdb_default'::regnamespace ORDER BY p.oid""";
        List<String> before = Eventodb.texts(owner, functions);

        assertThat(store.attach()).hasSize(6);
        Eventodb.execute(owner, Eventodb.file("schema.sql"));
        Eventodb.execute(owner, "SELECT eventodb_store.create_namespace('default')");

        assertThat(Eventodb.texts(owner, functions)).containsExactlyInAnyOrderElementsOf(before);
    }

    @Test
    void aStoreOfAnotherVersionKeepsItsFunctionsRightsAndSettings() throws SQLException {
        open(TestDatabase.create());
        firn.run("run", Firn.NAMESPACE);
        Eventodb.execute(
                owner,
                """
                REVOKE EXECUTE ON FUNCTION tsdb_default.write_message(varchar, text, text, jsonb, jsonb, bigint) FROM PUBLIC;
                GRANT EXECUTE ON FUNCTION tsdb_default.write_message(varchar, text, text, jsonb, jsonb, bigint) TO firn_reader;
                ALTER FUNCTION tsdb_default.write_message(varchar, text, text, jsonb, jsonb, bigint)
                  SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET work_mem = '8MB';
                CREATE FUNCTION tsdb_default.get_stream_messages(a_stream text)
                  RETURNS TABLE ("position" bigint, global_position bigint) LANGUAGE sql STABLE
                  AS 'SELECT position, global_position FROM tsdb_default.messages WHERE stream_name = $1 ORDER BY 1'""");
        String rights =
                """
                SELECT concat_ws(' ', replace(p.oid::regprocedure::text, 'firn_', ''), proacl, prosecdef, proconfig)
                FROM pg_proc p WHERE pronamespace = 'tsdb_default'::regnamespace AND proname LIKE '%write_message'""";
        List<String> before = Eventodb.texts(owner, rights);

        assertThatThrownBy(store::attach)
                .hasMessageContaining(
                        "function tsdb_default.get_stream_messages(text) is of a form that is not known here");
        Eventodb.execute(owner, "DROP FUNCTION tsdb_default.get_stream_messages(text)");
        store.attach();
        store.attach();

        assertThat(before)
                .hasSize(1)
                .first()
                .asString()
                .contains("firn_reader=X")
                .contains("search_path=pg_catalog, pg_temp");
        assertThat(Eventodb.texts(owner, rights)).containsExactly(before.get(0), before.get(0));
        dropDue();
        try (Connection client = database.connect(TestDatabase.READER)) {
            database.execute("GRANT USAGE ON SCHEMA tsdb_default TO firn_reader");
            assertThat(Eventodb.write(client, "account-7")).isEqualTo(EVENTS);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // What a migration of the application does
                "SELECT eventodb_store.create_write_and_read('tsdb_default')",
                "SELECT eventodb_store.detach_firn('tsdb_default')",
                "DROP FUNCTION tsdb_default.stream_version(text)",
                "ALTER FUNCTION tsdb_default.stream_version(text) STABLE",
                """
                CREATE OR REPLACE FUNCTION tsdb_default.get_stream_messages(_stream_name text, _position bigint DEFAULT 0,
                  _batch_size bigint DEFAULT 1000, _condition text DEFAULT NULL) RETURNS TABLE (id uuid, stream_name text,
                  type text, "position" bigint, global_position bigint, data jsonb, metadata jsonb, "time" timestamptz)
                  LANGUAGE sql AS 'SELECT m.id, m.stream_name, m.type, m.position, m.global_position, m.data, m.metadata,
                  m.time FROM tsdb_default.messages m WHERE m.stream_name = $1'""",
                // Looks as it should, and answers what it should not
                """
                CREATE OR REPLACE FUNCTION tsdb_default.stream_version(_stream_name text) RETURNS bigint LANGUAGE plpgsql
                AS 'BEGIN /* firn: write path 1 */ RETURN -1; END'""",
                """
                CREATE OR REPLACE FUNCTION tsdb_default.stream_version(_stream_name text) RETURNS bigint LANGUAGE plpgsql
                AS 'BEGIN /* firn: write path 1 */ RETURN 1 / 0; END'"""
            })
    void nothingIsDroppedOnceTheFunctionsWereUndone(String undo) throws SQLException {
        openAttached();
        Eventodb.execute(owner, undo);

        Firn.Ran refused = firn.run("run", Firn.NAMESPACE, "--retry-failed");

        assertThat(refused.exitCode()).as(refused.all()).isEqualTo(3);
        assertThat(refused.all()).contains("it was not dropped").contains("eventodb_store.attach_firn");
        assertThat(rows()).isEqualTo(STREAMS * EVENTS);
        assertThat(Eventodb.texts(owner, "SELECT stream FROM firn.stream_heads"))
                .isEmpty();

        Eventodb.execute(owner, "SELECT eventodb_store.create_write_and_read('tsdb_default')");
        store.attach();
        dropDue();
        assertThat(rows()).isZero();
        assertThat(Eventodb.write(owner, "account-7")).isEqualTo(EVENTS);
    }

    @Test
    void aFunctionThatFailsOnlyForRealStreamsIsFoundBeforeTheCommit() throws SQLException {
        openAttached();
        Eventodb.execute(
                owner,
                """
                CREATE OR REPLACE FUNCTION tsdb_default.stream_version(_stream_name text) RETURNS bigint LANGUAGE plpgsql
                AS 'BEGIN /* firn: write path 1 */
                  RETURN CASE WHEN $1 LIKE ''firn-probe%'' THEN 41
                    ELSE (SELECT coalesce(max(position), -1) FROM tsdb_default.messages WHERE stream_name = $1) END;
                END'""");

        Firn.Ran refused = firn.run("run", Firn.NAMESPACE, "--retry-failed");

        assertThat(refused.exitCode()).as(refused.all()).isEqualTo(3);
        assertThat(refused.all()).contains("tsdb_default.stream_version answers -1 for stream 'account-");
        assertThat(rows()).isEqualTo(STREAMS * EVENTS);
        assertThat(Eventodb.texts(owner, "SELECT stream FROM firn.stream_heads"))
                .isEmpty();
    }

    @Test
    void aWriteMessageThatLooksNowhereGivesNoPositionAway() throws SQLException {
        openAttached();
        dropDue();
        Eventodb.execute(
                owner,
                """
                CREATE OR REPLACE FUNCTION tsdb_default.firn_write_message(_id varchar, _stream_name text, _type text,
                  _data jsonb, _metadata jsonb DEFAULT NULL, _expected_version bigint DEFAULT NULL) RETURNS bigint
                  LANGUAGE plpgsql AS 'BEGIN
                    INSERT INTO tsdb_default.messages (position, stream_name, type) VALUES (0, $2, $3); RETURN 0;
                  END'""");

        assertThatThrownBy(() -> Eventodb.write(owner, "account-7"))
                .hasMessageContaining(
                        "stream account-7 had a message at position 0 before, and it is archived up to 4");
        assertThat(rows()).isZero();
    }

    @Test
    void writersOutsideOfReadCommittedAreRefused() throws SQLException {
        openAttached();
        dropDue();
        owner.setAutoCommit(false);
        for (int isolation : List.of(Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE)) {
            owner.setTransactionIsolation(isolation);
            assertThatThrownBy(() -> Eventodb.write(owner, "account-7"))
                    .hasMessageContaining("messages are written in READ COMMITTED transactions");
            owner.rollback();
        }
        owner.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        assertThat(Eventodb.write(owner, "account-7")).isEqualTo(EVENTS);
        owner.rollback();
    }

    @Test
    void anApplicationOfAnotherRoleNeedsNoRightOnFirn() throws SQLException {
        openAttached();
        dropDue();
        String role = "app_client_" + database.name();
        database.execute("CREATE ROLE " + role + " LOGIN PASSWORD '" + TestDatabase.PASSWORD + "'");
        try (Connection client = database.connect(role)) {
            database.execute(
                    "GRANT USAGE ON SCHEMA tsdb_default TO " + role,
                    "GRANT SELECT, INSERT ON tsdb_default.messages TO " + role,
                    "GRANT USAGE ON tsdb_default.messages_global_position_seq TO " + role);
            assertThat(Eventodb.write(client, "account-7")).isEqualTo(EVENTS);
            assertThat(Eventodb.texts(client, "SELECT stream FROM firn.stream_heads"))
                    .hasSize(STREAMS);
            assertThatThrownBy(() -> Eventodb.texts(client, "SELECT stream FROM firn.stream_head"))
                    .hasMessageContaining("permission denied");
            database.execute("REVOKE SELECT ON tsdb_default.messages FROM " + role);
            assertThat(Eventodb.texts(client, "SELECT stream FROM firn.stream_heads"))
                    .isEmpty();
        } finally {
            database.execute("DROP OWNED BY " + role, "DROP ROLE " + role);
        }
    }

    @Test
    void whenTheCatalogueIsLostNobodyWritesUntilTheHeadsAreBackFromTheStore() throws SQLException {
        openAttached();
        dropDue();
        database.execute("DROP SCHEMA firn CASCADE");
        assertThatThrownBy(() -> Eventodb.write(owner, "account-7")).hasMessageContaining("does not exist");
        firn.init(true);
        assertThatThrownBy(() -> Eventodb.write(owner, "account-7"))
                .hasMessageContaining("where its archived streams end is not known here");

        firn.succeed("catalog", "rebuild", Firn.NAMESPACE);

        assertThat(Eventodb.write(owner, "account-7")).isEqualTo(EVENTS);
        assertThat(Eventodb.write(owner, "account-8")).isEqualTo(EVENTS);
    }

    @Test
    void streamsOfAChunkThatSomebodyElseDroppedGoOnAfterTheNextRun() throws SQLException {
        openAttached();
        database.execute(
                store.hypertable()
                        ? "SELECT drop_chunks('tsdb_default.messages', now())"
                        : "DROP TABLE tsdb_default.messages_2024_01_04");
        assertThat(Eventodb.version(owner, "account-7")).isEqualTo(-1);

        firn.succeed("run", Firn.NAMESPACE);

        assertThat(Eventodb.version(owner, "account-7")).isEqualTo(EVENTS - 1);
        assertThat(Eventodb.texts(owner, "SELECT stream FROM firn.stream_heads"))
                .hasSize(STREAMS);
    }

    @Test
    void aTableThatHadNoWritePathWhenItWasDroppedFromGetsItsHeadsFromTheStore() throws SQLException {
        open(TestDatabase.create());
        firn.tables("tsdb_default.messages { archive-after = 30d }");
        dropDue();

        firn.tables(TABLES);
        firn.succeed("run", Firn.NAMESPACE);
        store.attach();

        assertThat(Eventodb.write(owner, "account-7")).isEqualTo(EVENTS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theStoresOwnRetentionRefusesWhatIsNotArchivedAndDropsNothing(boolean partitions) throws SQLException {
        String drop = "SELECT tsdb_default.drop_chunks_older_than('5 weeks')";
        open(partitions ? TestDatabase.plain() : TestDatabase.create());
        assertThatThrownBy(() -> Eventodb.texts(owner, drop))
                .hasMessageContaining("nothing of tsdb_default is archived, so nothing is dropped");
        firn.tables("tsdb_default.messages { archive-after = 30d, drop-after = never, " + Eventodb.WRITE_PATH + " }");
        firn.succeed("run", Firn.NAMESPACE);
        store.attach();
        assertThat(Eventodb.texts(owner, drop)).isEmpty();

        store.fillWeek(WEEK.plus(EventStore.WEEK), "account-", 1, 1);

        assertThatThrownBy(() -> Eventodb.texts(owner, drop))
                .hasMessageContaining("not archived: ")
                .hasMessageContaining("nothing was dropped");
        assertThat(rows()).isEqualTo(STREAMS * EVENTS + 1);
    }

    @ParameterizedTest
    @CsvSource({
        "stream_name, data, column data of write-path is of type jsonb",
        "id, position, column id of write-path is of type uuid",
        "stream, position, 'it has no column stream, which write-path names'"
    })
    void refusesColumnsThatCannotNumberRows(String stream, String position, String reason) throws SQLException {
        open(TestDatabase.create());
        firn.tables("tsdb_default.messages { archive-after = 30d, write-path { stream = %s, position = %s } }"
                .formatted(stream, position));

        Firn.Ran refused = firn.run("run", Firn.NAMESPACE);

        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.all()).contains(reason);
    }

    private void dropDue() {
        dropDue(1);
    }

    private void dropDue(int chunks) {
        Firn.Ran ran = firn.succeed("run", Firn.NAMESPACE, "--retry-failed");
        assertThat(ran.out()).contains(chunks + " dropped, 0 failed");
    }

    private long rows() throws SQLException {
        return Eventodb.number(owner, "SELECT count(*) FROM tsdb_default.messages")
                .orElseThrow();
    }
}
