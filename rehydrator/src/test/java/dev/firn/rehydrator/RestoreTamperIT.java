package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.archive.Manifest;
import dev.firn.lifecycle.Tampering;
import dev.firn.testing.Firn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody changed what is archived: it is named on the way back, and nothing of the chunk is loaded. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestoreTamperIT {

    private final Map<Path, byte[]> before = new HashMap<>();
    private ArchivedWeeks weeks;
    private Rehydrate rehydrate;
    private Manifest first;
    private Manifest other;

    @BeforeAll
    void archiveTwoWeeks(@TempDir Path home) throws SQLException {
        weeks = new ArchivedWeeks(home, 2);
        rehydrate = new Rehydrate(weeks.firn());
        first = weeks.live().get(0);
        other = weeks.live().get(1);
    }

    @AfterAll
    void close() {
        weeks.close();
    }

    /** As it was, the range comes back. */
    @AfterEach
    void putBack() throws IOException, SQLException {
        for (Map.Entry<Path, byte[]> file : before.entrySet()) {
            Files.deleteIfExists(file.getKey());
            Files.write(file.getKey(), file.getValue());
        }
        before.clear();
        weeks.finish();
        weeks.dropAgain();
    }

    @ParameterizedTest
    @EnumSource
    void aChangedFileIsNamedAndNothingLoaded(Tampering tampering) throws IOException, SQLException {
        String key = first.files().get(0).key();
        keep(key);

        tampering.apply(new Tampering.Target(weeks.firn().archive(), key, other));

        requireRefusal(key);
    }

    @Test
    void theFileOfAnotherTableIsNamed() throws IOException, SQLException {
        weeks.database()
                .execute(
                        "CREATE TABLE events.others (time timestamptz NOT NULL, n int) PARTITION BY RANGE (time)",
                        "CREATE TABLE events.others_1 PARTITION OF events.others FOR VALUES FROM ('2024-01-04Z') TO ('2024-01-11Z')",
                        "INSERT INTO events.others SELECT '2024-01-05Z', i FROM generate_series(1, 300) i",
                        "ALTER TABLE events.others OWNER TO app_owner",
                        "ALTER TABLE events.others_1 OWNER TO app_owner");
        weeks.firn()
                .tables("events.others { archive-after = 1d, drop-after = never }")
                .succeed("run", Firn.NAMESPACE);
        String foreign = weeks.firn()
                .live(new dev.firn.TableName("events", "others"))
                .get(0)
                .files()
                .get(0)
                .key();
        weeks.firn().tables(ArchivedWeeks.TABLES);
        String key = first.files().get(0).key();
        keep(key);

        Files.copy(path(foreign), path(key), StandardCopyOption.REPLACE_EXISTING);

        requireRefusal(key);
    }

    @Test
    void twoFilesThatChangedPlacesAreNamed() throws IOException, SQLException {
        String one = first.files().get(0).key();
        String two = other.files().get(0).key();
        keep(one);
        keep(two);

        put(one, before.get(path(two)));
        put(two, before.get(path(one)));

        requireRefusal(one);
    }

    @Test
    void aManifestThatIsGoneIsMissed() throws IOException, SQLException {
        keep(first.key());
        Files.delete(path(first.key()));

        requireRefusal(first.key());
    }

    @Test
    void anAlteredManifestIsNamed() throws IOException, SQLException {
        keep(first.key());
        String json = Files.readString(path(first.key()));
        put(
                first.key(),
                json.replace("\"generated\": false", "\"generated\": true").getBytes(StandardCharsets.UTF_8));

        requireRefusal(first.key());
    }

    @Test
    void aManifestInThePlaceOfAnotherIsNamed() throws IOException, SQLException {
        keep(first.key());
        put(first.key(), Files.readAllBytes(path(other.key())));

        requireRefusal(first.key());
    }

    private void requireRefusal(String named) throws SQLException {
        Firn.Ran ran = rehydrate.run(ArchivedWeeks.FIRST.toArray(String[]::new));

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(5);
        assertThat(ran.all()).contains(named).contains("HINT: ");
        assertThat(weeks.rows()).isZero();
        assertThat(weeks.staging()).isEmpty();
    }

    private void keep(String key) throws IOException {
        before.put(path(key), Files.readAllBytes(path(key)));
    }

    private void put(String key, byte[] content) throws IOException {
        Files.delete(path(key));
        Files.write(path(key), content);
    }

    private Path path(String key) {
        return weeks.firn().archive().resolve(key);
    }
}
