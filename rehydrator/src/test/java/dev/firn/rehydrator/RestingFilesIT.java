package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.store.S3Settings;
import dev.firn.testing.FaultyHttp;
import dev.firn.testing.Firn;
import dev.firn.testing.RequestClass;
import dev.firn.testing.S3Server;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that lifecycle rules have put into an archive class: S3's answers, as it documents them, given by a proxy. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestingFilesIT {

    private static final String CLASS = "x-amz-storage-class";
    private static final String RESTORE = "x-amz-restore";

    private S3Server server;
    private FaultyHttp proxy;
    private ArchivedWeeks weeks;
    private Firn byProxy;
    private Rehydrate rehydrate;

    @BeforeAll
    void archiveOneWeek(@TempDir Path home, @TempDir Path elsewhere) throws SQLException {
        server = S3Server.start();
        proxy = FaultyHttp.before(server);
        S3Settings settings = server.settings("archive", proxy.endpoint());
        weeks = new ArchivedWeeks(home, 1, server.settings("archive"));
        byProxy = weeks.reached(elsewhere, settings);
        rehydrate = new Rehydrate(byProxy);
    }

    @AfterAll
    void stop() {
        weeks.close();
        proxy.close();
        server.close();
    }

    @AfterEach
    void letGo() {
        proxy.heal();
        weeks.dropAgain();
    }

    @ParameterizedTest
    @CsvSource({"GLACIER, 3 to 5 hours (Standard)", "DEEP_ARCHIVE, 48 hours (Bulk)"})
    void whatHasNotBeenAskedForIsNamedBeforeAnyWork(String storageClass, String time) throws SQLException {
        proxy.answerWith(RequestClass.HEAD_OBJECT, CLASS, storageClass);
        proxy.resetCounts();

        Firn.Ran ran = restore();

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
        assertThat(ran.all())
                .contains(
                        "1 of the files rest in " + storageClass,
                        weeks.live().get(0).files().get(0).key())
                .contains("HINT: ", "aws s3api restore-object", time);
        assertThat(proxy.requests(RequestClass.GET_RANGE)).isZero();
        assertThat(weeks.rows()).isZero();
        assertThat(weeks.staging()).isEmpty();
    }

    @Test
    void whatIsOnItsWayIsWaitedFor() throws SQLException {
        proxy.answerWith(RequestClass.HEAD_OBJECT, CLASS, "GLACIER");
        proxy.answerWith(RequestClass.HEAD_OBJECT, RESTORE, "ongoing-request=\"true\"");

        Firn.Ran ran = restore();

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
        assertThat(ran.all()).contains("1 of them were asked for").contains("HINT: run this again when they are there");
        assertThat(weeks.rows()).isZero();
    }

    @Test
    void whatHasBeenRestoredIsRead() throws SQLException {
        proxy.answerWith(RequestClass.HEAD_OBJECT, CLASS, "DEEP_ARCHIVE");
        proxy.answerWith(
                RequestClass.HEAD_OBJECT,
                RESTORE,
                "ongoing-request=\"false\", expiry-date=\"Fri, 21 Dec 2029 00:00:00 GMT\"");

        assertThat(restore().exitCode()).isZero();
        weeks.requireFirstOnce();
    }

    @Test
    void anArchiveTierOfIntelligentTieringIsOneToo() throws SQLException {
        proxy.answerWith(RequestClass.HEAD_OBJECT, CLASS, "INTELLIGENT_TIERING");
        assertThat(restore().exitCode()).isZero();
        weeks.dropAgain();
        proxy.answerWith(RequestClass.HEAD_OBJECT, "x-amz-archive-status", "DEEP_ARCHIVE_ACCESS");

        Firn.Ran ran = restore();

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
        assertThat(ran.all()).contains("DEEP_ARCHIVE_ACCESS");
    }

    @Test
    void instantRetrievalIsReadAtOnce() throws SQLException {
        proxy.answerWith(RequestClass.HEAD_OBJECT, CLASS, "GLACIER_IR");

        assertThat(restore().exitCode()).isZero();
        weeks.requireFirstOnce();
    }

    @ParameterizedTest
    @CsvSource({"GET_RANGE", "GET_OBJECT"})
    void aRefusalWhereNothingWasSaidBeforeIsExplained(RequestClass requests) throws SQLException {
        proxy.refuseAll(requests, "403 Forbidden", "InvalidObjectState");

        Firn.Ran ran = restore();

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
        assertThat(ran.all()).contains("rests in an archive class").contains("48 hours (Bulk)");
        assertThat(weeks.rows()).isZero();
        assertThat(weeks.staging()).isEmpty();
    }

    @Test
    void whatIsReadForATableBesideItIsAskedForToo() throws SQLException {
        assertThat(restore().exitCode()).isZero();
        List<String> into = new ArrayList<>(ArchivedWeeks.FIRST);
        into.addAll(List.of("--into", "table", "old"));
        proxy.answerWith(RequestClass.HEAD_OBJECT, CLASS, "GLACIER");
        assertThat(restore().all()).as("not to be read").contains("1 were there");
        proxy.resetCounts();

        Firn.Ran ran = rehydrate.run(into.toArray(String[]::new));

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
        assertThat(ran.all()).contains("1 of the files rest in GLACIER");
        assertThat(proxy.requests(RequestClass.GET_RANGE)).isZero();
        assertThat(weeks.staging()).isEmpty();
        try (Connection owner = weeks.database().owner()) {
            assertThat(Shop.texts(owner, "SELECT to_regclass('events.old')::text"))
                    .containsExactly((String) null);
        }
    }

    @Test
    void whatIsPrintedIsAskedForBeforeTheFirstRow() {
        proxy.answerWith(RequestClass.HEAD_OBJECT, CLASS, "GLACIER");
        proxy.resetCounts();

        Firn.Ran ran = rehydrate.run("cat", Firn.NAMESPACE, ArchivedWeeks.TABLE);

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains("1 of the files rest in GLACIER", "nothing was printed", "restore-object");
        assertThat(proxy.requests(RequestClass.GET_RANGE)).isZero();
    }

    @Test
    void allTablesAreAskedForBeforeTheFirstIsLoaded() throws SQLException {
        String tables = ArchivedWeeks.TABLES + ", events.other { archive-after = 1d }";
        try (Connection owner = weeks.database().owner()) {
            Shop.run(owner, "CREATE TABLE events.other (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at)");
            Shop.run(
                    owner,
                    "CREATE TABLE events.other_1 PARTITION OF events.other FOR VALUES FROM ('2024-01-04 00:00Z') TO ('2024-01-11 00:00Z')");
            Shop.run(owner, "INSERT INTO events.other VALUES ('2024-01-04 01:00Z', 1)");
        }
        weeks.firn().tables(tables).succeed("run", Firn.NAMESPACE);
        byProxy.tables(tables);
        List<String> both = new ArrayList<>(ArchivedWeeks.FIRST);
        both.add(2, "events.other");
        proxy.resetCounts();
        // The first table's file may be read.
        proxy.beforeNth(
                RequestClass.HEAD_OBJECT, 2, () -> proxy.answerWith(RequestClass.HEAD_OBJECT, CLASS, "GLACIER"));

        Firn.Ran ran = rehydrate.run(both.toArray(String[]::new));

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
        assertThat(ran.all()).contains("1 of the files rest in GLACIER", "events.other", "nothing was loaded");
        assertThat(weeks.rows()).isZero();
    }

    private Firn.Ran restore() {
        return rehydrate.run(ArchivedWeeks.FIRST.toArray(String[]::new));
    }
}
