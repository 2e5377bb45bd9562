package dev.firn.catalog;

import static dev.firn.catalog.CatalogFixture.LEASE;
import static dev.firn.catalog.CatalogFixture.chunk;
import static dev.firn.catalog.CatalogFixture.copy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import dev.firn.catalog.RestoreRequest.End;
import dev.firn.catalog.RestoreRequest.Part;
import dev.firn.catalog.RestoreRequest.RangeState;
import dev.firn.catalog.RestoreRequest.Standing;
import dev.firn.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** What a user of the database meets who asks for a range, and what the books say to the workers. */
class RequestsIT {

    private static final String ASKER = "firn_test_asker";
    private static final String OTHER = "firn_test_other";
    private static final Instant WEEK = Instant.parse("2024-12-05T00:00:00Z");

    private static CatalogFixture fixture;
    private static Connection asker;

    private final Requests requests = fixture.catalog().requests();
    private String namespace;

    @BeforeAll
    static void createCatalogue() throws SQLException {
        fixture = CatalogFixture.create();
        for (String role : List.of(ASKER, OTHER)) {
            fixture.database()
                    .execute(
                            """
                            DO $$ BEGIN
                              IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '%1$s') THEN
                                CREATE ROLE %1$s LOGIN PASSWORD '%2$s' IN ROLE firn_rehydrator;
                              END IF;
                            END $$"""
                                    .formatted(role, TestDatabase.PASSWORD));
        }
        fixture.database()
                .execute(
                        "CREATE SCHEMA tsdb_default",
                        "CREATE TABLE tsdb_default.messages (time timestamptz)",
                        "CREATE SCHEMA hidden",
                        "CREATE TABLE hidden.events (time timestamptz)");
        asker = fixture.database().connect(ASKER);
    }

    @AfterAll
    static void dropCatalogue() throws SQLException {
        asker.close();
        fixture.close();
    }

    @BeforeEach
    void archiveAWeek() {
        namespace = fixture.namespace();
        archive(key(
                CatalogFixture.MESSAGES, TimeKind.TIMESTAMPTZ, micros(WEEK), micros(WEEK.plus(Duration.ofDays(7)))));
    }

    private ChunkKey key(TableName table, TimeKind kind, long start, long end) {
        return new ChunkKey(namespace, table, new TimeRange(kind, start, end));
    }

    private static void archive(ChunkKey key) {
        Claim claim = fixture.claim(key);
        fixture.catalog().recordArchived(claim, copy(key, 1));
        fixture.catalog().recordFoundDropped(claim, "a test");
        fixture.catalog().release(claim);
    }

    private static long micros(Instant instant) {
        return instant.getEpochSecond() * 1_000_000;
    }

    private long ask(String arguments) throws SQLException {
        return Long.parseLong(ask(asker, "firn.rehydrate(%s, namespace => '%s')".formatted(arguments, namespace)));
    }

