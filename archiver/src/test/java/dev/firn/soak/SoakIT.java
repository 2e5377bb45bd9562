package dev.firn.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import dev.firn.store.S3Settings;
import dev.firn.testing.Eventodb;
import dev.firn.testing.FaultyHttp;
import dev.firn.testing.Firn;
import dev.firn.testing.S3Server;
import dev.firn.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes of {@code archiver serve} share the work on two databases, under writers, late rows, edits, compression and
 * requests for ranges, while S3, PostgreSQL and one of the nodes fail at random. Now and then comes a night, in which every
 * committed row must be found exactly once and nothing be left behind. The other node lasts from beginning to end: it must
 * not grow. {@code mvn verify -pl archiver -Psoak -Dfirn.soak.minutes=30 -Dfirn.seed=1}.
 */
class SoakIT {

    private static final Duration LONG = Duration.ofMinutes(Integer.getInteger("firn.soak.minutes", 30));
    private static final long SEED = Long.getLong("firn.seed", System.nanoTime());

    /** From one night to the next. */
    private static final Duration DAY = Duration.ofSeconds(Math.max(45, Math.min(240, LONG.toSeconds() / 6)));

    private static final Duration SHORTEST_DAY = Duration.ofSeconds(20);

    /** Before that, pools and caches are still filling up. */
    private static final Duration SHORTEST_TO_GROW_IN = Duration.ofMinutes(10);

    private final List<AutoCloseable> open = new ArrayList<>();
    private S3Server s3;
    private FaultyHttp proxy;
    private TestDatabase timescale;
    private TestDatabase plain;
    private List<SoakTable> tables;
    private Node lasting;
    private Node doomed;

    @BeforeEach
    void open(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path home) throws Exception {
        System.out.printf("soak: %s, -Dfirn.seed=%d, files in %s%n", LONG, SEED, home);
        s3 = later(S3Server.overDirectory(Files.createDirectories(home.resolve("objects"))));
        proxy = later(FaultyHttp.before(s3));
        timescale = later(TestDatabase.create());
        plain = later(TestDatabase.plain());
        // Vacuum is part of what a database does for years.
        timescale.execute("ALTER SYSTEM SET autovacuum = on", "ALTER SYSTEM SET autovacuum_naptime = '10s'");
        timescale.restart();
        String tablesOfDefault =
                """
                tsdb_default.messages { %s, %s }
                plain.messages { %s }"""
                        .formatted(SoakTable.AGES, Eventodb.WRITE_PATH, SoakTable.AGES);
        Firn first = configure(home, "default", timescale, tablesOfDefault);
        Firn second = configure(home, "second", plain, "parts.messages { %s }".formatted(SoakTable.AGES));
        tables = List.of(
                new SoakTable(first, timescale, Eventodb.MESSAGES, SoakTable.Kind.EVENT_STORE, Duration.ofSeconds(15)),
                new SoakTable(
                        first,
                        timescale,
                        new TableName("plain", "messages"),
                        SoakTable.Kind.HYPERTABLE,
                        Duration.ofSeconds(20)),
                new SoakTable(
                        second,
                        plain,
                        new TableName("parts", "messages"),
                        SoakTable.Kind.PARTITIONS,
                        Duration.ofSeconds(15)));
        for (SoakTable table : tables) {
            table.create();
        }
        writeService(first);
        for (Firn firn : List.of(first, second)) {
            firn.init().succeed("run", firn.namespace());
        }
        try (Connection owner = timescale.owner()) {
            Eventodb.execute(owner, Eventodb.file("firn.sql"));
            Eventodb.execute(owner, "SELECT eventodb_store.attach_firn('tsdb_default')");
        }
        lasting = later(new Node("lasting", home, first, timescale));
        doomed = later(new Node("doomed", home, first, timescale));
    }

    private Firn configure(Path home, String namespace, TestDatabase database, String of) {
        S3Settings real = s3.settings(namespace);
        S3Settings through = s3.settings(namespace, proxy.endpoint());
        S3Settings disturbed = new S3Settings(
                through.bucket(),
                through.prefix(),
                through.endpoint(),
                through.accessKey(),
                through.writing(),
                new S3Settings.Patience(
                        3,
                        through.patience().firstBackoff(),
                        through.patience().longestBackoff(),
                        through.patience().connectTimeout(),
                        Duration.ofSeconds(3),
                        through.patience().longRequestTimeout()));
        return Firn.configure(database, home, namespace, disturbed, real, of);
    }

