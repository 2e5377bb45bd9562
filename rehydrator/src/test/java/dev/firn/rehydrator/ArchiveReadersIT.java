package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import dev.firn.archive.Archive;
import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.lifecycle.ExpirySteps;
import dev.firn.lifecycle.Steps;
import dev.firn.testing.ArchiverProcess;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What somebody sees who queries all the time while the archiver is killed and started again: each row once, never one that
 * is not proven; of a chunk of several files a part while they are put in place; a row twice between a replacement and the
 * removal of what it replaced; fewer and fewer rows of what has expired, once that is published and not before; and once a run
 * has come to its end, exactly what there is.
 */
class ArchiveReadersIT {

    private static final int RANDOM_KILLS = Integer.getInteger("firn.readers", 2);
    private static final int PER_WEEK = 70;
    private static final int FILES_BY_DAY = 7;
    private static final TableName TRUTH = new TableName("events", "truth");
    private static final String ROW = "concat_ws('|', id, stream_name, position, type, data)";

    /** What becomes of rows; another way for a copy to change or to go is one more of these. */
    private enum Change {
        NEW,
        LATE,
        EDITED,
        EXPIRED;

        /** What makes the archive follow, and where that can be killed. */
        private String command() {
            return this == EXPIRED ? "expire" : "run";
        }

        private List<String> points() {
            return this == EXPIRED ? ExpirySteps.ALL : Steps.ALL;
        }
    }

    private TestDatabase database;
    private Connection owner;
    private EventStore events;
    private Firn firn;
    private Rehydrate rehydrate;
    private ConstantReader reader;
    private Path home;
    private String by;
    private int weeks;
    private int expiredWeeks;
    private int nextLate;

    @ParameterizedTest
    @ValueSource(strings = {"chunk", "day"})
    void seeEachRowOnceButWhereItIsSaid(String partitionBy, @TempDir Path directory) throws SQLException {
        home = directory;
        boolean byDay = partitionBy.equals("day");
        try (TestDatabase created = TestDatabase.create();
                Connection connection = created.owner()) {
            database = created;
            owner = connection;
            events = EventStore.create(owner, "events", 0);
            execute("CREATE TABLE %s (LIKE %s)"
                    .formatted(TRUTH.quoted(), events.table().quoted()));
            by = partitionBy;
            firn = Firn.configure(database, home, tables("never")).init();
            rehydrate = new Rehydrate(firn);
            try (ConstantReader constant = new ConstantReader(firn, events.table())) {
                reader = constant;
                reader.start();
                change(Change.NEW, Archive.PUBLISH, 1);
                change(Change.NEW, Archive.PROMOTE, byDay ? 3 : 1);
                change(Change.LATE, Steps.PROMOTED, 1);
                change(Change.EDITED, Archive.PROMOTE, byDay ? 3 : 1);
                // First what lies in incoming/ goes, then what was replaced.
                change(Change.EDITED, Archive.REMOVE, byDay ? FILES_BY_DAY + 3 : 2);
                // The first of them with what was edited and what came late, the others as they came.
                change(Change.EXPIRED, Archive.REMOVE, byDay ? 4 : 2);
                change(Change.EXPIRED, Archive.EXPIRE, 1);
                changeAtRandom();
                System.out.println("by " + partitionBy + ": " + reader);
                assertThat(reader.told(Verdicts::doubled))
                        .as("answers with a replacement and what it replaces")
                        .isPositive();
                assertThat(reader.told(Verdicts::incomplete) > 0)
                        .as("answers with some of several files")
                        .isEqualTo(byDay);
                assertThat(reader.told(Verdicts::fading))
                        .as("answers with rows of what has expired")
                        .isPositive();
            }
        }
    }

    private String tables(String expireAfter) {
        return "events.messages { archive-after = 1d, on-edit = replace, partition-by = %s, expire-after = %s }"
                .formatted(by, expireAfter);
    }

    private void changeAtRandom() throws SQLException {
        long seed = Long.getLong("firn.seed", System.nanoTime());
        System.out.printf("%d kills at random points, seed %d (-Dfirn.seed=%d)%n", RANDOM_KILLS, seed, seed);
        Random random = new Random(seed);
        for (int i = 0; i < RANDOM_KILLS; i++) {
            Change change = Change.values()[random.nextInt(Change.values().length)];
            change(
                    change,
                    change.points().get(random.nextInt(change.points().size())),
                    1 + random.nextInt(FILES_BY_DAY));
        }
    }

