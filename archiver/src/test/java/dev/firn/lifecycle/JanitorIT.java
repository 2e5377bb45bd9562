package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.firn.FirnException;
import dev.firn.archive.Archive;
import dev.firn.archive.ArchiveLayout;
import dev.firn.archive.Attempt;
import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.testing.Firn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The janitor removes what is old and nobody's, and nothing that is young, in work, published, or not Firn's. */
class JanitorIT {

    private static final String RANDOM = "0123456789abcdef";

    private WeeklyChunks chunks;
    private Firn firn;
    private ArchiveLayout layout;
    private Manifest copy;
    private Digest all;

    @BeforeEach
    void open(@TempDir Path home) throws SQLException {
        chunks = new WeeklyChunks(home);
        firn = chunks.firn();
        all = chunks.addWeek();
        firn.succeed("run", Firn.NAMESPACE);
        layout = new ArchiveLayout(Firn.NAMESPACE, chunks.events().table());
        copy = firn.live(chunks.events().table()).get(0);
    }

    @AfterEach
    void close() throws SQLException {
        chunks.close();
    }

    private Path write(String key, Duration age) throws IOException {
        Path file = firn.archive().resolve(key);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[] {1, 2, 3});
        return age(file, age);
    }

    private static Path age(Path file, Duration age) throws IOException {
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    }

    private Attempt attempt(int generation, String random) {
        return Attempt.of(copy.range(), generation, random);
    }

    private String hidden(String key, Duration age) {
        int slash = key.lastIndexOf('/') + 1;
        return key.substring(0, slash)
                + ".%s.%016x%s.upload"
                        .formatted(
                                key.substring(slash), Instant.now().minus(age).toEpochMilli(), RANDOM);
    }

    private Firn.Ran sweep(String... options) {
        List<String> command = new java.util.ArrayList<>(List.of("janitor", Firn.NAMESPACE));
        command.addAll(List.of(options));
        return firn.run(command.toArray(String[]::new));
    }

    private void requireIntact() throws SQLException {
        assertThat(firn.ledger(chunks.events().table())).isEqualTo(all);
        assertThat(firn.succeed("scrub", Firn.NAMESPACE).out()).contains(" 0 not; 0 stray and 0 superseded");
    }

    @Test
    void removesWhatIsOldAndNobodysAndNothingYounger() throws Exception {
        Duration old = Duration.ofHours(25);
        Duration young = Duration.ofHours(23);
        List<Path> nobodys = List.of(
                write(layout.incomingKey(attempt(2, "aaaaaaaaaa"), 0), old),
                write(hidden(layout.incomingKey(attempt(2, "cccccccccc"), 1), old), old),
                write(hidden(copy.files().get(0).key(), old), old),
                write(layout.headsKey(copy.range(), 2, "abc"), old),
                write(ArchiveLayout.probePrefix(Firn.NAMESPACE) + "left", old));
        List<Path> stay = List.of(
                write(layout.incomingKey(attempt(2, "bbbbbbbbbb"), 0), young),
                write(hidden(layout.incomingKey(attempt(2, "dddddddddd"), 1), young), young),
                write(hidden(copy.files().get(0).key(), young), young),
                write(layout.headsKey(copy.range(), 2, "def"), young),
                write(ArchiveLayout.probePrefix(Firn.NAMESPACE) + "fresh", young),
                write(layout.incomingPrefix() + "notes of somebody.txt", old));

        Firn.Ran forecast = sweep("--dry-run");
        assertThat(forecast.out()).contains("5 due, 0 removed, 0 kept, 0 failed");
        assertThat(nobodys).allMatch(Files::exists);

        Firn.Ran ran = sweep("--json");

        assertThat(ran.exitCode()).as(ran.all()).isZero();
        assertThat(ran.out()).contains("\"outcome\" : \"removed\"");
        assertThat(nobodys).noneMatch(Files::exists);
        assertThat(stay).allMatch(Files::exists);
        assertThat(sweep().out()).contains("0 due, 0 removed, 0 kept, 0 failed");
        assertThat(count("firn.audit WHERE action = 'swept'")).isEqualTo(1);
        requireIntact();
    }

    @Test
    void leavesWhatIsInWorkHoweverOldItIs() throws Exception {
        Path file = write(layout.incomingKey(attempt(2, "aaaaaaaaaa"), 0), Duration.ofDays(30));
        chunks.database()
                .execute(
                        "INSERT INTO firn.claim (namespace, table_schema, table_name, range_kind, range_start, range_end,"
                                + " range_text, holder, purpose, expires_at) SELECT namespace, table_schema, table_name,"
                                + " range_kind, range_start, range_end, range_text, 'another worker', 'archive',"
                                + " clock_timestamp() + interval '1 hour' FROM firn.chunk",
                        "INSERT INTO firn.attempt (namespace, table_schema, table_name, range_start, range_end, attempt,"
                                + " token, holder, begun_at) SELECT namespace, table_schema, table_name, range_start,"
                                + " range_end, '2-aaaaaaaaaa', token, holder, clock_timestamp() - interval '30 days'"
                                + " FROM firn.claim");

        assertThat(sweep().out()).contains("its range is in work").contains("0 removed, 1 kept");
        assertThat(file).exists();
        assertThat(count("firn.attempt")).isEqualTo(1);

        chunks.endLeases();
        assertThat(sweep().out()).contains("1 removed, 0 kept");
        assertThat(file).doesNotExist();
        assertThat(count("firn.attempt")).isZero();
    }

    @Test
    void forgetsAttemptsThatLeftNothingElse() throws Exception {
        chunks.database()
                .execute(
                        "INSERT INTO firn.attempt (namespace, table_schema, table_name, range_start, range_end, attempt,"
                                + " token, holder, begun_at) SELECT namespace, table_schema, table_name, range_start, range_end,"
                                + " '2-' || left(md5(age::text), 10), 1, 'dead', clock_timestamp() - age * interval '1 hour'"
                                + " FROM firn.chunk, (VALUES (23), (25)) v(age)");

        assertThat(sweep().out()).contains("record of an attempt").contains("1 removed");
        assertThat(count("firn.attempt")).isEqualTo(1);
    }

    @Test
    void leavesACopyThatIsPublishedToTheNextRun() throws Exception {
        all = chunks.addWeek();
        firn.run(
                point -> {
                    if (point.equals(Archive.PROMOTE)) {
                        throw new FirnException(FirnException.Category.PASSING, point, "cut off", "run it again");
                    }
                },
                "run",
                Firn.NAMESPACE);
        chunks.endLeases();
        for (String file : firn.files()) {
            if (file.contains("/incoming/")) {
                age(firn.archive().resolve(file), Duration.ofDays(30));
            }
        }

        assertThat(sweep().out())
                .contains("published, and not yet where readers look")
                .contains("0 removed, 1 kept");

        chunks.runUntilDone();
        chunks.requireAllArchivedOnce(all);
    }

    @Test
    void aCopyOfWhichNoFileIsLeftIsMadeAgainOfTheChunkThatItWasMadeOf() throws Exception {
        all = chunks.addWeek();
        loseTheFilesOfTheNextCopy();

        chunks.runUntilDone();

        chunks.requireAllArchivedOnce(all);
        assertThat(firn.live(chunks.events().table())).last().satisfies(again -> assertThat(again.role())
                .isEqualTo(Manifest.Role.REPLACEMENT));
    }

    /** As where the one who published them had slept until they were swept. */
    private void loseTheFilesOfTheNextCopy() throws IOException {
        firn.run(
                point -> {
                    if (point.equals(Archive.PROMOTE)) {
                        throw new FirnException(FirnException.Category.PASSING, point, "cut off", "run it again");
                    }
                },
                "run",
                Firn.NAMESPACE);
        for (String file : firn.files()) {
            if (file.contains("/incoming/")) {
                Files.delete(firn.archive().resolve(file));
            }
        }
    }

    @Test
    void aCopyOfWhichNoFileIsLeftIsNotReplacedByAnotherChunkUnlessAPersonSaysSo() throws Exception {
        all = chunks.addWeek();
        loseTheFilesOfTheNextCopy();
        List<Manifest> before = firn.live(chunks.events().table());
        assumeTrue(chunks.events().hypertable(), "a partition is not made anew by rows");
        chunks.database()
                .execute(
                        "CREATE TABLE events.kept AS SELECT * FROM events.messages",
                        "DO $$ BEGIN EXECUTE 'DROP TABLE ' ||"
                                + " (SELECT min(tableoid::regclass::text) FROM events.messages); END $$",
                        "INSERT INTO events.messages OVERRIDING SYSTEM VALUE SELECT * FROM events.kept",
                        "DROP TABLE events.kept");
        chunks.events().compressAll(chunks.owner());
        chunks.endLeases();

        Firn.Ran ran = firn.run("run", Firn.NAMESPACE, "--retry-failed");

        assertThat(ran.all())
                .contains("this is not the chunk that was copied then")
                .contains("nothing was changed");
        assertThat(firn.live(chunks.events().table())).isEqualTo(before);
        String chunk = before.get(before.size() - 1).range().showStart();
        String table = chunks.events().table().toString();
        chunks.endLeases();
        firn.succeed("run", Firn.NAMESPACE, "--table", table, "--chunk", chunk, "--divergent", "replace");
        chunks.runUntilDone();
        chunks.requireAllArchivedOnce(all);
    }

    @Test
    void tellsOfStrayObjectsAndRemovesNone() throws Exception {
        String key = layout.dataKey(copy.range(), 9, "", 0);
        Path stray = write(key, Duration.ofDays(30));

        Firn.Ran ran = sweep();

        assertThat(ran.exitCode()).isEqualTo(5);
        assertThat(ran.out()).contains("stray object").contains(key).contains("no manifest names it");
        assertThat(stray).exists();
    }

    @Test
    void removesTablesThatDeadWorkersLoadedInto() throws Exception {
        String dead = "events.firn_staging_" + "0".repeat(15) + "1" + "0000";
        String alive = "events.firn_staging_%016x0000";
        chunks.database()
                .execute(
                        "INSERT INTO firn.claim (namespace, table_schema, table_name, range_kind, range_start, range_end,"
                                + " range_text, token, holder, purpose, expires_at) SELECT namespace, table_schema, table_name,"
                                + " range_kind, range_start, range_end, range_text, 77777, 'another worker', 'restore',"
                                + " clock_timestamp() + interval '1 hour' FROM firn.chunk");
        for (String table : List.of(dead, alive.formatted(77777))) {
            chunks.database()
                    .execute(
                            "CREATE TABLE " + table + " (LIKE events.messages)",
                            "COMMENT ON TABLE " + table + " IS 'Firn is loading archived rows of events.messages here'",
                            "ALTER TABLE " + table + " OWNER TO " + ownerOf("events.messages"));
        }

        assertThat(sweep("--dry-run").out()).contains("staging table").contains("1 due");
        assertThat(sweep().out()).contains("staging table").contains("1 removed");

        assertThat(count("pg_class WHERE relname LIKE 'firn_staging_%'")).isEqualTo(1);
        assertThat(sweep().out()).contains("0 removed");
    }

    private String ownerOf(String table) throws SQLException {
        return "\"" + text("SELECT relowner::regrole::text FROM pg_class WHERE oid = '" + table + "'::regclass") + "\"";
    }

    private long count(String from) throws SQLException {
        return Long.parseLong(text("SELECT count(*)::text FROM " + from));
    }

    private String text(String sql) throws SQLException {
        try (Connection connection = chunks.database().admin();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void removesFilesThatWereReplacedOnceWhatTookTheirPlaceIsOldEnough() throws Exception {
        // As a worker leaves it that died over the replacement.
        Path file = firn.archive().resolve(copy.files().get(0).key());
        byte[] content = Files.readAllBytes(file);
        ExpiringWeeks weeks = new ExpiringWeeks(chunks);
        weeks.due(1).succeed("expire", Firn.NAMESPACE);
        Files.createDirectories(file.getParent());
        Files.write(file, content);

        Firn.Ran ran = sweep();

        assertThat(ran.out()).contains("superseded files").contains("not there for long enough");
        assertThat(file).exists();
        assertThat(firn.succeed("scrub", Firn.NAMESPACE).out())
                .contains("SUPERSEDED: " + copy.files().get(0).key())
                .doesNotContain("STRAY")
                .contains("0 copies proven, 0 not; 0 stray and 1 superseded objects");
    }
}
