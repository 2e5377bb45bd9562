package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FaultPoints;
import dev.firn.copy.Digest;
import dev.firn.testing.Firn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Ranges that come back because somebody asked for them in SQL: four weeks, all of them archived and dropped. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestedRestoresIT {

    /** Before the first range, in the midst of one or both, after one of two, after both. */
    static final List<String> POINTS = Stream.concat(
                    Stream.of(RestoreSteps.LOADED, RestoreSteps.ATTACHED, RestoreSteps.COMMITTED),
                    RestoreSteps.OF_REQUESTS.stream())
            .toList();

    private static final String TWO_WEEKS = "'2024-01-04', '2024-01-12'";

    private GuardedEvents given;
    private Connection admin;

    private long lastAudit;

    @BeforeAll
    void archiveFourWeeks(@TempDir Path home) throws SQLException {
        given = GuardedEvents.create(home, "");
        assertThat(given.run()).contains("4 dropped, 0 failed");
        admin = given.database.admin();
    }

    @AfterAll
    void close() throws SQLException {
        admin.close();
        given.close();
    }

    /** Nothing asked for, nothing in the table. */
    @BeforeEach
    void letGo() throws SQLException {
        execute("DELETE FROM firn.request");
        execute("DELETE FROM firn.claim");
        execute("DELETE FROM firn.hold");
        given.configure("");
        if (given.events.rows(given.owner) > 0) {
            given.firn.succeed("run", Firn.NAMESPACE, "--retry-failed");
        }
        assertThat(given.events.rows(given.owner)).isZero();
        lastAudit = Long.parseLong(query("SELECT max(id) FROM firn.audit"));
    }

    @Test
    void aPassBringsBackFirstWhatWasAskedForAndLeavesItAlone() throws SQLException {
        String id = ask(TWO_WEEKS + ", keep => '7 days'");

        Firn.Ran ran = given.firn.succeed("run", Firn.NAMESPACE);

        assertThat(ran.out())
                .contains("request %s (events.messages [2024-01-04, 2024-01-12)): done; 2 brought back, 0 were there"
                        .formatted(id))
                .contains("0 archived, 0 dropped, 0 failed");
        assertThat(given.events.rows(given.owner)).isEqualTo(2 * GuardedEvents.PER_WEEK);
        assertThat(requests()).containsExactly("done 2 2 1400 1400 restored restored");
        assertThat(query("SELECT string_agg(DISTINCT (hold_until - placed_at > interval '6 days 23 hours')::text, ' ')"
                        + " FROM firn.hold"))
                .isEqualTo("true");
        assertThat(given.run()).contains("0 dropped").doesNotContain("request");
        assertThat(query("SELECT string_agg(action, ', ' ORDER BY id) FROM firn.audit WHERE (action LIKE '%request%'"
                        + " OR action IN ('asked for', 'restored')) AND id > " + lastAudit))
                .isEqualTo("asked for, restored, restored, request done");
    }

    @Test
    void programsAreToldOfThemToo() throws SQLException {
        ask("'-infinity', 'infinity', keep => 'forever'");

        String json = given.firn.succeed("run", Firn.NAMESPACE, "--json").out();

        assertThat(json)
                .contains("\"requests\" : [ {")
                .contains("\"outcome\" : \"done\"")
                .contains("\"rangesBroughtBack\" : 4");
        assertThat(given.events.rows(given.owner)).isEqualTo(GuardedEvents.ALL);
        assertThat(query("SELECT DISTINCT hold_until AT TIME ZONE 'UTC' FROM firn.hold"))
                .startsWith("9999-12-31");
    }

    @Test
    void whatIsThereAlreadyIsLeftAloneAsLongAsItIsAskedFor() throws SQLException {
        ask(TWO_WEEKS + ", keep => '0s'");
        assertThatThrownBy(() -> given.firn.run(stopAt(RestoreSteps.REQUEST_SETTLED), "run", Firn.NAMESPACE))
                .isInstanceOf(Stopped.class);
        ask(TWO_WEEKS + ", keep => '30 days'");
        ask(TWO_WEEKS + ", keep => '1 day'");

        assertThat(given.run()).contains("0 brought back, 2 were there").contains("0 dropped");

        assertThat(query("SELECT string_agg((hold_until > now() + interval '29 days')::text, ' ') FROM firn.hold"))
                .isEqualTo("true true");
    }

    @Test
    void whatAPassWasAboutToDropStaysWhereSomebodyHasAskedForIt(@TempDir Path home) throws SQLException {
        try (GuardedEvents hot = GuardedEvents.create(home, "drop-after = never")) {
            assertThat(hot.run()).contains("4 archived");
            hot.configure("");
            hot.database.execute("SELECT firn.rehydrate('events.messages', " + TWO_WEEKS + ")");

            assertThat(hot.run()).contains("0 brought back, 2 were there").contains("2 dropped, 0 failed");

            assertThat(hot.events.rows(hot.owner)).isEqualTo(2 * GuardedEvents.PER_WEEK);
        }
    }

    @Test
    void aRangeThatAnotherIsAtIsTriedAgainLater() throws SQLException {
        ask(TWO_WEEKS);
        execute(
                """
                INSERT INTO firn.claim (namespace, table_schema, table_name, range_kind, range_start, range_end, range_text,
                  holder, purpose, expires_at)
                SELECT namespace, table_schema, table_name, range_kind, range_start, range_end, range_text, 'another',
                  'restore', clock_timestamp() + interval '1 hour'
                FROM firn.chunk ORDER BY range_start OFFSET 1 LIMIT 1""");

        Firn.Ran ran = given.firn.run("run", Firn.NAMESPACE);

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(4);
        assertThat(ran.out()).contains("open; 1 brought back, 0 were there, 0 failed, 1 left to others");
        assertThat(requests()).containsExactly("asked 2 1 1400 700 restored left");
        assertThat(query("SELECT message || ' ' || (next_try_at > now())::text FROM firn.requests"))
                .contains("another worker is at one of its ranges")
                .endsWith(" true");
        execute("DELETE FROM firn.claim");
        assertThat(given.run()).as("its pause is not over").doesNotContain("request");

        assertThat(given.firn.succeed("run", Firn.NAMESPACE, "--retry-failed").out())
                .contains("done; 1 brought back, 1 were there");
        assertThat(requests()).containsExactly("done 2 2 1400 1400 restored restored");
        assertThat(query("SELECT message FROM firn.requests")).isNull();
    }

    @Test
    void whatIsDamagedEndsTheRequestAndSaysSo() throws Exception {
        ask(TWO_WEEKS);
        Path file = given.firn
                .archive()
                .resolve(given.firn
                        .live(given.events.table())
                        .get(0)
                        .files()
                        .get(0)
                        .key());
        byte[] whole = Files.readAllBytes(file);
        byte[] bytes = whole.clone();
        bytes[bytes.length / 2] ^= 4;
        Files.write(file, bytes);

        Firn.Ran ran = given.firn.run("run", Firn.NAMESPACE);
        Files.write(file, whole);

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(5);
        assertThat(requests()).containsExactly("failed 2 1 1400 700 failed restored");
        assertThat(query("SELECT message FROM firn.requests")).contains("00000.parquet");
        assertThat(query("SELECT hint FROM firn.requests")).contains("look for an older version of the object");
        assertThat(given.firn.succeed("run", Firn.NAMESPACE, "--retry-failed").out())
                .doesNotContain("request");
    }

    @Test
    void whatIsRefusedForGoodEndsSo() throws SQLException {
        ask(TWO_WEEKS);
        given.firn.tables("events.others { archive-after = 1d }");

        assertThat(given.firn.run("run", Firn.NAMESPACE).out()).contains("refused; 0 brought back");

        assertThat(requests()).containsExactly("refused 0 0 0 0");
        assertThat(query("SELECT message FROM firn.requests")).contains("the namespace has no such table");
    }

    @Test
    void anErrorOfFirnItselfEndsTheRequestInsteadOfEveryPass() throws SQLException {
        ask(TWO_WEEKS);

        Firn.Ran ran = given.firn.run(
                point -> {
                    if (point.equals(RestoreSteps.STAGED)) {
                        throw new IllegalStateException("broken");
                    }
                },
                "run",
                Firn.NAMESPACE);

        assertThat(ran.out()).contains("failed; 0 brought back").contains("0 archived, 0 dropped, 0 failed");
        assertThat(query("SELECT message FROM firn.requests")).contains("IllegalStateException: broken");
    }

    @ParameterizedTest
    @FieldSource("POINTS")
    void aWorkerThatDiesAnywhereLeavesItToTheNextWhoFinishes(String point) throws SQLException {
        Digest both = given.firn
                .live(given.events.table())
                .get(0)
                .digest()
                .plus(given.firn.live(given.events.table()).get(1).digest());
        ask(TWO_WEEKS);

        assertThatThrownBy(() -> given.firn.run(stopAt(point), "run", Firn.NAMESPACE))
                .isInstanceOf(Stopped.class);

        boolean settled = point.equals(RestoreSteps.REQUEST_SETTLED);
        assertThat(query("SELECT state FROM firn.requests")).isEqualTo(settled ? "done" : "working");
        assertThat(given.run()).as("its lease is not over").doesNotContain("request");
        execute("UPDATE firn.request SET expires_at = clock_timestamp() WHERE state = 'working'");
        execute("UPDATE firn.claim SET expires_at = clock_timestamp()");
        assertThat(given.run()).contains(settled ? "0 dropped" : "): done; ");
        assertThat(requests()).hasSize(1).first().asString().startsWith("done 2 2 1400 ");
        assertThat(given.firn.inDatabase(given.events.table())).isEqualTo(both);
        assertThat(query("SELECT count(*) FROM firn.audit WHERE action = 'restored' AND id > " + lastAudit))
                .isEqualTo("2");
    }

    @Test
    void twoProgramsAtOnceDoEachOnce() throws SQLException {
        String first = ask("'2024-01-04', '2024-01-11'");
        String second = ask("'2024-01-11', '2024-01-18'");
        AtomicInteger nested = new AtomicInteger();

        Firn.Ran ran = given.firn.run(
                point -> {
                    if (point.equals(RestoreSteps.REQUEST_TAKEN) && nested.getAndIncrement() == 0) {
                        assertThat(given.run())
                                .contains("request %s ".formatted(second))
                                .doesNotContain("request %s ".formatted(first));
                    }
                },
                "run",
                Firn.NAMESPACE);

        assertThat(ran.exitCode()).as(ran.all()).isZero();
        assertThat(ran.out()).contains("request %s ".formatted(first)).doesNotContain("request %s ".formatted(second));
        assertThat(query("SELECT count(*) FROM firn.audit WHERE action = 'restored' AND id > " + lastAudit))
                .isEqualTo("2");
    }

    @Test
    void theNextRangeIsLoadedWhileOneIsFinished() throws SQLException {
        ask(TWO_WEEKS);
        AtomicReference<String> states = new AtomicReference<>();

        Firn.Ran ran = given.firn.run(
                atFirstFinishedOnceBothAreLoaded(
                        RestoreSteps.READY,
                        () -> states.set(
                                query(
                                        "SELECT string_agg(r->>'state', ' ') FROM firn.requests, jsonb_array_elements(detail) r"))),
                "run",
                Firn.NAMESPACE);

        assertThat(ran.exitCode()).as(ran.all()).isZero();
        assertThat(states).hasValue("loading loading");
        assertThat(requests()).containsExactly("done 2 2 1400 1400 restored restored");
    }

    @Test
    void oneThatIsCancelledMakesNoFurtherRangeVisibleAndWhatIsBackStays() throws SQLException {
        String id = ask(TWO_WEEKS);

        Firn.Ran ran = given.firn.run(
                atFirstFinishedOnceBothAreLoaded(
                        RestoreSteps.COMMITTED, () -> query("SELECT firn.cancel_request(%s)".formatted(id))),
                "run",
                Firn.NAMESPACE);

        assertThat(ran.out()).contains("cancelled; 1 brought back").contains("0 dropped");
        assertThat(requests()).containsExactly("cancelled 2 1 1400 700 restored waiting");
        requireFirstWeekAloneAndNobodyAtWork();
    }

    @Test
    void oneThatAnotherHasTakenOverMakesNoFurtherRangeVisible() throws SQLException {
        ask(TWO_WEEKS);

        Firn.Ran ran = given.firn.run(
                atFirstFinishedOnceBothAreLoaded(
                        RestoreSteps.COMMITTED,
                        () -> execute(
                                "UPDATE firn.request SET holder = 'another', token = nextval('firn.fencing_token')")),
                "run",
                Firn.NAMESPACE);

        assertThat(ran.out()).contains("left to another worker");
        assertThat(query("SELECT holder || ' ' || state FROM firn.request")).isEqualTo("another working");
        requireFirstWeekAloneAndNobodyAtWork();
    }

    private void requireFirstWeekAloneAndNobodyAtWork() throws SQLException {
        assertThat(given.firn.inDatabase(given.events.table()))
                .isEqualTo(given.firn.live(given.events.table()).get(0).digest());
        assertThat(query("SELECT count(*) FROM pg_class WHERE relname LIKE 'firn_staging%'"))
                .as("staging tables left")
                .isEqualTo("0");
        assertThat(query("SELECT count(*) FROM firn.claim WHERE expires_at > clock_timestamp()"))
                .as("claims left")
                .isEqualTo("0");
    }

    /** The first of two ranges gets no further than ready before the second one is loaded. */
    private static FaultPoints atFirstFinishedOnceBothAreLoaded(String point, Runnable action) {
        CountDownLatch loaded = new CountDownLatch(2);
        AtomicBoolean waited = new AtomicBoolean();
        AtomicBoolean done = new AtomicBoolean();
        return here -> {
            if (here.equals(RestoreSteps.LOADED)) {
                loaded.countDown();
            }
            if (here.equals(RestoreSteps.READY) && waited.compareAndSet(false, true)) {
                assertThat(await(loaded)).as("loaded beside it").isTrue();
            }
            if (here.equals(point) && done.compareAndSet(false, true)) {
                action.run();
            }
        };
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    void aPassOverOneTableLeavesWhatWasAskedForOfOthersAndADecisionOnAChunkAllOfIt() throws SQLException {
        ask(TWO_WEEKS);
        String more = "events.others { archive-after = 1d }";
        given.firn.tables(GuardedEvents.table("") + more);
        given.execute("CREATE TABLE events.others (time timestamptz NOT NULL) PARTITION BY RANGE (time)");

        assertThat(given.firn
                        .run("run", Firn.NAMESPACE, "--table", "events.others")
                        .out())
                .doesNotContain("request");
        assertThat(given.firn
                        .run("run", Firn.NAMESPACE, "--chunk", "2024-01-04")
                        .out())
                .doesNotContain("request");
        assertThat(requests()).containsExactly("asked 0 0 0 0");
    }

    @Test
    void aRebuiltCatalogueStillKnowsWhatIsOpen() throws SQLException {
        ask(TWO_WEEKS);
        given.firn.succeed("catalog", "rebuild", Firn.NAMESPACE);

        assertThat(given.run()).contains("done; 2 brought back");
    }

    private String ask(String arguments) {
        return query("SELECT firn.rehydrate('events.messages', %s)".formatted(arguments));
    }

    private List<String> requests() {
        String all = query("SELECT string_agg(concat_ws(' ', state, ranges, ranges_back, rows, rows_loaded,"
                + " (SELECT string_agg(r->>'state', ' ') FROM jsonb_array_elements(detail) r)), '|' ORDER BY id)"
                + " FROM firn.requests");
        return List.of(all.split("\\|"));
    }

    private String query(String sql) {
        try (Statement statement = admin.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private void execute(String sql) {
        given.database.execute(sql);
    }

    /** As a program ends that is killed: nothing that it would do after this is done. */
    private static FaultPoints stopAt(String point) {
        return reached -> {
            if (reached.equals(point)) {
                throw new Stopped(point);
            }
        };
    }

    private static final class Stopped extends Error {

        private static final long serialVersionUID = 1;

        Stopped(String point) {
            super("stopped at " + point);
        }
    }
}