    /** Something happens to rows; a run is killed at that point, if it comes to it so often, and later ones finish. */
    private void change(Change change, String point, int nth) throws SQLException {
        switch (change) {
            case NEW -> addWeek();
            case LATE -> addLateRows();
            case EDITED -> edit();
            case EXPIRED -> letExpire();
        }
        try (ArchiverProcess process = ArchiverProcess.start(
                home, "KILL", point, nth, "--conf", firn.conf().toString(), change.command(), Firn.NAMESPACE)) {
            assertThat(process.exitCode()).as(process.output()).isIn(0, 137);
        }
        reader.look();
        runUntilDone();
        if (change == Change.EXPIRED) {
            expireUntilDone();
        }
        reader.look();
        assertThat(reader.told(Verdicts::wrong))
                .as("after %s and a kill at %s", change, point)
                .isEmpty();
        requireAllRowsOnce();
    }

    private void addWeek() throws SQLException {
        Instant start = weekStart(weeks++);
        addPartition(start);
        events.fill(owner, weeks, start, start.plus(EventStore.WEEK), PER_WEEK, 7);
        events.compressAll(owner);
        remember();
    }

    /** Some rows of each day of the first week that is archived, and gone from the database. */
    private void addLateRows() throws SQLException {
        Instant first = weekStart(expiredWeeks);
        addPartition(first);
        for (int day = 0; day < FILES_BY_DAY; day++) {
            events.write(owner, first.plusSeconds(86_400L * day + 60), "late-" + day, nextLate++);
        }
        events.compressAll(owner);
        remember();
    }

    /** The first week that is archived comes back, is changed, and its hold ends. */
    private void edit() throws SQLException {
        String start = weekStart(expiredWeeks).toString().substring(0, 10);
        rehydrate.succeed(Firn.NAMESPACE, events.table().toString(), "--from", start, "--to", start + "T06:00");
        execute(
                """
                WITH edited AS (UPDATE %s SET type = '+' || type WHERE position %% 2 = 0 RETURNING id, type)
                UPDATE %s t SET type = edited.type FROM edited WHERE edited.id = t.id"""
                        .formatted(events.table().quoted(), TRUTH.quoted()));
        rehydrate.succeed("release", Firn.NAMESPACE, events.table().toString());
    }

    /** The first week that is archived comes of age, and another one is there that does not. */
    private void letExpire() throws SQLException {
        if (weeks - expiredWeeks < 2) {
            addWeek();
            runUntilDone();
        }
        Instant end = weekStart(++expiredWeeks);
        execute("DELETE FROM %s WHERE time < '%s'".formatted(TRUTH.quoted(), end));
        firn.tables(tables("%dd".formatted(Duration.between(end, Instant.now()).toDays() - 3)));
    }

    private void addPartition(Instant start) throws SQLException {
        if (!events.hypertable()) {
            events.addPartition(owner, start);
        }
    }

    /** What is in the table now is new. */
    private void remember() throws SQLException {
        execute("INSERT INTO %s SELECT * FROM %s"
                .formatted(TRUTH.quoted(), events.table().quoted()));
    }

    private void runUntilDone() {
        for (int runs = 0; runs < 5; runs++) {
            database.execute("UPDATE firn.claim SET expires_at = clock_timestamp()");
            Firn.Ran ran = firn.run("run", Firn.NAMESPACE, "--retry-failed");
            if (ran.exitCode() == 0 && ran.out().contains("0 archived, 0 dropped, 0 failed, 0 left")) {
                return;
            }
        }
        throw new AssertionError(
                "still work to do: " + firn.run("plan", Firn.NAMESPACE).all());
    }

    private void expireUntilDone() {
        for (int runs = 0; runs < 3; runs++) {
            database.execute("UPDATE firn.claim SET expires_at = clock_timestamp()");
            if (firn.succeed("expire", Firn.NAMESPACE).out().contains("0 ranges due, 0 expired, 0 kept, 0 left")) {
                return;
            }
        }
        throw new AssertionError("still something to expire: "
                + firn.run("expire", Firn.NAMESPACE).all());
    }

    private void requireAllRowsOnce() throws SQLException {
        assertThat(events.rows(owner)).as("rows left in the database").isZero();
        assertThat(firn.live(events.table()).stream().map(Manifest::digest).reduce(Digest.EMPTY, Digest::plus))
                .as("digest of what counts")
                .isEqualTo(firn.inDatabase(events.table(), TRUTH));
        List<String> truth = new ArrayList<>();
        try (Statement statement = owner.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT %s COLLATE \"C\" FROM %s ORDER BY 1".formatted(ROW, TRUTH.quoted()))) {
            while (rows.next()) {
                truth.add(rows.getString(1));
            }
        }
        assertThat(reader.rows("SELECT " + ROW)).as("what a query shows").isEqualTo(truth);
    }

    private static Instant weekStart(int week) {
        return EventStore.FIRST_WEEK.plus(EventStore.WEEK.multipliedBy(week));
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }
}
