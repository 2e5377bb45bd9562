package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.firn.FaultPoints;
import dev.firn.Pauses;
import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.testing.Firn;
import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import dev.firn.testing.TestStandby;
import dev.firn.testing.VirtualPauses;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chunks are read on a real standby, and dropped on its primary; whatever the standby does, nothing is lost or half done. */
@RequiresTimescale
class StandbyReadsIT {

    private static final String KEEP = "events.messages { archive-after = 1d, drop-after = never }";
    private static final int BYTES_THAT_FILL_EVERY_BUFFER = 12 << 20;

    private static final int MOST_LOOKS = 100_000;

    /** Longer than a replay takes to cancel what it meets, and shorter than a guest waits before it looks. */
    private static final int A_FEW_LOOKS = 300;

    /** Patience for as long as it takes, and none. */
    private static final String FOR_EVER = "-1";

    private static final String NONE = "0";

    private static TestStandby standby;

    @TempDir
    private Path home;

    private WeeklyChunks chunks;
    private Firn firn;

    @BeforeAll
    static void startStandby() {
        assumeTrue(TestDatabase.canRestart(), "this server can be given no standby by a test");
        standby = TestDatabase.startStandby();
    }

    @AfterAll
    static void stopStandby() {
        if (standby != null) {
            standby.close();
        }
    }

    @BeforeEach
    void open() throws SQLException {
        chunks = new WeeklyChunks(home);
        firn = chunks.firn();
        standby.await(
                "EXISTS (SELECT FROM pg_database WHERE datname = '"
                        + chunks.database().name() + "')",
                MOST_LOOKS);
        readFrom(standby.url(chunks.database().name()));
        standby.set("max_standby_streaming_delay", FOR_EVER);
    }

    @AfterEach
    void close() throws SQLException {
        chunks.close();
    }

    private void readFrom(String url) {
        firn.alsoOfDatabase("read-url = \"%s\"".formatted(url));
    }

    @Test
    void copiesWhatThePrimaryHoldsAndDropsItThere() throws SQLException {
        chunks.addWeek();
        chunks.addWeek();
        chunks.database()
                .execute(
                        "UPDATE events.messages SET type = 'Changed' WHERE position = 3 AND stream_name = 'account-1'",
                        "DELETE FROM events.messages WHERE position = 4",
                        "VACUUM (FREEZE) events.messages");
        chunks.events().write(chunks.owner(), chunks.nextWeek().minusSeconds(60), "late-1", 0);
        Digest all = firn.ledger(chunks.events().table());

        Firn.Ran ran = firn.succeed("run", Firn.NAMESPACE);

        assertThat(ran.out()).contains("2 dropped, 0 failed");
        chunks.requireAllArchivedOnce(all);
        assertThat(firn.live(chunks.events().table()))
                .extracting(Manifest::source)
                .allSatisfy(source -> assertThat(source.server()).endsWith(", read on a standby"));
    }

    @Test
    void aRowThatCameAfterItWasReadKeepsTheChunkUntilItIsCopiedAgain() throws SQLException {
        chunks.addWeek();
        AtomicInteger reached = new AtomicInteger();

        Firn.Ran ran = firn.run(once(Steps.COPIED, reached, this::writeLate), "run", Firn.NAMESPACE);

        assertThat(ran.exitCode()).as(ran.all()).isZero();
        assertThat(reached).as("copies").hasValue(2);
        assertThat(firn.live(chunks.events().table())).singleElement().satisfies(copy -> assertThat(copy.rows())
                .isEqualTo(301));
        assertThat(chunks.events().rows(chunks.owner())).isZero();
    }

    @Test
    void aRowThatCameBetweenTheLooksAtPrimaryAndStandbyEndsTheCopyAtOnce() throws SQLException {
        chunks.addWeek();

        Firn.Ran ran = firn.run(once(Steps.SHOWN, new AtomicInteger(), this::writeLate), "run", Firn.NAMESPACE);

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(4);
        assertThat(ran.all()).contains("it shows other rows than the primary did just before");
        Digest all = firn.ledger(chunks.events().table());
        assertThat(all.rows()).isEqualTo(301);
        chunks.runUntilDone();
        chunks.requireAllArchivedOnce(all);
    }

