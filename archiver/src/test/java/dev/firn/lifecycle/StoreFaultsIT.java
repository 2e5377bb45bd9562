package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.copy.Digest;
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
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Every class of request x every way to fail, on a chunk's whole way out: nothing is lost, and nothing left half done. */
class StoreFaultsIT {

    private static final int PART = 5 << 20;
    private static final int MORE_THAN_A_PART = PART + PART / 10;

    private static final Set<RequestClass> MULTIPART = EnumSet.of(
            RequestClass.CREATE_MULTIPART,
            RequestClass.UPLOAD_PART,
            RequestClass.COMPLETE_MULTIPART,
            RequestClass.ABORT_MULTIPART);

    /** S3 may take minutes for these, and the program waits for it; the tests of the store have these cases. */
    private static final Set<RequestClass> WAITED_FOR =
            EnumSet.of(RequestClass.COPY_OBJECT, RequestClass.COMPLETE_MULTIPART);

    private static S3Server server;
    private static FaultyHttp proxy;

    @TempDir
    private Path home;

    private WeeklyChunks chunks;

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
        chunks = new WeeklyChunks(home, disturbed(server, proxy, prefix), server.settings(prefix));
    }

    @AfterEach
    void close() throws SQLException {
        proxy.heal();
        chunks.close();
    }

    /** Few attempts, so that what lasts is soon given up. */
    static S3Settings disturbed(S3Server server, FaultyHttp proxy, String prefix) {
        S3Settings given = server.settings(prefix, proxy.endpoint());
        S3Settings.Patience patience = given.patience();
        S3Settings.Writing writing = given.writing();
        return new S3Settings(
                given.bucket(),
                prefix,
                given.endpoint(),
                given.accessKey(),
                new S3Settings.Writing(
                        writing.encryption(),
                        writing.storageClass(),
                        writing.checksums(),
                        PART,
                        writing.parallelParts()),
                new S3Settings.Patience(
                        2,
                        patience.firstBackoff(),
                        patience.longestBackoff(),
                        patience.connectTimeout(),
                        Duration.ofMillis(1_500),
                        patience.longRequestTimeout()));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "OTHER")
    void oneFailureOfAnyRequestCostsARunAtMost(RequestClass requests) throws SQLException {
        for (Fault fault : faults(requests)) {
            Digest all = addChunk(requests);
            long before = proxy.requests(requests);
            provoke(requests);
            proxy.failNth(requests, 1, fault);

            Firn.Ran ran = chunks.firn().run("run", Firn.NAMESPACE);

            assertThat(proxy.requests(requests))
                    .as("requests by the end of %s", fault)
                    .isGreaterThan(before);
            proxy.heal();
            requireSuccessOrClearFailure(fault, ran);
            chunks.runUntilDone();
            chunks.requireAllArchivedOnce(all);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "OTHER")
    void aLastingFailureOfAnyRequestIsToldAndTheNextRunFinishes(RequestClass requests) throws SQLException {
        for (Fault fault : faults(requests)) {
            Digest all = addChunk(requests);
            long before = proxy.requests(requests);
            provoke(requests);
            proxy.failAll(requests, fault);

            Firn.Ran ran = chunks.firn().run("run", Firn.NAMESPACE);

            assertThat(proxy.requests(requests))
                    .as("requests by the end of %s", fault)
                    .isGreaterThan(before);
            proxy.heal();
            requireSuccessOrClearFailure(fault, ran);
            assertThat(chunks.firn().ledger(chunks.events().table()).rows())
                    .as("rows after %s", fault)
                    .isGreaterThanOrEqualTo(all.rows());
            chunks.runUntilDone();
            chunks.requireAllArchivedOnce(all);
        }
    }

    private Digest addChunk(RequestClass requests) throws SQLException {
        return MULTIPART.contains(requests) ? chunks.addWeek(MORE_THAN_A_PART) : chunks.addWeek();
    }

    /** Uploads are aborted where they fail. */
    private static void provoke(RequestClass requests) {
        if (requests == RequestClass.ABORT_MULTIPART) {
            proxy.failAll(RequestClass.UPLOAD_PART, Fault.ERROR_500);
        }
    }

    private static List<Fault> faults(RequestClass requests) {
        return Stream.of(Fault.values())
                .filter(fault -> fault != Fault.NO_ANSWER || !WAITED_FOR.contains(requests))
                .toList();
    }

    private static void requireSuccessOrClearFailure(Fault fault, Firn.Ran ran) {
        if (ran.exitCode() != 0) {
            assertThat(ran.exitCode()).as("%s: %s", fault, ran.all()).isEqualTo(4);
            assertThat(ran.all())
                    .as("message after %s", fault)
                    .contains("HINT: ")
                    .doesNotContain("error of Firn itself")
                    .doesNotContain(server.accessKey().secret());
        }
    }
}