    private static String ask(Connection connection, String what) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT " + what)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private RestoreRequest take(String holder, Duration lease) {
        return requests.take(namespace, Optional.empty(), 0, false, holder, lease)
                .orElseThrow();
    }

    private List<String> told(String columns) throws SQLException {
        return fixture.texts("SELECT concat_ws(' ', %s) FROM firn.requests WHERE namespace = '%s' ORDER BY id"
                .formatted(columns, namespace));
    }

    @Test
    void whoAsksGetsANumberTheServiceIsToldAndTheAuditTrailKnowsWhoItWas() throws SQLException {
        try (Connection service = fixture.database().archiver();
                Statement statement = service.createStatement()) {
            statement.execute("LISTEN " + Requests.CHANNEL);

            long id = ask("'tsdb_default.messages', '2024-12-01', '2024-12-15', keep => '7 days'");

            statement.execute("SELECT 1");
            assertThat(service.unwrap(PGConnection.class).getNotifications())
                    .extracting(note -> note.getParameter())
                    .containsExactly(namespace);
            assertThat(told("id, range_text, keep, state, requested_by, ranges"))
                    .containsExactly(id + " [2024-12-01, 2024-12-15) 604800s asked " + ASKER + " 0");
            assertThat(fixture.texts("SELECT concat_ws(' ', range_text, detail->>'request', role_name) FROM firn.audit"
                            + " WHERE action = 'asked for' AND namespace = '" + namespace + "'"))
                    .containsExactly("[2024-12-01, 2024-12-15) " + id + " " + ASKER);
            RestoreRequest request = take("worker-1", LEASE);
            assertThat(request.range())
                    .isEqualTo(new TimeRange(
                            TimeKind.TIMESTAMPTZ,
                            micros(Instant.parse("2024-12-01T00:00:00Z")),
                            micros(Instant.parse("2024-12-15T00:00:00Z"))));
            assertThat(request.keep()).contains("604800s");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'2024-12-06 01:00+01', '2024-12-06T00:00:00.000001Z'|1733443200000000|1733443200000001",
                "'-infinity', 'infinity'|-9223372036854775808|9223372036854775807",
                "'0099-12-31 23:59:59.999999 BC', '2024-12-06'|-65228284800000001|1733443200000000",
                "timestamptz '2024-12-06 00:00Z', timestamptz 'infinity'|1733443200000000|9223372036854775807"
            })
    void timesAreUtcUnlessTheySayOtherwise(String span, long start, long end) throws SQLException {
        try (Statement statement = asker.createStatement()) {
            statement.execute("SET timezone = 'Asia/Tokyo'");
            statement.execute("SET datestyle = 'ISO, DMY'");
            ask("'tsdb_default.messages', " + span);
        } finally {
            try (Statement statement = asker.createStatement()) {
                statement.execute("RESET ALL");
            }
        }

        assertThat(told("range_start, range_end")).containsExactly(start + " " + end);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'100', '200'", "100, 200", "bigint '100', smallint '200'"})
    void tablesThatCountInNumbersAreAskedForInNumbers(String span) throws SQLException {
        archive(key(new TableName("Odd.Schema", "ta\"ble"), TimeKind.INTEGER, 0, 1000));

        ask("'\"Odd.Schema\".\"ta\"\"ble\"', " + span);

        assertThat(told("table_schema, table_name, range_text, range_from"))
                .containsExactly("Odd.Schema ta\"ble [100, 200)");
        assertThatThrownBy(() -> ask("'\"Odd.Schema\".\"ta\"\"ble\"', '2024-12-01', '2024-12-02'"))
                .hasMessageContaining("'2024-12-01' is no position of a table by int4")
                .hasMessageContaining("Give a whole number.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'messages', '2024-12-01', '2024-12-15'|is not a table with its schema|Name it as schema.table",
                "'a.b.c', '2024-12-01', '2024-12-15'|is not a table with its schema|Name it as schema.table",
                "'tsdb_default.\"messages', '2024-12-01', '2024-12-15'|is not a valid identifier|",
                "'tsdb_default.\"Messages\"', '2024-12-01', '2024-12-15'|nothing of it is archived by namespace|"
                        + "firn.archived_ranges",
                "'tsdb_default.messages', '2024-12-15', '2024-12-01'|is empty|The end is exclusive",
                "'tsdb_default.messages', '2024-12-06', '2024-12-06'|is empty|The end is exclusive",
                "'tsdb_default.messages', '2024-13-01', '2024-12-01'|is no position|UTC unless an offset is given",
                "'tsdb_default.messages', '1', '2'|is no position|UTC unless an offset is given",
                "'tsdb_default.messages', NULL, '2024-12-01'|table, start and end of the range are needed|SELECT firn",
                "'tsdb_default.messages', '2023-12-01', '2023-12-15'|nothing is archived from 2023-12-01 to 2023-12-15|"
                        + "firn.archived_ranges",
                "'tsdb_default.messages', '2024-12-01', '2024-12-15', keep => '1 month'|cannot be kept|'forever'",
                "'tsdb_default.messages', '2024-12-01', '2024-12-15', keep => '-1 day'|cannot be kept|'forever'",
                "'tsdb_default.messages', '2024-12-01', '2024-12-15', keep => '7'|cannot be kept|'forever'",
                "'tsdb_default.messages', '2024-12-01', '2024-12-15', keep => '9999999 days'|cannot be kept|'forever'",
                "'tsdb_default.messages', '2024-12-01', '2024-12-15', keep => 'ever'|cannot be kept|'forever'"
            })
    void mistakesAreRefusedWithAHintAndNothingIsAskedFor(String arguments, String message, String hint)
            throws SQLException {
        assertThatThrownBy(() -> ask(arguments.replace("cannot be kept", "")))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining(message.equals("cannot be kept") ? "how long a range can be kept" : message)
                .hasMessageContaining(hint == null ? "" : hint);

        assertThat(told("id")).isEmpty();
    }

    @Test
    void aTableOfSeveralNamespacesNeedsItsNamespaceNamed() throws SQLException {
        String first = namespace;
        archiveAWeek();

        assertThatThrownBy(() -> ask(asker, "firn.rehydrate('tsdb_default.messages', '2024-12-01', '2024-12-15')"))
                .hasMessageContaining("several namespaces have archived it: ")
                .hasMessageContaining(first + ", " + namespace)
                .hasMessageContaining("namespace => ");
    }

    @Test
    void askingTwiceIsAskingOnceUntilItIsOver() throws SQLException {
        String arguments = "'tsdb_default.messages', '2024-12-01', '2024-12-15'";
        long id = ask(arguments);

        assertThat(ask(arguments)).isEqualTo(id);
        assertThat(ask(arguments + ", keep => 'forever'")).isGreaterThan(id);
        RestoreRequest request = take("worker-1", LEASE);
        assertThat(request.id()).isEqualTo(id);
        assertThat(ask(arguments)).isEqualTo(id);
        assertThat(requests.end(request, End.DONE, Optional.empty())).isTrue();
        assertThat(ask(arguments)).isGreaterThan(id);
    }

    @Test
    void twoWorkersTakeDifferentOnesAndADeadOnesIsTakenUpAgain() throws SQLException {
        long first = ask("'tsdb_default.messages', '2024-12-05', '2024-12-06'");
        long second = ask("'tsdb_default.messages', '2024-12-06', '2024-12-07'");

        RestoreRequest dead = take("dead", Duration.ZERO);
        assertThat(dead.id()).isEqualTo(first);
        RestoreRequest again = take("worker-1", LEASE);
        assertThat(again.id()).isEqualTo(first);
        assertThat(again.tries()).isEqualTo(2);
        assertThat(take("worker-2", LEASE).id()).isEqualTo(second);
        assertThat(requests.take(namespace, Optional.empty(), 0, false, "worker-3", LEASE))
                .isEmpty();

        Part part = new Part(dead.range(), 10, 100);
        requests.recordParts(again, List.of(part));
        requests.recordPart(dead, part, RangeState.FAILED, 3, Optional.of("written by the dead"));
        assertThat(requests.renew(dead, LEASE)).isEqualTo(Standing.LOST);
        assertThat(requests.end(dead, End.FAILED, Optional.empty())).isFalse();
        assertThat(requests.putBack(dead, passing(), Duration.ZERO)).isFalse();
        assertThat(requests.renew(again, LEASE)).isEqualTo(Standing.HELD);
        assertThat(told("state, rows_loaded, detail->0->>'state'")).containsExactly("working 0 waiting", "working 0");
    }

    @Test
    void oneThatIsLockedIsSkippedNotWaitedFor() throws SQLException {
        ask("'tsdb_default.messages', '2024-12-05', '2024-12-06'");
        long second = ask("'tsdb_default.messages', '2024-12-06', '2024-12-07'");
        try (Connection other = fixture.transaction();
                Statement statement = other.createStatement()) {
            statement.execute("SELECT FROM firn.request WHERE namespace = '%s' ORDER BY id LIMIT 1 FOR UPDATE"
                    .formatted(namespace));

            assertThat(take("worker-1", LEASE).id()).isEqualTo(second);
        }
    }

    @Test
    void whatPassesIsTriedAgainAfterAPauseThatAskingAgainEnds() throws SQLException {
        long id = ask("'tsdb_default.messages', '2024-12-05', '2024-12-06'");
        requests.putBack(take("worker-1", LEASE), passing(), Duration.ofHours(1));

        assertThat(told("state, next_try_at > now() + interval '50 minutes', message"))
                .containsExactly("asked t there: the store is away");
        assertThat(requests.take(namespace, Optional.empty(), 0, false, "worker-1", LEASE))
                .isEmpty();
        assertThat(requests.take(namespace, Optional.empty(), id, true, "worker-1", LEASE))
                .isEmpty();
        assertThat(ask("'tsdb_default.messages', '2024-12-05', '2024-12-06'")).isEqualTo(id);
        assertThat(take("worker-1", LEASE).id()).isEqualTo(id);
    }

    @Test
    void whatARefusalSaysIsForThoseAloneWhoMayReadTheTable() throws SQLException {
        ask("'tsdb_default.messages', '2024-12-05', '2024-12-06'");
        RestoreRequest request = take("worker-1", LEASE);
        Part part = new Part(request.range(), 10, 100);
        requests.recordParts(request, List.of(part));
        requests.recordPart(request, part, RangeState.FAILED, 0, Optional.of("a row's content"));
        requests.end(
                request,
                End.REFUSED,
                Optional.of(new FirnException(Category.REFUSED, "there", "a row's content", "mend it")));

        String sql = "(SELECT concat_ws(' ', state, message, hint, detail->0->>'note') FROM firn.requests"
                + " WHERE namespace = '" + namespace + "')";
        assertThat(ask(asker, sql)).isEqualTo("refused");
        fixture.database()
                .execute(
                        "GRANT USAGE ON SCHEMA tsdb_default TO " + ASKER,
                        "GRANT SELECT ON tsdb_default.messages TO " + ASKER);
        assertThat(ask(asker, sql)).isEqualTo("refused there: a row's content mend it a row's content");
        fixture.database().execute("DROP OWNED BY " + ASKER);
    }

    @Test
    void cancellingEndsItOrStopsItBeforeItsNextRange() throws SQLException {
        long waiting = ask("'tsdb_default.messages', '2024-12-05', '2024-12-06'");
        assertThat(ask(asker, "firn.cancel_request(%d)".formatted(waiting))).isEqualTo("cancelled");
        assertThat(ask(asker, "firn.cancel_request(%d)".formatted(waiting))).isEqualTo("cancelled");

        long working = ask("'tsdb_default.messages', '2024-12-06', '2024-12-07'");
        RestoreRequest request = take("worker-1", LEASE);
        assertThat(ask(asker, "firn.cancel_request(%d)".formatted(working))).isEqualTo("stopping");
        assertThat(requests.renew(request, LEASE)).isEqualTo(Standing.CANCELLED);
        assertThat(told("state")).containsExactly("cancelled", "stopping");

        // Asked for again before it could stop: it goes on.
        assertThat(ask("'tsdb_default.messages', '2024-12-06', '2024-12-07'")).isEqualTo(working);
        assertThat(requests.renew(request, Duration.ZERO)).isEqualTo(Standing.HELD);

        // Its worker is dead by now.
        assertThat(ask(asker, "firn.cancel_request(%d)".formatted(working))).isEqualTo("cancelled");
        assertThat(requests.renew(request, LEASE)).isEqualTo(Standing.LOST);
        assertThat(fixture.texts("SELECT count(*) FROM firn.audit WHERE action = 'request cancelled' AND namespace = '"
                        + namespace + "'"))
                .containsExactly("2");
    }

    @Test
    void oneThatWasToStopAndWhoseWorkerDiedIsNotTakenUpAgain() throws SQLException {
        long id = ask("'tsdb_default.messages', '2024-12-05', '2024-12-06'");
        take("dead", LEASE);
        ask(asker, "firn.cancel_request(%d)".formatted(id));
        fixture.database().execute("UPDATE firn.request SET expires_at = clock_timestamp() WHERE id = " + id);

        assertThat(requests.take(namespace, Optional.empty(), 0, false, "worker-1", LEASE))
                .isEmpty();
        assertThat(told("state")).containsExactly("cancelled");
    }

    @Test
    void onlyWhoAskedAndTheOwnerOfTheSchemaCancel() throws SQLException {
        long id = ask("'tsdb_default.messages', '2024-12-05', '2024-12-06'");
        try (Connection other = fixture.database().connect(OTHER);
                Connection admin = fixture.database().admin()) {
            assertThatThrownBy(() -> ask(other, "firn.cancel_request(%d)".formatted(id)))
                    .hasMessageContaining("request %d is of %s".formatted(id, ASKER));
            assertThat(ask(admin, "firn.cancel_request(%d)".formatted(id))).isEqualTo("cancelled");
            assertThatThrownBy(() -> ask(admin, "firn.cancel_request(0)"))
                    .hasMessageContaining("there is no request 0");
        }
    }

    @Test
    void nobodyAsksWhoWasNotGrantedItAndNobodyWritesTheBooks() throws SQLException {
        for (Connection connection :
                List.of(fixture.database().reader(), fixture.database().owner())) {
            try (connection) {
                assertThatThrownBy(() ->
                                ask(connection, "firn.rehydrate('tsdb_default.messages', '2024-12-01', '2024-12-15')"))
                        .hasMessageContaining("permission denied for function rehydrate");
                assertThatThrownBy(() -> ask(connection, "firn.rehydrate('tsdb_default.messages', 1, 2)"))
                        .hasMessageContaining("permission denied for function rehydrate");
                assertThatThrownBy(() -> ask(connection, "firn.cancel_request(1)"))
                        .hasMessageContaining("permission denied for function cancel_request");
            }
        }
        assertThatThrownBy(() -> ask(asker, "count(*) FROM firn.request")).hasMessageContaining("permission denied");
        assertThatThrownBy(() -> ask(asker, "count(*) FROM firn.audit")).hasMessageContaining("permission denied");
    }

    @Test
    void whatLiesOnTheSearchPathOfTheCallerIsNotRunAsTheOwner() throws SQLException {
        fixture.database().execute("CREATE SCHEMA trap AUTHORIZATION " + ASKER);
        try (Connection connection = fixture.database().connect(ASKER);
                Statement statement = connection.createStatement()) {
            statement.execute(
                    """
                    CREATE FUNCTION trap.parse_ident(text) RETURNS text[] LANGUAGE plpgsql AS
                    $$ BEGIN RAISE EXCEPTION 'caught as %', current_user; END $$""");
            statement.execute(
                    """
                    CREATE FUNCTION trap.pg_notify(text, text) RETURNS void LANGUAGE plpgsql AS
                    $$ BEGIN RAISE EXCEPTION 'caught as %', current_user; END $$""");
            statement.execute("SET search_path = trap, pg_catalog");

            assertThat(ask(
                            connection,
                            "firn.rehydrate('tsdb_default.messages', '2024-12-01', '2024-12-15', namespace => '%s')"
                                    .formatted(namespace)))
                    .isNotNull();
        }
        fixture.database().execute("DROP SCHEMA trap CASCADE");
    }

    @Test
    void whatIsArchivedMayBeLookedAtByWhoMayNotUseEverySchema() throws SQLException {
        archive(key(new TableName("hidden", "events"), TimeKind.TIMESTAMPTZ, 0, 100));

        assertThat(ask(asker, "count(*) FROM firn.archived_ranges")).isEqualTo("0");
    }

    @Test
    void aRebuildOfTheCatalogueKeepsWhatIsOpen() throws SQLException {
        ask("'tsdb_default.messages', '2024-12-05', '2024-12-06'");

        fixture.catalog()
                .rebuild(
                        namespace,
                        Set.of(CatalogFixture.MESSAGES),
                        table -> List.of(copy(chunk(namespace, micros(WEEK), micros(WEEK) + 1), 1)),
                        "a test");

        assertThat(take("worker-1", LEASE).tries()).isEqualTo(1);
    }

    @Test
    void thereAreNeverMoreThanAThousandOpen() throws SQLException {
        fixture.database()
                .execute(
                        """
                        INSERT INTO firn.request (namespace, table_schema, table_name, range_kind, range_start, range_end,
                          range_text)
                        SELECT '%s', 'tsdb_default', 'messages', 'timestamptz', i, i + 1, 'a test'
                        FROM generate_series(1, 1000) i"""
                                .formatted(namespace));

        assertThatThrownBy(() -> ask("'tsdb_default.messages', '2024-12-05', '2024-12-06'"))
                .hasMessageContaining("1000 requests are open");
    }

    @Test
    void whatEndedLongAgoIsForgotten() throws SQLException {
        ask("'tsdb_default.messages', '2024-12-05', '2024-12-06'");
        RestoreRequest request = take("worker-1", LEASE);
        requests.end(request, End.DONE, Optional.empty());
        assertThat(requests.forgetOld(namespace)).isZero();

        fixture.database()
                .execute("UPDATE firn.request SET ended_at = now() - interval '91 days' WHERE id = " + request.id());

        assertThat(requests.forgetOld(namespace)).isEqualTo(1);
        List<String> left = new ArrayList<>(told("id"));
        assertThat(left).isEmpty();
    }

    private static FirnException passing() {
        return new FirnException(Category.PASSING, "there", "the store is away", "wait");
    }
}
