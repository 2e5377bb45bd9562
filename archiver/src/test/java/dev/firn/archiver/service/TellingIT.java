package dev.firn.archiver.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FaultPoints;
import dev.firn.archiver.http.ServiceMetrics;
import dev.firn.archiver.http.StatusServer;
import dev.firn.lifecycle.ChunkResult.Outcome;
import dev.firn.lifecycle.Steps;
import dev.firn.lifecycle.Surroundings;
import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a running service tells by HTTP of what is wrong with its tables, and when. */
class TellingIT {

    private static final String TABLES =
            "events.messages { archive-after = 1d, drop-after = never }\n more.messages { archive-after = 1d }";

    private final SettableClock clock = new SettableClock();
    private Site site;

    @BeforeEach
    void open(@TempDir Path home) throws IOException {
        site = new Site(home);
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    @RequiresTimescale
    void tellsByDayWhatBefellItsTablesThoughItWorksByNight() throws Exception {
        TestDatabase database = site.database();
        site.events(database, "events", 3);
        site.events(database, "more", 0);
        try (Connection owner = database.owner();
                Statement statement = owner.createStatement()) {
            statement.execute(
                    "CREATE MATERIALIZED VIEW events.daily WITH (timescaledb.continuous) AS"
                            + " SELECT time_bucket('1 day', time) AS bucket, count(*) AS n FROM events.messages GROUP BY 1 WITH NO DATA");
        }
        site.namespace("night", database, TABLES, "window = \"22:00-05:00\", time-zone = UTC");
        site.init("night", database);
        clock.set(Instant.parse("2026-03-01T22:00:00Z"));
        AtomicBoolean damaged = new AtomicBoolean();
        FaultPoints damaging = point -> {
            if (point.equals(Steps.COPIED) && !damaged.getAndSet(true)) {
                damageAFileInTheMaking();
            }
        };
        Surroundings surroundings = new Surroundings(clock, new SecureRandom(), damaging);

        try (ServiceMetrics metrics = new ServiceMetrics(clock);
                Service service = Service.start(site.conf(), surroundings, metrics, site::watcher);
                StatusServer pages = StatusServer.start(service.settings().http(), service.view(), metrics, clock)) {
            site.await("night", Outcome.ARCHIVED, 2);
            site.await("night", Outcome.FAILED, 1);
            site.await(() -> service.hands().busy() == 0);
            assertThat(Site.get(pages, "metrics"))
                    .contains("firn_proofs_failed_total{namespace=\"night\",table=\"events.messages\"} 1.0");

            site.await(() -> service.namespaces()
                    .find("night")
                    .orElseThrow()
                    .lastStatus()
                    .read()
                    .isPresent());
            // Before the clock goes on, and with it the next reading: tables that are locked just then are refused,
            // too.
            database.execute(
                    "ALTER TABLE more.messages RENAME TO renamed",
                    "DO $$ BEGIN EXECUTE 'DROP TABLE ' || (SELECT min(tableoid::regclass::text) FROM events.messages);"
                            + " END $$");
            clock.set(Instant.parse("2026-03-02T12:00:00Z"));

            site.await(() -> Site.get(pages, "metrics")
                    .contains("firn_table_refused{namespace=\"night\",table=\"more.messages\"} 1.0"));
            assertThat(Site.get(pages, "metrics"))
                    .as(Site.get(pages, "status"))
                    .contains("firn_chunks_vanished{namespace=\"night\",table=\"events.messages\"} 1.0")
                    .contains("firn_table_refused{namespace=\"night\",table=\"events.messages\"} 0.0")
                    .contains("firn_namespace_active{namespace=\"night\"} 0.0")
                    .containsPattern("firn_status_age_seconds\\{namespace=\"night\"} [0-9]\\.")
                    .containsPattern(
                            "firn_continuous_aggregate_lag_seconds\\{namespace=\"night\",table=\"events.messages\"}"
                                    + " [1-9][0-9.E]+");
            assertThat(Site.get(pages, "")).contains(">outside its window<").contains("22:00-05:00, UTC");
        }
    }

    private void damageAFileInTheMaking() {
        try (Stream<Path> files = Files.walk(site.home())) {
            Path file = files.filter(each -> each.toString().contains("/incoming/")
                            && each.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
            byte[] content = Files.readAllBytes(file);
            content[content.length / 2] ^= 1;
            Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
