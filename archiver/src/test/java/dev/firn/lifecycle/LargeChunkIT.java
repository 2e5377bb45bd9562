package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.copy.Digest;
import dev.firn.store.S3Settings;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.MeasuredArchiver;
import dev.firn.testing.S3Server;
import dev.firn.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * A chunk that is ten times the heap of the program, of narrow events and of wide ones up to a thirty-second of the heap,
 * goes its whole way out. Left out of the ordinary build for the minutes and gigabytes that it takes: {@code mvn verify -pl archiver
 * -Plarge-chunk} tries it with the heap that the README gives, 512 MB, and the default configuration, {@code
 * -Dfirn.heap=128} with a quarter of both.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LargeChunkIT {

    private static final int HEAP_MEGABYTES = Integer.getInteger("firn.heap", 512);
    private static final long HEAP_BYTES = (long) HEAP_MEGABYTES << 20;
    private static final Duration LONGEST = Duration.ofMinutes(30);
    private static final int STREAMS = 500;

    /** With 512 MB these are the defaults. */
    private static final String TABLES =
            """
            events.messages {
              archive-after = 1d, max-value-size = %dMiB
              parquet { row-group-size = %dMiB, file-size = %dMiB }
            }"""
                    .formatted(HEAP_MEGABYTES / 16, HEAP_MEGABYTES / 8, HEAP_MEGABYTES);

    private TestDatabase database;
    private EventStore events;
    private Digest all;
    private long bytesOnTheWire;

    @BeforeAll
    void fillOneChunk() throws Exception {
        database = TestDatabase.create();
        try (Connection owner = database.owner()) {
            events = EventStore.create(owner, "events", 1);
            Instant start = EventStore.FIRST_WEEK;
            // A narrow event takes about 600 bytes on the wire: a sixth of all.
            int narrow = Math.toIntExact(HEAP_BYTES * 10 / 6 / 600);
            events.fill(owner, 1, start, start.plus(EventStore.WEEK), narrow, STREAMS, EventStore.Payload.LIFELIKE);
            WideEvents.write(
                    owner, events, start, EventStore.WEEK, HEAP_BYTES * 10 * 7 / 8, HEAP_MEGABYTES << 15, STREAMS);
            events.compressAll(owner);
            bytesOnTheWire = drain(owner);
        }
        System.out.printf(
                "%,d bytes on the wire, %.1f times the heap%n", bytesOnTheWire, bytesOnTheWire / (double) HEAP_BYTES);
        assertThat(bytesOnTheWire).as("bytes on the wire").isGreaterThanOrEqualTo(10 * HEAP_BYTES);
    }

    @AfterAll
    void close() {
        database.close();
    }

    @Test
    void goesIntoADirectory(@TempDir Path home) throws SQLException {
        try (TestDatabase copy = database.copy()) {
            Firn firn = Firn.configure(copy, home, TABLES).init();
            archive(firn, copy, home);
            readers(firn);
        }
    }

    @Test
    void goesToS3(@TempDir Path home) throws Exception {
        Path objects = Files.createDirectories(home.resolve("objects"));
        try (TestDatabase copy = database.copy();
                S3Server server = S3Server.overDirectory(objects)) {
            S3Settings given = server.settings("large");
            S3Settings patient = new S3Settings(
                    given.bucket(),
                    given.prefix(),
                    given.endpoint(),
                    given.accessKey(),
                    given.writing(),
                    S3Settings.Patience.DEFAULT);
            Firn firn = Firn.configure(copy, home, patient, patient, TABLES).init();
            archive(firn, copy, home);
        }
    }

    /** Copies, proves, promotes and drops it, and proves it once more, in a small heap; nothing may be missing then. */
    private void archive(Firn firn, TestDatabase copy, Path home) throws SQLException {
        if (all == null) {
            all = firn.inDatabase(events.table());
        }

        MeasuredArchiver run = command(firn, home, "run");
        MeasuredArchiver scrub = command(firn, home, "scrub");

        assertThat(run.output()).contains("1 dropped, 0 failed");
        assertThat(scrub.output()).contains("1 copies proven, 0 not; 0 stray and 0 superseded");
        assertThat(firn.ledger(events.table())).isEqualTo(all);
        try (Connection owner = copy.owner()) {
            assertThat(events.rows(owner)).as("rows left in the database").isZero();
        }
    }

    private static MeasuredArchiver command(Firn firn, Path home, String command) {
        MeasuredArchiver ran = MeasuredArchiver.run(
                home, HEAP_MEGABYTES, LONGEST, "--conf", firn.conf().toString(), command, Firn.NAMESPACE);
        System.out.println(command + ": " + ran);
        assertThat(ran.exitCode()).as(ran.output()).isZero();
        assertThat(ran.maxHeapMegabytes()).as("heap of the program").isEqualTo(HEAP_MEGABYTES);
        return ran;
    }

    /** Another program reads it, the widest values too. */
    private void readers(Firn firn) throws SQLException {
        try (Connection reader = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = reader.createStatement();
                ResultSet found = statement.executeQuery("SELECT count(*), max(strlen(data)) FROM read_parquet('"
                        + firn.archive().resolve(Firn.NAMESPACE) + "/events.messages/data/*/*.parquet')")) {
            found.next();
            assertThat(found.getLong(1)).isEqualTo(all.rows());
            assertThat(found.getLong(2)).isGreaterThan((long) HEAP_MEGABYTES << 14);
        }
    }

    private long drain(Connection owner) throws SQLException {
        CopyOut copy = owner.unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY (SELECT * FROM " + events.table().quoted() + ") TO STDOUT (FORMAT binary)");
        long bytes = 0;
        for (byte[] message = copy.readFromCopy(); message != null; message = copy.readFromCopy()) {
            bytes += message.length;
        }
        return bytes;
    }
}
