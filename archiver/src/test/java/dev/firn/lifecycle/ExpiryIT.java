package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FaultPoints;
import dev.firn.TableName;
import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archived copies go for good once they are old enough and nobody has anything to do with them, and never before. */
class ExpiryIT {

    private ExpiringWeeks weeks;
    private WeeklyChunks chunks;
    private Firn firn;

    @BeforeEach
    void open(@TempDir Path home) throws SQLException {
        weeks = new ExpiringWeeks(home);
        chunks = weeks.chunks();
        firn = chunks.firn();
    }

    @AfterEach
    void close() throws SQLException {
        weeks.close();
    }

    private void archive(int count) throws SQLException {
        for (int week = 0; week < count; week++) {
            chunks.addWeek();
        }
        firn.succeed("run", Firn.NAMESPACE);
    }

    private List<String> texts(String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Connection connection = chunks.database().admin();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    private void execute(List<String> statements) throws SQLException {
        try (Statement statement = chunks.owner().createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void removesTheCopiesOfWhatIsOldEnoughAndNothingElse() throws SQLException {
        archive(3);
        List<Manifest> before = weeks.live();
        weeks.due(2);
        List<String> files = firn.files();

        Firn.Ran forecast = firn.succeed("expire", Firn.NAMESPACE, "--dry-run");

        assertThat(forecast.out())
                .contains("2 ranges due, 0 expired")
                .contains("600 rows")
                .contains(ExpiringWeeks.start(0));
        assertThat(firn.files()).isEqualTo(files);

        Firn.Ran ran = firn.succeed("expire", Firn.NAMESPACE);

        assertThat(ran.out()).contains("0 ranges due, 2 expired, 0 kept, 0 left to other workers, 0 failed");
        assertThat(weeks.live()).containsExactly(before.get(2));
        assertThat(firn.ledger(chunks.events().table())).isEqualTo(before.get(2).digest());
        weeks.requireClean();
        assertThat(firn.succeed("status", Firn.NAMESPACE).out()).doesNotContain("alarm");
        assertThat(firn.succeed("run", Firn.NAMESPACE).out()).contains("0 archived, 0 dropped, 0 failed");
        assertThat(firn.succeed("expire", Firn.NAMESPACE).out()).contains("0 ranges due, 0 expired, 0 kept");
        assertThat(texts("SELECT state FROM firn.chunk ORDER BY range_start"))
                .containsExactly("expired", "expired", "dropped");
        assertThat(texts("SELECT action FROM firn.audit WHERE range_start = "
                        + before.get(0).range().start() + " ORDER BY id"))
                .containsExactly("archived", "dropped", "expiring", "expired", "removed files");
        assertThat(texts("SELECT detail->>'rows' FROM firn.audit WHERE action = 'expired'"))
                .containsExactly("300", "300");
        assertThat(texts("SELECT chunks_expired::text FROM firn.tables")).containsExactly("2");
    }

    /** One week for each point, and no error that frightens. */
    @Test
    void aWholeExpiryAtAnyPointOfAnotherLeavesItNothingToFailAt() throws SQLException {
        List<String> points = ExpirySteps.ALL;
        archive(points.size() + 1);
        List<Manifest> before = weeks.live();
        for (int week = 0; week < points.size(); week++) {
            String point = points.get(week);
            AtomicReference<Firn.Ran> inner = new AtomicReference<>();
            weeks.due(week + 1);

            Firn.Ran outer = firn.run(
                    reached -> {
                        if (reached.equals(point) && inner.get() == null) {
                            inner.set(firn.run("expire", Firn.NAMESPACE));
                        }
                    },
                    "expire",
                    Firn.NAMESPACE);

            assertThat(inner.get().exitCode())
                    .as("%s: %s", point, inner.get().all())
                    .isZero();
            assertThat(outer.exitCode()).as("%s: %s", point, outer.all()).isZero();
            assertThat(inner.get().all() + outer.all()).as(point).doesNotContain("WARN", "HINT", "ERROR");
            assertThat(weeks.live()).as(point).isEqualTo(before.subList(week + 1, before.size()));
        }
        assertThat(texts("SELECT count(*)::text FROM firn.audit WHERE action = 'expired'"))
                .containsExactly(Integer.toString(points.size()));
        weeks.requireClean();
    }

    /** The largest number in a table may be a mistake; what was archived was old enough to be. */
    @Test
    void numbersAreOldByWhatIsArchivedAndNotByAMistake() throws SQLException {
        String table = "public.numbers";
        List<String> statements =
                new ArrayList<>(List.of("CREATE TABLE " + table + " (n bigint NOT NULL) PARTITION BY RANGE (n)"));
        for (int start = 0; start < 600; start += 100) {
            statements.add("CREATE TABLE %1$s_%2$d PARTITION OF %1$s FOR VALUES FROM (%2$d) TO (%3$d)"
                    .formatted(table, start, start + 100));
        }
        statements.add("INSERT INTO " + table + " SELECT generate_series(0, 599, 10)");
        execute(statements);
        String tables = table + " { archive-after = 100, expire-after = 300 }";
        firn.tables(tables).succeed("run", Firn.NAMESPACE);
        assertThat(firn.live(new TableName("public", "numbers"))).hasSize(4);
        execute(List.of(
                "CREATE TABLE public.numbers_mistake PARTITION OF " + table + " FOR VALUES FROM (900000) TO (900100)",
                "INSERT INTO " + table + " VALUES (900001)"));

        assertThat(firn.succeed("expire", Firn.NAMESPACE).out()).contains("0 ranges due, 2 expired, 0 kept");

        assertThat(firn.live(new TableName("public", "numbers")))
                .extracting(copy -> copy.range().start())
                .containsExactly(200L, 300L);
        assertThat(firn.succeed("expire", Firn.NAMESPACE).out()).contains("0 ranges due, 0 expired, 0 kept");
    }

    @Test
    void isOffUnlessConfigured() throws SQLException {
        archive(1);
        Digest all = firn.ledger(chunks.events().table());

        assertThat(firn.succeed("expire", Firn.NAMESPACE).out()).contains("0 ranges due, 0 expired");
        assertThat(firn.ledger(chunks.events().table())).isEqualTo(all);
    }

    @Test
    void keepsWhatSomebodyHasToDoWith() throws SQLException {
        archive(1);
        weeks.due(1);
        String range = "(namespace, table_schema, table_name, range_kind, range_start, range_end, range_text";
        String chosen = "SELECT namespace, table_schema, table_name, range_kind, range_start, range_end, range_text";

        chunks.database()
                .execute("INSERT INTO firn.hold " + range + ", hold_until, placed_by) " + chosen
                        + ", clock_timestamp() + interval '1 day', 'a test' FROM firn.chunk");
        requireKept("it is on hold until ");
        chunks.database().execute("DELETE FROM firn.hold");

        chunks.database()
                .execute("SELECT firn.rehydrate('events.messages', '%s', '%s')"
                        .formatted(ExpiringWeeks.start(0), ExpiringWeeks.start(1)));
        requireKept("request 1 asks for it back");
        chunks.database().execute("DELETE FROM firn.request");

        chunks.database()
                .execute("INSERT INTO firn.claim " + range + ", holder, purpose, expires_at) " + chosen
                        + ", 'another worker', 'restore', clock_timestamp() + interval '1 hour' FROM firn.chunk");
        requireKept("in work: held by another worker");
        chunks.database().execute("DELETE FROM firn.claim");

        for (String state : List.of("archived", "restored", "copying")) {
            chunks.database().execute("UPDATE firn.chunk SET state = '" + state + "'");
            requireKept("it is not dropped: " + state);
        }
        chunks.database().execute("UPDATE firn.chunk SET state = 'dropped'");

        chunks.database().execute("CREATE TABLE public.kept AS SELECT * FROM firn.copy", "DELETE FROM firn.copy");
        requireKept("the catalogue knows other copies of it than the store has");
        chunks.database().execute("INSERT INTO firn.copy SELECT * FROM public.kept");

        weeks.write(0, "late");
        requireKept("rows of it are in the database, which came after it was dropped");
    }

    private void requireKept(String why) throws SQLException {
        List<String> files = firn.files();
        for (String option : List.of("--dry-run", "--json")) {
            Firn.Ran ran = firn.succeed("expire", Firn.NAMESPACE, option);
            assertThat(ran.out()).contains(why).contains("kept");
        }
        assertThat(firn.files()).isEqualTo(files);
    }

    @Test
    void whatIsOnlyCopiedStaysWithItsCopy() throws SQLException {
        chunks.addWeek();
        firn.tables("events.messages { archive-after = 1d, drop-after = never, " + ExpiringWeeks.expireAfter(1) + " }")
                .succeed("run", Firn.NAMESPACE);

        requireKept("it is not dropped: archived");
    }

    @Test
    void rowsThatComeAfterwardsAreALaterGenerationAndExpireInTheirTurn() throws SQLException {
        archive(2);
        weeks.due(1).succeed("expire", Firn.NAMESPACE);
        Digest kept = firn.ledger(chunks.events().table());
        weeks.write(0, "late");
        chunks.events().compressAll(chunks.owner());
        Digest all = firn.ledger(chunks.events().table());
        assertThat(all.rows()).isEqualTo(kept.rows() + 1);

        assertThat(firn.succeed("plan", Firn.NAMESPACE).out()).contains("rows that came after it had expired");
        assertThat(firn.succeed("expire", Firn.NAMESPACE).out()).contains("0 ranges due, 0 expired, 0 kept");
        chunks.runUntilDone();

        assertThat(weeks.live().get(0).generation()).isEqualTo(3);
        assertThat(weeks.live().get(0).role()).isEqualTo(Manifest.Role.ADDITION);
        assertThat(firn.ledger(chunks.events().table())).isEqualTo(all);
        chunks.requireAllArchivedOnce(all);
        firn.succeed("catalog", "rebuild", Firn.NAMESPACE);
        chunks.runUntilDone();
        assertThat(firn.succeed("expire", Firn.NAMESPACE).out()).contains("1 expired");
        assertThat(firn.ledger(chunks.events().table())).isEqualTo(kept);
        weeks.requireClean();
    }

    @Test
    void everybodyKnowsThatItHasExpiredWhoKnowsTheStoreAlone() throws SQLException {
        archive(2);
        weeks.due(1).succeed("expire", Firn.NAMESPACE);
        Digest kept = firn.ledger(chunks.events().table());

        firn.succeed("catalog", "rebuild", Firn.NAMESPACE);
        requireExpired(kept);

        chunks.database().execute("DROP SCHEMA firn CASCADE");
        firn.init(true);
        firn.succeed("catalog", "rebuild", Firn.NAMESPACE);
        requireExpired(kept);

        // What a run finds out by itself.
        chunks.database().execute("DROP SCHEMA firn CASCADE");
        firn.init(true);
        requireExpired(kept);
    }

    private void requireExpired(Digest kept) throws SQLException {
        firn.succeed("run", Firn.NAMESPACE);
        assertThat(firn.succeed("status", Firn.NAMESPACE).out()).doesNotContain("2024-01-11) is gone");
        assertThat(texts("SELECT state FROM firn.chunk ORDER BY range_start")).containsExactly("expired", "dropped");
        assertThat(texts("SELECT count(*)::text FROM firn.archived")).containsExactly("1");
        assertThat(firn.ledger(chunks.events().table())).isEqualTo(kept);
        assertThat(firn.succeed("expire", Firn.NAMESPACE).out()).contains("0 ranges due, 0 expired, 0 kept");
        weeks.requireClean();
    }

    @Test
    void aClockThatRunsAheadCostsNothing() throws SQLException {
        archive(1);
        weeks.due(1);
        Clock late = Clock.fixed(EventStore.FIRST_WEEK.plus(Duration.ofDays(8)), ZoneOffset.UTC);
        List<String> files = firn.files();

        Firn.Ran ran = firn.run(new Surroundings(late, new Random(1), FaultPoints.NONE), "expire", Firn.NAMESPACE);

        assertThat(ran.out()).contains("0 ranges due, 0 expired, 0 kept");
        assertThat(firn.files()).isEqualTo(files);
    }

    @Test
    void refusesACopyOfTheDatabase() throws SQLException {
        archive(1);
        weeks.due(1);
        chunks.database()
                .execute(
                        "UPDATE firn.epoch SET epoch = 'forked-' || epoch",
                        "UPDATE firn.namespace SET epoch =" + " 'forked-' || epoch");
        List<String> files = firn.files();

        Firn.Ran ran = firn.run("expire", Firn.NAMESPACE);

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
        assertThat(firn.files()).isEqualTo(files);
    }
}
