package dev.firn.bench;

import dev.firn.FaultPoints;
import dev.firn.config.Configuration;
import dev.firn.config.Keep;
import dev.firn.lifecycle.OpenNamespace;
import dev.firn.lifecycle.PositionSpan;
import dev.firn.lifecycle.Progress;
import dev.firn.lifecycle.RestoreOptions;
import dev.firn.lifecycle.RestoreSummary;
import dev.firn.lifecycle.Surroundings;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * How fast the way back is, against {@code COPY … FROM} into the same table with its indexes: both warm, both over one
 * connection, both before compression, with the proof that only the way back has.
 */
public final class RestoreBenchmark {

    private static final int WEEKS = 4;
    private static final int EVENTS_PER_WEEK = Integer.getInteger("firn.events", 2_000_000) / WEEKS;
    private static final int ROUNDS = Integer.getInteger("firn.rounds", 3);

    private final TestDatabase database;
    private final EventStore events;
    private final Firn firn;
    private final Path rows;

    private RestoreBenchmark(TestDatabase database, EventStore events, Firn firn, Path rows) {
        this.database = database;
        this.events = events;
        this.firn = firn;
        this.rows = rows;
    }

    public static void main(String[] arguments) throws Exception {
        Path home = Files.createTempDirectory("firn-benchmark");
        try (TestDatabase database = TestDatabase.create()) {
            EventStore events = fill(database);
            Path rows = home.resolve("rows");
            copyOut(database, events, rows);
            Firn firn = Firn.configure(
                            database, home, "%s { archive-after = 1d, proof = footer }".formatted(events.table()))
                    .init();
            firn.succeed("run", Firn.NAMESPACE);
            // As on any server: of what is loaded, by either way, it gathers the statistics by and by.
            database.execute("ALTER SYSTEM SET autovacuum = on", "SELECT pg_reload_conf()");
            try {
                new RestoreBenchmark(database, events, firn, rows).run();
            } finally {
                database.execute("ALTER SYSTEM RESET autovacuum", "SELECT pg_reload_conf()");
            }
        } finally {
            ArchiveBenchmark.delete(home);
        }
    }

    private static EventStore fill(TestDatabase database) throws SQLException {
        try (Connection owner = database.owner()) {
            EventStore events = EventStore.create(owner, "events", WEEKS);
            events.fill(
                    owner,
                    1,
                    EventStore.FIRST_WEEK,
                    EventStore.FIRST_WEEK.plus(EventStore.WEEK.multipliedBy(WEEKS)),
                    WEEKS * EVENTS_PER_WEEK,
                    5_000,
                    EventStore.Payload.LIFELIKE);
            events.compressAll(owner);
            return events;
        }
    }

    private void run() throws Exception {
        System.out.printf("%,d events in %d weeks, before compression%n", WEEKS * EVENTS_PER_WEEK, WEEKS);
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round <= ROUNDS; round++) {
            System.out.println(round == 0 ? "warm-up" : "round " + round);
            double copy = copyIn();
            empty();
            double restore = restore(false);
            empty();
            double compressing = restore(true);
            empty();
            report("COPY into the table with its indexes", copy, copy);
            report("rehydrate --no-compress, with proof", restore, copy);
            report("rehydrate, with proof and compression", compressing, copy);
            if (round > 0) {
                ratios.add(copy / restore);
            }
        }
        Collections.sort(ratios);
        System.out.printf("the way back is %.2f times as fast (median)%n", ratios.get(ratios.size() / 2));
    }

    private static void report(String what, double seconds, double copy) {
        System.out.printf(
                "  %-40s %6.2f s  %,10.0f rows/s  %5.2f times COPY%n",
                what, seconds, WEEKS * EVENTS_PER_WEEK / seconds, copy / seconds);
    }

    private static void copyOut(TestDatabase database, EventStore events, Path rows) throws SQLException, IOException {
        try (Connection owner = database.owner();
                OutputStream out = Files.newOutputStream(rows)) {
            copyManager(owner)
                    .copyOut("COPY (SELECT * FROM %s) TO STDOUT (FORMAT binary)".formatted(events.table()), out);
        }
    }

    private double copyIn() throws SQLException, IOException {
        if (!events.hypertable()) {
            try (Connection owner = database.owner()) {
                for (int week = 0; week < WEEKS; week++) {
                    events.addPartition(owner, EventStore.FIRST_WEEK.plus(EventStore.WEEK.multipliedBy(week)));
                }
            }
        }
        long begun = System.nanoTime();
        try (Connection owner = database.owner();
                InputStream in = Files.newInputStream(rows)) {
            copyManager(owner).copyIn("COPY %s FROM STDIN (FORMAT binary)".formatted(events.table()), in, 1 << 16);
        }
        return since(begun);
    }

    private double restore(boolean compress) {
        Surroundings surroundings = new Surroundings(Clock.systemUTC(), new SecureRandom(), FaultPoints.NONE);
        RestoreOptions options = new RestoreOptions(
                List.of(events.table()),
                PositionSpan.ALL,
                Optional.<Keep>empty(),
                compress,
                RestoreOptions.Conflict.REFUSE);
        long begun = System.nanoTime();
        try (OpenNamespace open = OpenNamespace.open(
                Configuration.namespace(firn.conf(), Firn.NAMESPACE), Firn.NAMESPACE, surroundings)) {
            RestoreSummary summary = open.restore(options, Progress.NONE);
            if (summary.count(RestoreSummary.Outcome.RESTORED) != WEEKS) {
                throw new IllegalStateException("not all came back: " + summary);
            }
        }
        return since(begun);
    }

    /** As after the archiving, and with nothing left for the server to write behind the next measurement's back. */
    private void empty() {
        database.execute(
                events.hypertable()
                        ? "SELECT _timescaledb_functions.drop_chunk(c) FROM show_chunks('%s') c"
                                .formatted(events.table())
                        : """
                        DO $$ DECLARE one regclass; BEGIN
                          FOR one IN SELECT inhrelid FROM pg_inherits WHERE inhparent = '%s'::regclass LOOP
                            EXECUTE 'DROP TABLE ' || one;
                          END LOOP;
                        END $$"""
                                .formatted(events.table()),
                "DELETE FROM firn.hold",
                "UPDATE firn.chunk SET state = 'dropped'",
                "CHECKPOINT");
    }

    private static CopyManager copyManager(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI();
    }

    private static double since(long begun) {
        return (System.nanoTime() - begun) / 1e9;
    }
}
