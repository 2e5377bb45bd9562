package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.lifecycle.RestoreSteps;
import dev.firn.lifecycle.Steps;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Archived ranges on their way back into their table, by the commands that a user types. */
class RestoreIT {

    static final List<String> POINTS = RestoreSteps.ALL;

    private static final String TABLES = "events.messages { archive-after = 1d }";
    private static final String TABLE = "events.messages";

    @TempDir
    private Path home;

    private TestDatabase database;
    private Connection owner;
    private EventStore events;
    private Firn firn;
    private Rehydrate rehydrate;
    private Digest all;

    @BeforeEach
    void archiveAndDropThreeWeeks() throws SQLException {
        database = TestDatabase.create();
        owner = database.owner();
        events = EventStore.create(owner, "events", 3);
        events.fillWeeks(owner, 7, 3, 2_000);
        events.compressAll(owner);
        firn = Firn.configure(database, home, TABLES).init();
        all = firn.inDatabase(events.table());
        firn.succeed("run", Firn.NAMESPACE);
        assertThat(events.rows(owner)).isZero();
        rehydrate = new Rehydrate(firn);
    }

    @AfterEach
    void close() throws SQLException {
        owner.close();
        database.close();
    }

    @Test
    void everythingComesBackBitForBitAndStaysWhileItIsOnHold() throws SQLException {
        Firn.Ran ran = restore("2024-01-01", "2025-01-01");

        assertThat(ran.out()).contains("3 brought back, 0 were there, 0 failed");
        assertThat(firn.inDatabase(events.table())).isEqualTo(all);
        assertThat(chunks())
                .hasSize(3)
                .allMatch(chunk -> chunk.endsWith(events.hypertable() ? " compressed" : " plain"));
        assertThat(firn.succeed("run", Firn.NAMESPACE).out()).contains("0 archived, 0 dropped, 0 failed");
        assertThat(firn.inDatabase(events.table())).isEqualTo(all);
        assertThat(rehydrate.succeed("list", Firn.NAMESPACE).out()).contains("restored, kept until 20");
        assertThat(relations("firn_staging%")).isEmpty();
    }

    @Test
    void everyChunkThatOverlapsComesBackWhole() throws SQLException {
        restore("2024-01-12", "2024-01-12T06:00");

        assertThat(firn.inDatabase(events.table()))
                .isEqualTo(firn.live(events.table()).get(1).digest());
        assertThat(restore("2024-01-12", "2024-01-19").out()).contains("1 brought back, 1 were there, 0 failed");
    }

    @Test
    void whatIsReleasedUnchangedGoesAgainAndNothingIsArchivedTwice() throws SQLException {
        List<String> files = firn.files();
        restore("2024-01-01", "2025-01-01");

        assertThat(rehydrate.succeed("release", Firn.NAMESPACE, TABLE).out()).contains("3 holds ended");

        assertThat(firn.succeed("run", Firn.NAMESPACE).out()).contains("3 dropped, 0 failed");
        assertThat(events.rows(owner)).isZero();
        assertThat(firn.files()).isEqualTo(files);
        assertThat(firn.ledger(events.table())).isEqualTo(all);
    }

    @Test
    void aHoldOfNoLengthIsOverAtOnceAndForeverIsFarAway() throws SQLException {
        firn.tables("events.messages { archive-after = 1d, keep-restored = 0s }");
        restore("2024-01-04", "2024-01-05");
        restore("2024-01-11", "2024-01-12", "--keep", "forever");
        assertThat(rehydrate.succeed("list", Firn.NAMESPACE).out()).contains("restored, kept for ever");

        assertThat(firn.succeed("run", Firn.NAMESPACE).out()).contains("1 dropped, 0 failed");
        assertThat(firn.inDatabase(events.table()))
                .isEqualTo(firn.live(events.table()).get(1).digest());
    }

    @Test
    void anEditedRangeStaysAndSomebodyIsAsked() throws SQLException {
        restore("2024-01-04", "2024-01-05");
        execute("UPDATE events.messages SET type = 'Edited' WHERE global_position = 1");
        Digest edited = firn.inDatabase(events.table());
        rehydrate.succeed("release", Firn.NAMESPACE, TABLE);

        Firn.Ran ran = firn.run("run", Firn.NAMESPACE);

        assertThat(ran.exitCode()).as(ran.all()).isZero();
        assertThat(ran.out()).contains("edited, kept");
        assertThat(firn.succeed("status", Firn.NAMESPACE).out()).contains("--divergent replace");
        assertThat(firn.inDatabase(events.table())).isEqualTo(edited);
        Firn.Ran added = firn.run(
                "run",
                Firn.NAMESPACE,
                "--retry-failed",
                "--table",
                TABLE,
                "--chunk",
                "2024-01-04",
                "--divergent",
                "add");
        assertThat(added.exitCode()).as(added.all()).isEqualTo(3);
        assertThat(added.all()).contains("would count twice");
        assertThat(firn.live(events.table())).hasSize(3);
        firn.succeed(
                "run",
                Firn.NAMESPACE,
                "--retry-failed",
                "--table",
                TABLE,
                "--chunk",
                "2024-01-04",
                "--divergent",
                "replace");
        assertThat(events.rows(owner)).isZero();
        restore("2024-01-04", "2024-01-05");
        assertThat(firn.inDatabase(events.table())).isEqualTo(edited);
    }

