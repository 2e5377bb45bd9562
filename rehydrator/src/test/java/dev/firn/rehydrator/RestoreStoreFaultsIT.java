package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.store.S3Settings;
import dev.firn.testing.FaultyHttp;
import dev.firn.testing.FaultyHttp.Fault;
import dev.firn.testing.Firn;
import dev.firn.testing.RequestClass;
import dev.firn.testing.S3Server;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every class of request x every way to fail, on a range's way back: it is there whole, or not at all and said so. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestoreStoreFaultsIT {

    private static final Set<RequestClass> READS = EnumSet.of(
            RequestClass.GET_OBJECT, RequestClass.GET_RANGE, RequestClass.HEAD_OBJECT, RequestClass.LIST_OBJECTS);

    private S3Server server;
    private FaultyHttp proxy;
    private ArchivedWeeks weeks;
    private Rehydrate disturbed;

    @BeforeAll
    void archiveOneWeek(@TempDir Path home, @TempDir Path elsewhere) throws SQLException {
        server = S3Server.start();
        proxy = FaultyHttp.before(server);
        weeks = new ArchivedWeeks(home, 1, server.settings("archive"));
        disturbed = new Rehydrate(weeks.reached(elsewhere, impatient(server.settings("archive", proxy.endpoint()))));
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

    /** Soon given up; only disturbed runs are so impatient, and they may fail. */
    private static S3Settings impatient(S3Settings given) {
        S3Settings.Patience patience = given.patience();
        return new S3Settings(
                given.bucket(),
                given.prefix(),
                given.endpoint(),
                given.accessKey(),
                given.writing(),
                new S3Settings.Patience(
                        2,
                        patience.firstBackoff(),
                        patience.longestBackoff(),
                        patience.connectTimeout(),
                        Duration.ofSeconds(1),
                        patience.longRequestTimeout()));
    }

    @Test
    void onlyReadsAreAskedOfTheStore() throws SQLException {
        proxy.resetCounts();

        disturbed.run(ArchivedWeeks.FIRST.toArray(String[]::new));

        Set<RequestClass> asked = EnumSet.noneOf(RequestClass.class);
        for (RequestClass one : RequestClass.values()) {
            if (proxy.requests(one) > 0) {
                asked.add(one);
            }
        }
        assertThat(asked).as("what the tests below let fail").isEqualTo(READS);
        weeks.finish();
    }

    @ParameterizedTest
    @EnumSource(names = {"GET_OBJECT", "GET_RANGE", "HEAD_OBJECT", "LIST_OBJECTS"})
    void oneFailureOfAnyRequestCostsARunAtMost(RequestClass requests) throws SQLException {
        for (Fault fault : Fault.values()) {
            proxy.failNth(requests, 1, fault);

            requireWholeOrClearFailure(requests, fault);

            weeks.dropAgain();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GET_OBJECT", "GET_RANGE", "HEAD_OBJECT", "LIST_OBJECTS"})
    void aLastingFailureOfAnyRequestIsToldAndTheNextRunFinishes(RequestClass requests) throws SQLException {
        for (Fault fault : Fault.values()) {
            proxy.failAll(requests, fault);

            requireWholeOrClearFailure(requests, fault);

            weeks.dropAgain();
        }
    }

    private void requireWholeOrClearFailure(RequestClass requests, Fault fault) throws SQLException {
        long before = proxy.requests(requests);
        Firn.Ran ran = disturbed.run(ArchivedWeeks.FIRST.toArray(String[]::new));
        assertThat(proxy.requests(requests))
                .as("requests by the end of %s", fault)
                .isGreaterThan(before);
        proxy.heal();
        if (ran.exitCode() == 0) {
            weeks.requireFirstOnce();
            return;
        }
        assertThat(ran.exitCode()).as("%s: %s", fault, ran.all()).isEqualTo(4);
        assertThat(ran.all())
                .as("message after %s", fault)
                .contains("HINT: ")
                .doesNotContain("error of Firn itself")
                .doesNotContain(server.accessKey().secret());
        assertThat(weeks.rows()).as("rows after %s", fault).isZero();
        weeks.finish();
    }
}
