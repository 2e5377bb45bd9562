package dev.firn.bench;

import dev.firn.archive.Manifest;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * How fast the way out is, against the fastest that SQL can read: the chunks drained to nowhere over one connection, copied
 * with either proof into a directory, and piped through {@code psql COPY CSV | gzip}, over the same seeded events, warm.
 */
public final class ArchiveBenchmark {

    private static final int WEEKS = 5;
    private static final int EVENTS_PER_WEEK = Integer.getInteger("firn.events", 2_000_000) / WEEKS;
    private static final int STREAMS = 5_000;
    private static final int ROUNDS = Integer.getInteger("firn.rounds", 3);

    private record Measured(String what, double seconds, long bytes) {}

    private ArchiveBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        Path home = Files.createTempDirectory("firn-benchmark");
        try (TestDatabase database = TestDatabase.create();
                Connection owner = database.owner()) {
            EventStore events = EventStore.create(owner, "events", WEEKS);
            events.fill(
                    owner,
                    1,
                    EventStore.FIRST_WEEK,
                    EventStore.FIRST_WEEK.plus(EventStore.WEEK.multipliedBy(WEEKS)),
                    WEEKS * EVENTS_PER_WEEK,
                    STREAMS,
                    EventStore.Payload.LIFELIKE);
            events.compressAll(owner);
            List<String> chunks = chunks(owner, events);
            System.out.printf("%,d events in %d chunks%n", WEEKS * EVENTS_PER_WEEK, chunks.size());
            for (int round = 0; round <= ROUNDS; round++) {
                System.out.println(round == 0 ? "warm-up" : "round " + round);
                Measured drain = drain(owner, chunks);
                report(drain, drain);
                report(archive(database, home.resolve("footer" + round), events, "footer"), drain);
                report(archive(database, home.resolve("roundtrip" + round), events, "roundtrip"), drain);
                if (round == ROUNDS) {
                    report(gzip(database, chunks), drain);
                }
            }
        } finally {
            delete(home);
        }
    }

    private static void report(Measured measured, Measured drain) {
        System.out.printf(
                "  %-34s %6.2f s  %,10.0f rows/s  %5.2f of the drain  %,13d bytes%n",
                measured.what(),
                measured.seconds(),
                WEEKS * EVENTS_PER_WEEK / measured.seconds(),
                drain.seconds() / measured.seconds(),
                measured.bytes());
    }

    private static Measured drain(Connection connection, List<String> chunks) throws SQLException {
        long begun = System.nanoTime();
        long bytes = 0;
        for (String chunk : chunks) {
            CopyOut copy = connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("COPY (SELECT * FROM " + chunk + ") TO STDOUT (FORMAT binary)");
            for (byte[] message = copy.readFromCopy(); message != null; message = copy.readFromCopy()) {
                bytes += message.length;
            }
        }
        return new Measured("COPY (SELECT …) BINARY to nowhere", since(begun), bytes);
    }

    /** Each round into a location of its own, and a catalogue that knows nothing. */
    private static Measured archive(TestDatabase database, Path home, EventStore events, String proof)
            throws IOException {
        Files.createDirectories(home);
        database.execute("DROP SCHEMA IF EXISTS firn CASCADE");
        Firn firn = Firn.configure(
                        database,
                        home,
                        "%s { archive-after = 1d, drop-after = never, proof = %s }".formatted(events.table(), proof))
                .init();
        long begun = System.nanoTime();
        firn.succeed("run", Firn.NAMESPACE);
        double seconds = since(begun);
        long bytes =
                firn.live(events.table()).stream().mapToLong(Manifest::bytes).sum();
        delete(home);
        return new Measured("archiver run, proof = " + proof, seconds, bytes);
    }

    private static Measured gzip(TestDatabase database, List<String> chunks) throws IOException, InterruptedException {
        StringBuilder script = new StringBuilder("set -e; ");
        for (String chunk : chunks) {
            script.append(
                    "psql -X -q -h %s -p %d -U %s -d %s -c 'COPY (SELECT * FROM %s) TO STDOUT (FORMAT csv)' | gzip; "
                            .formatted(database.host(), database.port(), TestDatabase.OWNER, database.name(), chunk));
        }
        long begun = System.nanoTime();
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", "(" + script + ") | wc -c").redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", TestDatabase.PASSWORD);
        Process process = builder.start();
        String bytes;
        try (InputStream out = process.getInputStream()) {
            bytes = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
        process.waitFor();
        return new Measured("psql COPY CSV | gzip", since(begun), Long.parseLong(bytes));
    }

    private static List<String> chunks(Connection connection, EventStore events) throws SQLException {
        String sql = events.hypertable()
                ? "SELECT show_chunks('%s')::text".formatted(events.table())
                : "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = '%s'::regclass"
                        .formatted(events.table());
        List<String> chunks = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                chunks.add(rows.getString(1));
            }
        }
        return chunks;
    }

    private static double since(long begun) {
        return (System.nanoTime() - begun) / 1e9;
    }

    static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> found = Files.walk(directory)) {
                for (Path each : found.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }
}
