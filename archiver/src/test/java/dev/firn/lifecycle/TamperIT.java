package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FaultPoints;
import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.testing.Firn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody changes a stored file: before the proof, the copy is not published; after it, the chunk is not dropped. */
class TamperIT {

    private static final String NO_DROP =
            "events.messages { archive-after = 1d, drop-after = never, parquet { zstd-level = 1 } }";

    @TempDir
    private Path home;

    private WeeklyChunks chunks;
    private Firn firn;

    @BeforeEach
    void open() throws SQLException {
        chunks = new WeeklyChunks(home);
        firn = chunks.firn();
    }

    @AfterEach
    void close() throws SQLException {
        chunks.close();
    }

    @ParameterizedTest
    @EnumSource
    void aCopyChangedBeforeItsProofIsNotPublishedAndNothingDropped(Tampering tampering) throws SQLException {
        Manifest other = archiveAnother();
        Digest all = chunks.addWeek();
        Digest inDatabase = firn.inDatabase(chunks.events().table());

        Firn.Ran ran = firn.run(
                point -> {
                    if (point.equals(Steps.COPIED)) {
                        tamper(tampering, onlyIncoming(), other);
                    }
                },
                "run",
                Firn.NAMESPACE);

        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(5);
        assertThat(ran.all()).contains("/incoming/").contains(".parquet").contains("HINT: ");
        assertThat(ran.out()).contains("0 archived, 0 dropped, 1 failed");
        assertThat(firn.inDatabase(chunks.events().table())).isEqualTo(inDatabase);
        assertThat(firn.live(chunks.events().table())).hasSize(1);
        firn.succeed("run", Firn.NAMESPACE, "--retry-failed");
        chunks.requireAllArchivedOnce(all);
    }

    @ParameterizedTest
    @EnumSource
    void aCopyChangedAfterItWasArchivedIsFoundByScrubAndItsChunkStays(Tampering tampering) throws SQLException {
        Manifest other = archiveAnother();
        chunks.addWeek();
        Digest inDatabase = firn.inDatabase(chunks.events().table());
        firn.tables(NO_DROP).succeed("run", Firn.NAMESPACE);
        String key = firn.live(chunks.events().table()).stream()
                .filter(manifest -> !manifest.equals(other))
                .findFirst()
                .orElseThrow()
                .files()
                .get(0)
                .key();
        tamper(tampering, key, other);

        Firn.Ran scrub = firn.run("scrub", Firn.NAMESPACE);

        assertThat(scrub.exitCode()).as(scrub.all()).isEqualTo(5);
        assertThat(scrub.out()).contains("1 copies proven, 1 not").contains(key).contains("HINT: ");

        Firn.Ran later = firn.tables(WeeklyChunks.TABLES).run(inTwoDays(), "run", Firn.NAMESPACE);

        if (tampering == Tampering.DELETED) {
            // No file of the copy is left, and the chunk is there: it is copied again.
            assertThat(later.exitCode()).as(later.all()).isZero();
            chunks.requireAllArchivedOnce(inDatabase.plus(other.digest()));
            return;
        }
        assertThat(later.exitCode()).as(later.all()).isEqualTo(5);
        assertThat(later.out()).contains("0 dropped, 1 failed").contains(key);
        assertThat(firn.inDatabase(chunks.events().table())).isEqualTo(inDatabase);
    }

    /** A chunk that is done with, and a copy of which stays for comparison. */
    private Manifest archiveAnother() throws SQLException {
        chunks.addWeek();
        firn.succeed("run", Firn.NAMESPACE);
        return firn.live(chunks.events().table()).get(0);
    }

    private String onlyIncoming() {
        List<String> found = firn.files().stream()
                .filter(file -> file.contains("/incoming/"))
                .toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private void tamper(Tampering tampering, String key, Manifest other) {
        Path file = firn.archive().resolve(key);
        try {
            byte[] before = Files.readAllBytes(file);
            tampering.apply(new Tampering.Target(firn.archive(), key, other));
            assertThat(Files.exists(file) ? Files.readAllBytes(file) : new byte[0])
                    .as("the file after tampering")
                    .isNotEqualTo(before);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Surroundings inTwoDays() {
        return new Surroundings(
                Clock.offset(Clock.systemUTC(), Duration.ofDays(2)), new SecureRandom(), FaultPoints.NONE);
    }
}