    private void writeService(Firn firn) throws Exception {
        Files.writeString(
                firn.conf().resolve("firn.conf"),
                """
                claim { lease = 6s, renew-every = 1s }
                janitor { min-age = 24h }
                http { port = 0 }
                service {
                  threads = 2, chunks-per-database = 2, schedule = 2s, requests-every = 5s, reload-every = 5s, stop-timeout = 5s
                  cluster = true
                  cluster-database { url = "%s", user = %s, password = %s }
                }
                """
                        .formatted(timescale.jdbcUrl(), TestDatabase.OWNER, TestDatabase.PASSWORD));
    }

    private <T extends AutoCloseable> T later(T opened) {
        open.add(0, opened);
        return opened;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void noRowIsLostAndNothingGrows() throws Exception {
        List<Node> nodes = List.of(lasting, doomed);
        Path objects = tables.get(0).firn().conf().resolveSibling("objects");
        Faults faults = new Faults(proxy, List.of(timescale, plain), lasting, doomed, new Random(SEED));
        Night night = new Night(tables, objects, nodes);
        Applications applications = later(new Applications(tables, SEED));
        Samples samples = later(new Samples(lasting));
        nodes.forEach(Node::start);
        nodes.forEach(Node::awaitUp);
        long pid = lasting.pid();
        applications.begin();
        samples.begin();
        List<String> nights = new ArrayList<>();
        try {
            dayAfterDay(faults, applications, night, nights);
        } catch (Exception | AssertionError e) {
            try {
                print(faults, applications, samples, night, nights);
            } catch (Exception unprinted) {
                e.addSuppressed(unprinted);
            }
            throw e;
        }
        samples.close();
        assertThat(applications.unexpected())
                .as("failures of applications that no fault explains")
                .isEmpty();
        for (String namespace : List.of("default", "second")) {
            assertThat(tables.get(0)
                            .firn()
                            .run("scrub", namespace, "--share", "100%")
                            .all())
                    .contains(" 0 not; 0 stray and 0 superseded");
        }
        assertThat(lasting.pid()).isEqualTo(pid);
        assertThat(lasting.isAlive()).as("the node that nobody killed").isTrue();
        assertThat(lasting.terminate()).as("exit code of the one").isZero();
        assertThat(doomed.terminate()).as("exit code of the other").isZero();
        print(faults, applications, samples, night, nights);
        if (LONG.compareTo(SHORTEST_TO_GROW_IN) >= 0) {
            assertThat(samples.growth()).as("what grew").isEmpty();
        }
    }

    private static void dayAfterDay(Faults faults, Applications applications, Night night, List<String> nights)
            throws Exception {
        Instant end = Instant.now().plus(LONG);
        boolean over = false;
        while (!over) {
            Duration left = Duration.between(Instant.now(), end);
            faults.during(left.compareTo(DAY) < 0 ? left : DAY);
            applications.pause();
            Duration took = night.pass();
            nights.add(took.toSeconds() + " s");
            System.out.printf("soak: night %d: all archived after %s of quiet%n", nights.size(), took);
            over = !Instant.now().plus(SHORTEST_DAY).isBefore(end);
            if (!over) {
                applications.resume();
            }
        }
    }

    private void print(Faults faults, Applications applications, Samples samples, Night night, List<String> nights)
            throws SQLException {
        List<String> lines = new ArrayList<>();
        lines.add("%s, -Dfirn.seed=%d: %d nights of which each row was counted once, all archived after %s of quiet"
                .formatted(LONG, SEED, nights.size(), nights));
        for (SoakTable table : tables) {
            lines.add(Figures.of(table));
        }
        lines.addAll(applications.lines());
        lines.addAll(faults.lines());
        lines.add("after crashes of PostgreSQL, a person decided %d times".formatted(night.decisions()));
        samples.lines().forEach(line -> lines.add("the node that lasted: " + line));
        lines.forEach(line -> System.out.println("soak: " + line));
    }
}
