package dev.firn.archiver.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import dev.firn.testing.ArchiverProcess;
import dev.firn.testing.EventStore;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service as a process that is told to stop in the midst of a chunk which takes far longer than it may go on. */
class StopIT {

    private static final TableName MESSAGES = new TableName("events", "messages");
    private static final int ENDED_BY_SIGNAL = 143;

    /** A minute for the chunk. */
    private static final String SLOW = "limits.bytes-per-second = 64KiB";

    /** What interrupted work is given to end, and a slow machine to start and to end a JVM. */
    private static final Duration LONGEST_END = Duration.ofSeconds(25);

    private static final int EVENTS = 16_000;

    private Site site;
    private TestDatabase database;

    @BeforeEach
    void open(@TempDir Path home) throws Exception {
        site = new Site(home);
        database = site.database();
        try (Connection owner = database.owner()) {
            EventStore events = EventStore.create(owner, "events", 1);
            events.fillWeeks(owner, 1, 1, EVENTS);
            events.compressAll(owner);
        }
        configure("100ms", SLOW);
        site.namespace("one", database, "events.messages { archive-after = 1d }");
        site.init("one", database);
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void interruptsAChunkThatTakesTooLongAndTheNextStartFinishesIt() throws SQLException {
        try (ArchiverProcess service = startInMidChunk()) {
            long begun = System.nanoTime();

            service.terminate();

            assertThat(service.exitCode()).as(service.output()).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LONGEST_END);
        }
        assertThat(site.live("one", MESSAGES))
                .as("copies of the chunk, which was interrupted")
                .isEmpty();
        assertThat(ask("SELECT count(*) FROM firn.claim")).as("claims left").isEqualTo("0");
        assertThat(ask("SELECT coalesce(sum(failures), 0) FROM firn.chunk"))
                .as("failures recorded")
                .isEqualTo("0");
        requireTheNextStartFinishes();
    }

    @Test
    void endsAtOnceWhenItIsToldASecondTimeAndTheNextStartFinishesAllTheSame() throws SQLException {
        configure("10 minutes", SLOW);
        try (ArchiverProcess service = startInMidChunk()) {
            // One signal that comes before another was heard is the same as that one.
            site.await(() -> {
                service.terminate();
                return !service.isAlive();
            });

            assertThat(service.exitCode()).as(service.output()).isEqualTo(ENDED_BY_SIGNAL);
        }
        requireTheNextStartFinishes();
    }

    private void configure(String stopTimeout, String more) {
        site.write(
                "firn.conf",
                """
                claim { lease = 2s, renew-every = 500ms }
                service { schedule = 1s, stop-timeout = %s }
                http { port = 0 }
                %s
                """
                        .formatted(stopTimeout, more));
    }

    private ArchiverProcess startInMidChunk() {
        ArchiverProcess service = start();
        site.await(() -> ask("SELECT count(*) FROM firn.attempt").equals("1"));
        return service;
    }

    private void requireTheNextStartFinishes() {
        assertThat(ask("SELECT count(*) FROM events.messages"))
                .as("rows after the stop")
                .isEqualTo(EVENTS + "");
        configure("30s", "");
        try (ArchiverProcess again = start()) {
            site.await(() -> ask("SELECT count(*) FROM firn.audit WHERE action = 'dropped' AND table_name = 'messages'")
                    .equals("1"));
            again.terminate();
            assertThat(again.exitCode()).as(again.output()).isZero();
        }
        assertThat(ask("SELECT count(*) FROM events.messages")).isEqualTo("0");
        assertThat(site.live("one", MESSAGES)).hasSize(1).allMatch(copy -> copy.rows() == EVENTS);
    }

    private String ask(String sql) {
        return Site.ask(database, sql);
    }

    private ArchiverProcess start() {
        return ArchiverProcess.start(
                site.home(), "KILL", "never", 1, "--conf", site.conf().toString(), "serve");
    }
}