    @Test
    void anEditedRangeWithAdditionsReplacesAllOfThem() throws SQLException {
        archiveLateRow();
        restore("2024-01-04", "2024-01-05");
        execute("UPDATE events.messages SET type = 'Edited' WHERE global_position = 1");
        Digest edited = firn.inDatabase(events.table());
        rehydrate.succeed("release", Firn.NAMESPACE, TABLE);
        assertThat(firn.succeed("run", Firn.NAMESPACE).out()).contains("edited, kept");

        firn.succeed(
                "run",
                Firn.NAMESPACE,
                "--retry-failed",
                "--table",
                TABLE,
                "--chunk",
                "2024-01-04",
                "--divergent",
                "replace");

        assertThat(events.rows(owner)).isZero();
        assertThat(firn.live(events.table())).hasSize(3);
        assertThat(firn.files()).filteredOn(file -> file.contains("/data/")).hasSize(3);
        restore("2024-01-04", "2024-01-05");
        assertThat(firn.inDatabase(events.table())).isEqualTo(edited);
    }

    @Test
    void whatComesBackWhileAPassIsPlannedIsNotTakenForGone() throws SQLException {
        database.execute("UPDATE firn.chunk SET state = 'archived'");
        database.execute("UPDATE firn.chunk SET state = 'dropped' WHERE range_start ="
                + " (SELECT min(range_start) FROM firn.chunk)");

        Firn.Ran ran = firn.run(
                reached -> {
                    if (reached.equals(Steps.PLANNED)) {
                        restore("2024-01-04", "2024-01-05");
                    }
                },
                "run",
                Firn.NAMESPACE);

        assertThat(ran.exitCode()).as(ran.all()).isZero();
        assertThat(texts(database.admin(), "SELECT state FROM firn.archived ORDER BY range_start"))
                .containsExactly("restored", "dropped", "dropped");
    }

    @Test
    void additionsMadeAfterTheListingComeBackToo() throws SQLException {
        boolean[] done = new boolean[1];
        Firn.Ran ran = rehydrate.run(
                reached -> {
                    if (reached.equals(RestoreSteps.COMMITTED) && !done[0]) {
                        done[0] = true;
                        archiveLateRow(EventStore.FIRST_WEEK.plus(EventStore.WEEK));
                    }
                },
                Firn.NAMESPACE,
                TABLE,
                "--from",
                "2024-01-04",
                "--to",
                "2024-01-12");

        assertThat(ran.out()).as(ran.all()).contains("2 brought back");
        assertThat(events.rows(owner)).isEqualTo(4_001);
    }

    private void archiveLateRow() {
        archiveLateRow(EventStore.FIRST_WEEK);
    }