    @Test
    void waitsForAStandbyThatIsBehindAndGivesUpInTheEnd() throws SQLException {
        standby.text("postgres", "SELECT pg_wal_replay_pause()");
        try {
            // The standby knows nothing of all this, not even the table.
            Digest all = chunks.addWeek();
            chunks.addWeek();
            VirtualPauses time = new VirtualPauses();

            Firn.Ran ran = firn.run(waitingBy(time), "run", Firn.NAMESPACE);

            assertThat(ran.exitCode()).as(ran.all()).isEqualTo(4);
            assertThat(ran.all())
                    .contains("within database.read-wait = 300 s it did not replay what the primary had written")
                    .contains("replay is paused at")
                    .contains("nothing was archived and nothing dropped");
            assertThat(time.passed()).isBetween(Duration.ofSeconds(300), Duration.ofSeconds(310));
            assertThat(firn.files()).containsExactly("firn.json");
            assertThat(failures()).as("failures of chunks").isZero();
            assertThat(all.rows()).isEqualTo(300);
        } finally {
            standby.text("postgres", "SELECT pg_wal_replay_resume()");
        }
        assertThat(firn.succeed("run", Firn.NAMESPACE).out()).contains("2 dropped, 0 failed");
    }

    @Test
    void goesOnAsSoonAsTheStandbyHasCaughtUp() throws SQLException {
        Digest all = chunks.addWeek();
        caughtUp();
        standby.text("postgres", "SELECT pg_wal_replay_pause()");
        AtomicInteger pauses = new AtomicInteger();
        Pauses resumed = new Pauses() {
            @Override
            public long nanoTime() {
                return Pauses.REAL.nanoTime();
            }

            @Override
            public void pause(Duration duration) throws InterruptedException {
                if (pauses.incrementAndGet() == 2) {
                    standby.text("postgres", "SELECT pg_wal_replay_resume()");
                }
                Pauses.REAL.pause(duration);
            }
        };

        Firn.Ran ran = firn.run(waitingBy(resumed), "run", Firn.NAMESPACE);

        assertThat(ran.exitCode()).as(ran.all()).isZero();
        assertThat(pauses).hasValueGreaterThanOrEqualTo(2);
        chunks.requireAllArchivedOnce(all);
    }

