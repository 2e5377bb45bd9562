package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.archive.Manifest;
import dev.firn.testing.FaultyHttp;
import dev.firn.testing.FaultyHttp.Fault;
import dev.firn.testing.Firn;
import dev.firn.testing.RequestClass;
import dev.firn.testing.S3Server;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store that fails while something expires: it is told, nothing else is lost, and the next run finishes. */
class ExpiryStoreFaultsIT {

    private static S3Server server;
    private static FaultyHttp proxy;

    @TempDir
    private Path home;

    private ExpiringWeeks weeks;
    private Manifest newest;

    @BeforeAll
    static void start() {
        server = S3Server.start();
        proxy = FaultyHttp.before(server);
    }

    @AfterAll
    static void stop() {
        proxy.close();
        server.close();
    }

    @BeforeEach
    void open() throws SQLException {
        String prefix = "location-" + home.getFileName();
        weeks = new ExpiringWeeks(
                new WeeklyChunks(home, StoreFaultsIT.disturbed(server, proxy, prefix), server.settings(prefix)));
        for (int week = 0; week < 4; week++) {
            weeks.chunks().addWeek();
        }
        weeks.firn().succeed("run", Firn.NAMESPACE);
        newest = weeks.live().get(3);
    }

    @AfterEach
    void close() throws SQLException {
        proxy.heal();
        weeks.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"PUT_OBJECT", "GET_OBJECT", "HEAD_OBJECT", "LIST_OBJECTS", "DELETE_OBJECT"})
    void aFailureOfAnyRequestIsToldAndTheNextRunFinishes(RequestClass requests) throws SQLException {
        int due = 1;
        for (Fault fault : List.of(Fault.ERROR_500, Fault.LOST_ANSWER, Fault.CUT_REQUEST)) {
            weeks.due(due++);
            proxy.failAll(requests, fault);

            Firn.Ran ran = weeks.firn().run("expire", Firn.NAMESPACE);

            proxy.heal();
            if (ran.exitCode() != 0) {
                assertThat(ran.exitCode()).as("%s: %s", fault, ran.all()).isEqualTo(4);
                assertThat(ran.all()).contains("HINT: ").doesNotContain("error of Firn itself");
            }
            weeks.expireUntilDone();
            assertThat(weeks.live()).as("live after %s", fault).hasSize(5 - due).contains(newest);
            weeks.requireClean();
        }
        assertThat(weeks.firn().ledger(weeks.chunks().events().table())).isEqualTo(newest.digest());
    }

    @Test
    void aStoreThatLetsNothingBeRemovedIsToldAndStopsNothingElse() throws SQLException {
        weeks.due(1);
        proxy.refuseAll(RequestClass.DELETE_OBJECT, "403 Forbidden", "AccessDenied");

        Firn.Ran expired = weeks.firn().run("expire", Firn.NAMESPACE);
        weeks.chunks().addWeek();
        Firn.Ran ran = weeks.firn().run("run", Firn.NAMESPACE);

        assertThat(expired.exitCode()).as(expired.all()).isIn(2, 3, 4);
        assertThat(expired.all())
                .contains("1 failed")
                .contains("Status Code: 403")
                .contains("none of them counts any more, but readers of data/ see those that are still there");
        assertThat(ran.all()).contains("Status Code: 403");
        // Its own leftovers in incoming/ it cannot remove either, so it is not dropped; but it has been copied.
        assertThat(weeks.live()).hasSize(4).contains(newest);
        proxy.heal();
        weeks.chunks().runUntilDone();
        weeks.requireClean();
    }
}