    private void archiveLateRow(Instant week) {
        try {
            if (!events.hypertable()) {
                events.addPartition(owner, week);
            }
            events.write(owner, week.plusSeconds(60), "late-1", 0);
            events.compressAll(owner);
            firn.succeed("run", Firn.NAMESPACE);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aTruncatedRestoreIsNoEditAndCostsTheArchiveNothing() throws SQLException {
        restore("2024-01-04", "2024-01-05");
        execute("TRUNCATE events.messages");
        rehydrate.succeed("release", Firn.NAMESPACE, TABLE);

        firn.run("run", Firn.NAMESPACE);

        assertThat(firn.live(events.table()).stream().map(Manifest::digest).reduce(Digest::plus))
                .contains(all);
    }

    @Test
    void additionsComeBackWithTheirRangeAndGoTogether() throws SQLException {
        if (!events.hypertable()) {
            events.addPartition(owner, EventStore.FIRST_WEEK);
        }
        events.write(owner, EventStore.FIRST_WEEK.plusSeconds(60), "late-1", 0);
        events.compressAll(owner);
        all = firn.ledger(events.table());
        firn.succeed("run", Firn.NAMESPACE);
        assertThat(firn.live(events.table())).hasSize(4);

        restore("2024-01-01", "2025-01-01");

        assertThat(firn.inDatabase(events.table())).isEqualTo(all);
        rehydrate.succeed("release", Firn.NAMESPACE, TABLE);
        assertThat(firn.succeed("run", Firn.NAMESPACE).out()).contains("3 dropped, 0 failed");
        assertThat(firn.ledger(events.table())).isEqualTo(all);
        assertThat(firn.live(events.table())).hasSize(4);
    }

    @Test
    void lateRowsAndWhatComesBackShareTheChunk() throws SQLException {
        if (!events.hypertable()) {
            events.addPartition(owner, EventStore.FIRST_WEEK);
        }
        events.write(owner, EventStore.FIRST_WEEK.plusSeconds(60), "late-1", 0);
        Digest late = firn.inDatabase(events.table());

        restore("2024-01-04", "2024-01-05");

        Manifest first = firn.live(events.table()).get(0);
        assertThat(firn.inDatabase(events.table())).isEqualTo(late.plus(first.digest()));
    }

    @Test
    void aRowThatWasSentAgainIsKeptOnceAndADifferentOneIsShown() throws SQLException {
        restore("2024-01-04", "2024-01-05");
        execute("CREATE TABLE events.again AS SELECT * FROM events.messages WHERE global_position <= 3");
        rehydrate.succeed("release", Firn.NAMESPACE, TABLE);
        firn.succeed("run", Firn.NAMESPACE);
        if (!events.hypertable()) {
            events.addPartition(owner, EventStore.FIRST_WEEK);
        }
        execute("INSERT INTO events.messages SELECT * FROM events.again");

        assertThat(restore("2024-01-04", "2024-01-05").out()).contains("3 were there already");

        assertThat(firn.inDatabase(events.table()))
                .isEqualTo(firn.live(events.table()).get(0).digest());
        rehydrate.succeed("release", Firn.NAMESPACE, TABLE);
        firn.succeed("run", Firn.NAMESPACE);
        if (!events.hypertable()) {
            events.addPartition(owner, EventStore.FIRST_WEEK);
        }
        execute("INSERT INTO events.messages SELECT * FROM events.again");
        execute("UPDATE events.messages SET type = 'Different'");
        Digest live = firn.inDatabase(events.table());

        Firn.Ran refused = rehydrate.run("--from", "2024-01-04", "--to", "2024-01-05", Firn.NAMESPACE, TABLE);

        assertThat(refused.exitCode()).as(refused.all()).isEqualTo(3);
        assertThat(refused.all()).contains("Different").contains("--on-conflict");
        assertThat(firn.inDatabase(events.table())).isEqualTo(live);
        restore("2024-01-04", "2024-01-05", "--on-conflict", "keep-archived");
        assertThat(firn.inDatabase(events.table()))
                .isEqualTo(firn.live(events.table()).get(0).digest());
    }

    @Test
    void uncompressedIfAskedFor() throws SQLException {
        restore("2024-01-04", "2024-01-05", "--no-compress");

        assertThat(chunks()).hasSize(1).allMatch(chunk -> chunk.endsWith(" plain"));
        assertThat(firn.inDatabase(events.table()))
                .isEqualTo(firn.live(events.table()).get(0).digest());
    }

    @ParameterizedTest
    @FieldSource("POINTS")
    void failingAnywhereLeavesAllOrNothingAndTheNextOneFinishes(String point) throws SQLException {
        Digest whole = firn.live(events.table()).get(0).digest();

        rehydrate.run(
                reached -> {
                    if (reached.equals(point)) {
                        throw new IllegalStateException("failing at " + point);
                    }
                },
                "--from",
                "2024-01-04",
                "--to",
                "2024-01-05",
                Firn.NAMESPACE,
                TABLE);

        long rows = events.rows(owner);
        assertThat(rows).isIn(0L, whole.rows());
        database.execute("UPDATE firn.claim SET expires_at = clock_timestamp()");
        Firn.Ran ran = restore("2024-01-04", "2024-01-05");
        assertThat(ran.out()).contains(rows == 0 ? "1 brought back" : "1 were there");
        assertThat(firn.inDatabase(events.table())).isEqualTo(whole);
        assertThat(relations("firn_staging%")).isEmpty();
    }

    @Test
    void aDamagedFileLoadsNothing() throws Exception {
        Path file = firn.archive()
                .resolve(firn.live(events.table()).get(0).files().get(0).key());
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 4;
        Files.write(file, bytes);

        Firn.Ran ran = rehydrate.run(Firn.NAMESPACE, TABLE, "--from", "2024-01-04", "--to", "2024-01-05");

        assertThat(ran.exitCode()).isEqualTo(5);
        assertThat(ran.err() + ran.out()).contains("00000.parquet").contains("HINT: ");
        assertThat(events.rows(owner)).isZero();
        assertThat(relations("firn_staging%")).isEmpty();
    }

    @Test
    @RequiresTimescale
    void aRetentionPolicyThatWouldDropItAgainIsNamedBeforeAnythingIsRead() throws SQLException {
        execute("SELECT add_retention_policy('events.messages', interval '90 days')");

        Firn.Ran ran = rehydrate.run(Firn.NAMESPACE, TABLE, "--from", "2024-01-04", "--to", "2024-01-05");

        assertThat(ran.exitCode()).isEqualTo(3);
        assertThat(ran.all()).contains("retention policy").contains("HINT: ");
        execute("SELECT alter_job(job_id, scheduled => false) FROM timescaledb_information.jobs"
                + " WHERE proc_name = 'policy_retention'");
        assertThat(restore("2024-01-04", "2024-01-05").out()).contains("1 brought back");
    }

    @Test
    void aTableThatCannotComeBackHidesNothingOfTheOthers() throws Exception {
        firn.tables(TABLES + ", events.absent { archive-after = 1d }, events.later { archive-after = 1d }");
        execute("CREATE TABLE events.later (at timestamptz NOT NULL) PARTITION BY RANGE (at)");
        List<String> arguments = List.of(
                Firn.NAMESPACE, "events.later", "events.absent", TABLE, "--from", "2024-01-04", "--to", "2024-01-12");
        List<String> dry = new ArrayList<>(arguments);
        dry.add("--dry-run");
        List<String> json = new ArrayList<>(arguments);
        json.add("--json");

        Firn.Ran forecast = rehydrate.run(dry.toArray(String[]::new));
        Firn.Ran ran = rehydrate.run(arguments.toArray(String[]::new));
        JsonNode told = new ObjectMapper()
                .readTree(rehydrate.run(json.toArray(String[]::new)).out());

        assertThat(forecast.exitCode()).as(forecast.all()).isEqualTo(3);
        assertThat(forecast.out()).contains("2 to load", "events.absent", "events.later: nothing is archived there");
        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
        assertThat(ran.out())
                .contains("2 brought back", "events.absent", "HINT: ", "events.later: nothing is archived there")
                .doesNotContain("nothing was loaded");
        assertThat(events.rows(owner)).isEqualTo(4_000);
        assertThat(told.get("ranges").findValuesAsText("outcome")).containsExactly("there", "there");
        assertThat(told.get("refused").findValuesAsText("table")).containsExactly("events.absent");
        assertThat(told.get("nothingArchived").findValuesAsText("table")).containsExactly("events.later");
    }

    @Test
    void mistakesAreNamed() {
        assertThat(rehydrate.run(Firn.NAMESPACE, TABLE).err()).contains("--from and --to");
        assertThat(rehydrate
                        .run(Firn.NAMESPACE, TABLE, "--from", "2024-01-04", "--to", "2024-01-05", "--keep", "1 month")
                        .exitCode())
                .isEqualTo(2);
        Firn.Ran nothing = rehydrate.run(Firn.NAMESPACE, TABLE, "--from", "1999-01-04", "--to", "1999-01-05");
        assertThat(nothing.exitCode()).isEqualTo(3);
        assertThat(nothing.err()).contains("nothing is archived there");
    }

    private Firn.Ran restore(String from, String to, String... options) {
        List<String> arguments = new ArrayList<>(List.of(Firn.NAMESPACE, TABLE, "--from", from, "--to", to));
        arguments.addAll(List.of(options));
        return rehydrate.succeed(arguments.toArray(String[]::new));
    }

    /** The chunks there are, and whether each is compressed. */
    private List<String> chunks() throws SQLException {
        return texts(
                events.hypertable()
                        ? "SELECT chunk_name || CASE WHEN is_compressed THEN ' compressed' ELSE ' plain' END"
                                + " FROM timescaledb_information.chunks WHERE hypertable_schema = 'events'"
                        : "SELECT inhrelid::regclass || ' plain' FROM pg_inherits"
                                + " WHERE inhparent = 'events.messages'::regclass");
    }

    private List<String> relations(String pattern) throws SQLException {
        return texts("SELECT relname FROM pg_class WHERE relname LIKE '%s'".formatted(pattern));
    }

    private List<String> texts(String sql) throws SQLException {
        return texts(owner, sql);
    }

    private static List<String> texts(Connection connection, String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }
}