    /** Both take what the standby's snapshot needs: a table for themselves alone, and rows that nobody sees any more. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN; LOCK TABLE %s IN ACCESS EXCLUSIVE MODE; COMMIT",
                "DELETE FROM events.messages WHERE stream_name = 'late-1'; VACUUM %s"
            })
    void whatReplayCancelsIsReadAgain(String conflicting) throws SQLException {
        chunks.addWeek(BYTES_THAT_FILL_EVERY_BUFFER);
        Digest all = firn.ledger(chunks.events().table());
        if (conflicting.contains("VACUUM")) {
            writeLate();
        }
        standby.set("max_standby_streaming_delay", NONE);
        AtomicInteger reached = new AtomicInteger();

        Firn.Ran ran = firn.run(once(Steps.COPY, reached, () -> conflict(conflicting)), "run", Firn.NAMESPACE);

        assertThat(ran.exitCode()).as(ran.all()).isZero();
        assertThat(ran.out()).contains("1 dropped, 0 failed");
        // Once, where it was through before replay came to it.
        assertThat(reached.get()).as("reads").isBetween(1, 3);
        assertThat(firn.live(chunks.events().table())).singleElement().satisfies(copy -> assertThat(copy.rows())
                .isEqualTo(8));
        assertThat(firn.ledger(chunks.events().table())).isEqualTo(all);
        assertThat(firn.files()).noneMatch(file -> file.contains("/incoming/"));
    }

    @Test
    void whatReplayAlwaysCancelsIsLeftForTheNextRun() throws SQLException {
        chunks.addWeek(BYTES_THAT_FILL_EVERY_BUFFER);
        writeLate();
        standby.set("max_standby_streaming_delay", NONE);
        AtomicInteger reached = new AtomicInteger();
        FaultPoints always = point -> {
            if (point.equals(Steps.COPY)) {
                reached.incrementAndGet();
                conflict("UPDATE events.messages SET type = type || '+' WHERE stream_name = 'late-1'; VACUUM %s");
            }
        };

        Firn.Ran ran = firn.run(always, "run", Firn.NAMESPACE);

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(4);
        // On a busy machine a read may be cancelled before its COPY, or not at all, and then it is copied again.
        assertThat(reached.get()).as("reads that came to their COPY").isBetween(1, 9);
        if (!ran.all().contains("copying it: it changed each of the 3 times it was copied; nothing was dropped")) {
            assertThat(ran.all())
                    .contains("reading it from the standby: cancelled, because replay there could wait no longer")
                    .contains("conflict with recovery")
                    .contains("nothing was archived and nothing dropped");
        }
        Digest all = firn.inDatabase(chunks.events().table());
        assertThat(all.rows()).isEqualTo(9);
        chunks.runUntilDone();
        chunks.requireAllArchivedOnce(all);
    }

    @Test
    void aSessionThatTheStandbyEndsOnceAllIsReadIsNotMissed() throws SQLException {
        Digest all = chunks.addWeek();
        AtomicInteger ended = new AtomicInteger();
        Runnable end = () -> ended.set(Integer.parseInt(standby.text(
                "postgres",
                "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE state = 'idle in transaction'"
                        + " AND datname = '" + chunks.database().name() + "'")));

        Firn.Ran ran = firn.run(once(Steps.READ, new AtomicInteger(), end), "run", Firn.NAMESPACE);

        assertThat(ran.exitCode()).as(ran.all()).isZero();
        assertThat(ended).hasValue(1);
        assertThat(ran.out()).contains("1 dropped, 0 failed");
        chunks.requireAllArchivedOnce(all);
    }

    @Test
    void givesUpWhenReplayWaitsForItThoughItWouldWaitForEver() throws SQLException {
        Digest all = chunks.addWeek(BYTES_THAT_FILL_EVERY_BUFFER);
        String lock = "BEGIN; LOCK TABLE %s IN ACCESS EXCLUSIVE MODE; COMMIT";

        Firn.Ran ran = firn.run(once(Steps.COPY, new AtomicInteger(), () -> conflict(lock)), "run", Firn.NAMESPACE);

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(4);
        assertThat(ran.all())
                .contains("reading it: given up, because replay of what the primary did to it waits for it");
        chunks.runUntilDone();
        chunks.requireAllArchivedOnce(all);
    }

    @Test
    void refusesWhatIsReadWhileTheStandbyIsPromotedAndThenTheNewPrimary() throws SQLException {
        Digest all = chunks.addWeek();
        try (TestStandby promoted = TestDatabase.startStandby()) {
            firn.tables(WeeklyChunks.TABLES);
            readFrom(promoted.url(chunks.database().name()));

            Firn.Ran ran = firn.run(once(Steps.COPY, new AtomicInteger(), promoted::promote), "run", Firn.NAMESPACE);

            assertThat(ran.exitCode()).as(ran.all()).isEqualTo(4);
            assertThat(ran.all()).contains("it was promoted meanwhile; nothing was archived and nothing dropped");
            assertThat(firn.files()).containsExactly("firn.json");
            Firn.Ran after = firn.run("run", Firn.NAMESPACE);
            assertThat(after.exitCode()).as(after.all()).isEqualTo(3);
            assertThat(after.all()).contains("is no standby: it is the primary itself, or was promoted");
            assertThat(firn.run("doctor", Firn.NAMESPACE).out()).contains("is no standby: it is the primary itself");
        }
        firn.tables(WeeklyChunks.TABLES);
        chunks.runUntilDone();
        chunks.requireAllArchivedOnce(all);
    }

    @Test
    void refusesToReadFromThePrimaryFromAnotherDatabaseAndFromAnotherCluster() throws SQLException {
        Digest all = chunks.addWeek();
        firn.tables(WeeklyChunks.TABLES);
        readFrom(chunks.database().jdbcUrl() + "?ApplicationName=twice");
        requireRefused("is no standby: it is the primary itself, or was promoted");
        firn.tables(WeeklyChunks.TABLES);
        readFrom(standby.url("postgres"));
        requireRefused("leads to database postgres, and database.url to "
                + chunks.database().name());
        try (TestStandby stranger = TestDatabase.startStranger()) {
            stranger.text("postgres", "CREATE ROLE firn_archiver LOGIN");
            firn.tables(WeeklyChunks.TABLES);
            readFrom(stranger.url("postgres"));
            requireRefused("is a server of another cluster (system identifier ");
        }
        assertThat(firn.ledger(chunks.events().table())).isEqualTo(all);
        assertThat(firn.files()).containsExactly("firn.json");
    }

    private void requireRefused(String why) {
        Firn.Ran ran = firn.run("run", Firn.NAMESPACE);
        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
        assertThat(ran.all()).contains(why).contains("; nothing was read from it");
        assertThat(firn.run("doctor", Firn.NAMESPACE).out()).contains(why);
        assertThat(failures()).as("failures of chunks").isZero();
    }

    @Test
    void whileTheStandbyIsDownAllElseGoesOn() throws SQLException {
        Digest all = chunks.addWeek();
        firn.alsoOfDatabase("connect-timeout = 1s");
        caughtUp();
        standby.stop();
        try {
            Firn.Ran ran = firn.run("run", Firn.NAMESPACE);

            assertThat(ran.exitCode()).as(ran.all()).isEqualTo(4);
            assertThat(ran.all())
                    .contains("connecting to the standby jdbc:postgresql:")
                    .contains("nothing was read");
            assertThat(failures()).as("failures of chunks").isZero();
            firn.succeed("status", Firn.NAMESPACE);
            firn.succeed("plan", Firn.NAMESPACE);
            assertThat(firn.run("doctor", Firn.NAMESPACE).out()).contains("connecting to the standby jdbc:postgresql:");
        } finally {
            standby.start();
        }
        firn.succeed("run", Firn.NAMESPACE);
        chunks.requireAllArchivedOnce(all);
    }

    @Test
    void afterARestartOfThePrimaryTheChunkIsComparedOnTheStandby() throws SQLException {
        firn.tables(KEEP);
        readFrom(standby.url(chunks.database().name()));
        Digest all = chunks.addWeek();
        firn.succeed("run", Firn.NAMESPACE);
        chunks.database().restart();
        chunks.reconnect();
        firn.tables(WeeklyChunks.TABLES);
        readFrom(standby.url(chunks.database().name()));
        AtomicInteger shown = new AtomicInteger();

        Firn.Ran ran = firn.run(once(Steps.SHOWN, shown, () -> {}), "run", Firn.NAMESPACE);

        assertThat(ran.exitCode()).as(ran.all()).isZero();
        assertThat(ran.out()).contains("1 dropped, 0 failed");
        assertThat(shown).as("reads on the standby").hasValue(1);
        chunks.requireAllArchivedOnce(all);
    }

    @Test
    void theDoctorLooksAtTheStandbyToo() {
        String well = firn.run("doctor", Firn.NAMESPACE).out();
        standby.set("max_standby_streaming_delay", "30s");
        standby.text("postgres", "SELECT pg_wal_replay_pause()");
        String paused;
        try {
            paused = firn.run("doctor", Firn.NAMESPACE).out();
        } finally {
            standby.text("postgres", "SELECT pg_wal_replay_resume()");
        }

        assertThat(well)
                .contains("chunks are read from the standby jdbc:postgresql:")
                .contains("KiB behind")
                .contains("is not cancelled for vacuum");
        assertThat(paused)
                .contains("replay is paused on the standby jdbc:postgresql:")
                .contains("cancels what is read from it once its replay has waited for 30000 ms");
    }

    /**
     * On the primary, and answers when the standby has met it. Not when it has cancelled what is read: whoever waits for a
     * client that takes no more bytes is cancelled once that goes on.
     */
    private void conflict(String statements) {
        boolean patient =
                standby.text("postgres", "SHOW max_standby_streaming_delay").equals(FOR_EVER);
        String name = chunks.database().name();
        String chunk = standby.text(name, "SELECT c::text FROM show_chunks('events.messages') c LIMIT 1");
        chunks.database().execute(statements.formatted(chunk).split("; ", -1));
        String written = query("SELECT pg_current_wal_lsn()::text");
        standby.await(
                "pg_last_wal_receive_lsn() >= '%s' OR pg_last_wal_replay_lsn() >= '%1$s'".formatted(written),
                MOST_LOOKS);
        if (patient) {
            standby.await(
                    "EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_cancel_backend%')", MOST_LOOKS);
        } else {
            standby.await(
                    "NOT EXISTS (SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'COPY (%'"
                            + " AND datname = '" + name + "')",
                    A_FEW_LOOKS);
        }
    }

    private void caughtUp() {
        String end = chunks.database().name();
        String written = "SELECT count(*) FROM events.messages";
        while (true) {
            try {
                if (!standby.text(end, written).isEmpty()) {
                    return;
                }
            } catch (IllegalStateException e) {
                Thread.onSpinWait();
            }
        }
    }

    private void writeLate() {
        try {
            chunks.events().write(chunks.owner(), chunks.nextWeek().minusSeconds(60), "late-1", 0);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private int failures() {
        return Integer.parseInt(query("SELECT coalesce(sum(failures), 0) FROM firn.chunk"));
    }

    private String query(String sql) {
        try (Connection connection = chunks.database().admin();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Surroundings waitingBy(Pauses pauses) {
        return new Surroundings(Clock.systemUTC(), new SecureRandom(), FaultPoints.NONE, pauses);
    }

    private static FaultPoints once(String at, AtomicInteger reached, Runnable what) {
        return point -> {
            if (point.equals(at) && reached.incrementAndGet() == 1) {
                what.run();
            }
        };
    }
}
