package dev.firn.bench;

import dev.firn.FaultPoints;
import dev.firn.archive.Archive;
import dev.firn.archive.ArchiveLayout;
import dev.firn.archive.Manifest;
import dev.firn.archive.ProofProgress;
import dev.firn.archive.Prover;
import dev.firn.store.ObjectStore;
import dev.firn.store.S3Settings;
import dev.firn.store.Stores;
import dev.firn.testing.Brake;
import dev.firn.testing.EventStore;
import dev.firn.testing.FaultyHttp;
import dev.firn.testing.Firn;
import dev.firn.testing.S3Server;
import dev.firn.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What reading a long file by several requests at a time gains, against one after the other, from a store that is as slow
 * over each connection as S3 is: its bytes alone, and its rows decoded and digested, as every way back begins.
 */
public final class ReadBenchmark {

    private static final int EVENTS = Integer.getInteger("firn.events", 2_000_000);
    private static final int ROUNDS = Integer.getInteger("firn.rounds", 3);

    /** What is measured at S3 from within its region; a slower connection gains more. */
    private static final Brake LIKE_S3 = new Brake(Duration.ofMillis(50), 70_000_000);

    private final S3Server server;
    private final FaultyHttp proxy;
    private final Manifest.DataFile file;
    private final Manifest manifest;

    private ReadBenchmark(S3Server server, FaultyHttp proxy, Manifest manifest) {
        this.server = server;
        this.proxy = proxy;
        this.manifest = manifest;
        this.file = manifest.files().get(0);
    }

    public static void main(String[] arguments) throws Exception {
        Path home = Files.createTempDirectory("firn-benchmark");
        try (TestDatabase database = TestDatabase.create();
                S3Server server = S3Server.overDirectory(Files.createDirectory(home.resolve("s3")));
                FaultyHttp proxy = FaultyHttp.before(server)) {
            Manifest manifest = archive(database, home, server);
            proxy.slowDown(LIKE_S3);
            new ReadBenchmark(server, proxy, manifest).run();
        } finally {
            ArchiveBenchmark.delete(home);
        }
    }

    /** One week in one file. */
    private static Manifest archive(TestDatabase database, Path home, S3Server server) throws SQLException {
        EventStore events;
        try (Connection owner = database.owner()) {
            events = EventStore.create(owner, "events", 1);
            events.fill(
                    owner,
                    1,
                    EventStore.FIRST_WEEK,
                    EventStore.FIRST_WEEK.plus(EventStore.WEEK),
                    EVENTS,
                    5_000,
                    EventStore.Payload.LIFELIKE);
            events.compressAll(owner);
        }
        Firn firn = Firn.configure(
                        database,
                        home,
                        server.settings("archive"),
                        server.settings("archive"),
                        "%s { archive-after = 1d, drop-after = never, proof = footer }".formatted(events.table()))
                .init();
        firn.succeed("run", Firn.NAMESPACE);
        try (ObjectStore store = Stores.open(server.settings("archive"))) {
            return new Archive(store, new ArchiveLayout(Firn.NAMESPACE, events.table()), FaultPoints.NONE)
                    .live()
                    .get(0);
        }
    }

    private void run() {
        int most = S3Settings.Writing.DEFAULT.parallelParts();
        System.out.printf(
                "%,d events in a file of %,d bytes; over each connection %d ms, then %,d bytes/s%n",
                EVENTS, file.content().size(), LIKE_S3.beforeFirstByte().toMillis(), LIKE_S3.bytesPerSecond());
        List<Double> gains = new ArrayList<>();
        for (int round = 0; round <= ROUNDS; round++) {
            System.out.println(round == 0 ? "warm-up" : "round " + round);
            double one = read(1);
            double several = read(most);
            double oneDecoded = decode(1);
            double severalDecoded = decode(most);
            report("its bytes, parallel-parts = 1", one, one);
            report("its bytes, parallel-parts = " + most, several, one);
            report("its rows digested, parallel-parts = 1", oneDecoded, oneDecoded);
            report("its rows digested, parallel-parts = " + most, severalDecoded, oneDecoded);
            if (round > 0) {
                gains.add(one / several);
            }
        }
        Collections.sort(gains);
        System.out.printf(
                "%d requests at a time read %.2f times as fast as one (median)%n", most, gains.get(gains.size() / 2));
    }

    private void report(String what, double seconds, double one) {
        System.out.printf(
                "  %-40s %6.2f s  %,13.0f bytes/s  %5.2f times one request%n",
                what, seconds, file.content().size() / seconds, one / seconds);
    }

    private double read(int parallel) {
        try (ObjectStore store = open(parallel)) {
            long begun = System.nanoTime();
            long bytes = store.readBack(file.key()).orElseThrow().size();
            double seconds = since(begun);
            if (bytes != file.content().size()) {
                throw new IllegalStateException("%d bytes of %s".formatted(bytes, file));
            }
            return seconds;
        }
    }

    private double decode(int parallel) {
        try (ObjectStore store = open(parallel)) {
            long begun = System.nanoTime();
            new Prover(Clock.systemUTC(), "benchmark", ProofProgress.NONE).scrub(store, manifest);
            return since(begun);
        }
    }

    private ObjectStore open(int parallel) {
        S3Settings given = server.settings("archive", proxy.endpoint());
        S3Settings.Writing writing = given.writing();
        return Stores.open(new S3Settings(
                given.bucket(),
                given.prefix(),
                given.endpoint(),
                given.accessKey(),
                new S3Settings.Writing(
                        writing.encryption(),
                        writing.storageClass(),
                        writing.checksums(),
                        writing.partSizeBytes(),
                        parallel),
                given.patience()));
    }

    private static double since(long begun) {
        return (System.nanoTime() - begun) / 1e9;
    }
}
