package dev.firn.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FaultPoints;
import dev.firn.FirnException;
import dev.firn.parquet.WrittenFile;
import dev.firn.store.Content;
import dev.firn.store.DirectorySettings;
import dev.firn.store.ObjectStore;
import dev.firn.store.Stores;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What has expired does not count any more, whoever wakes up afterwards. */
class ExpiryTest {

    private ObjectStore store;
    private Archive archive;

    @BeforeEach
    void open(@TempDir Path home) {
        store = Stores.open(new DirectorySettings(home.resolve("archive")));
        archive = new Archive(store, Samples.LAYOUT, FaultPoints.NONE);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Manifest copy(String content, String... supersedes) {
        return new ArchiveWorker(store, "aaaaaaaa", FaultPoints.NONE)
                .copy(content, supersedes)
                .orElseThrow();
    }

    private static Expiry expiry(int generation, Manifest... copies) {
        return expiry(generation, Optional.empty(), copies);
    }

    private static Expiry expiry(int generation, Optional<Expiry.Heads> heads, Manifest... copies) {
        return new Expiry(
                new Manifest.Owner("location-1", "epoch-2", "0.2.0"),
                "default",
                Samples.TABLE,
                Samples.WEEK,
                generation,
                List.of(copies).stream().map(Manifest::key).toList(),
                "3650d",
                11,
                22,
                heads,
                Samples.NOW);
    }

    private static Reprieve reprieve(int generation) {
        return new Reprieve(
                new Manifest.Owner("location-1", "epoch-2", "0.2.0"),
                "default",
                Samples.TABLE,
                Samples.WEEK,
                generation,
                Samples.NOW);
    }

    private List<String> files() {
        List<String> keys = new ArrayList<>();
        store.list(Samples.LAYOUT.dataPrefix(), found -> keys.add(found.key()));
        store.list(Samples.LAYOUT.incomingPrefix(), found -> keys.add(found.key()));
        return keys;
    }

    @Test
    void nothingOfWhatHasExpiredCounts() {
        Manifest first = copy("first");
        Manifest second = copy("second");

        assertThat(archive.expire(expiry(3, first, second))).isTrue();

        assertThat(archive.live()).isEmpty();
        assertThat(archive.liveOf(Samples.WEEK)).isEmpty();
        assertThat(archive.manifests()).containsExactly(first, second);
        assertThat(archive.expiries()).containsExactly(expiry(3, first, second));
        Chronicle chronicle = archive.chronicle();
        assertThat(chronicle).isEqualTo(new Chronicle(List.of(first, second), List.of(expiry(3, first, second))));
        assertThat(chronicle.live()).isEmpty();
        assertThat(chronicle.latest()).containsExactly(first, second);
        assertThat(archive.expiryOf(Samples.WEEK)).contains(expiry(3, first, second));
        assertThat(archive.manifest(Samples.WEEK, 3)).isEmpty();
        assertThat(archive.nextGeneration(Samples.WEEK)).isEqualTo(4);
        assertThat(archive.cleaner().superseded()).containsExactly(first, second);
        assertThat(archive.cleaner().strayData()).isEmpty();
    }

    @Test
    void itsFilesGoAndTheHistoryStays() {
        Manifest replaced = copy("old");
        Manifest copy = copy("new", replaced.key());
        archive.expire(expiry(3, copy));

        assertThat(archive.cleaner().retire(copy, Samples.NOW.minusSeconds(1))).isFalse();
        assertThat(archive.cleaner().retire(copy, Samples.NOW)).isTrue();
        assertThat(archive.cleaner().retire(replaced, Instant.MAX)).isTrue();

        assertThat(files()).isEmpty();
        assertThat(archive.cleaner().superseded()).isEmpty();
        assertThat(archive.manifests()).containsExactly(replaced, copy);
        assertThat(archive.chronicle().latest()).containsExactly(copy);
    }

    @Test
    void saidTwiceItIsOneExpiry() {
        Manifest copy = copy("rows");

        assertThat(archive.expire(expiry(2, copy))).isTrue();
        assertThat(archive.expire(expiry(2, copy))).isTrue();
        assertThat(archive.expiries()).hasSize(1);
    }

    @Test
    void aWorkerThatSleptOverItCanPublishNothing() {
        Manifest copy = copy("rows");
        Attempt slow = archive.begin(Samples.WEEK, "bbbbbbbb");
        List<WrittenFile> files = new ArchiveWorker(store, "bbbbbbbb", FaultPoints.NONE).upload(slow, "slow");
        archive.expire(expiry(2, copy));

        assertThatThrownBy(() -> archive.publish(Samples.proof(files), Samples.manifest(slow, files)))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("its generation was taken when the range expired, on 2025-03-01T10:00:00Z")
                .hasMessageContaining("HINT: ");
        archive.cleaner().discardAttempt(slow);
        assertThatThrownBy(() -> archive.promote(copy)).hasMessageContaining("a newer copy has taken its place");
        assertThat(archive.live()).isEmpty();
    }

    @Test
    void whatWasPublishedMeanwhileTakesItsGeneration() {
        Manifest copy = copy("rows");
        Manifest late = copy("late rows");

        assertThat(archive.expire(expiry(2, copy))).isFalse();
        assertThat(archive.live()).containsExactly(copy, late);
        assertThatThrownBy(() -> archive.expire(expiry(3, copy)))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("nothing was removed");
        assertThat(archive.live()).containsExactly(copy, late);
    }

    @Test
    void rowsThatComeLaterAreTheNextGeneration() {
        Manifest copy = copy("rows");
        archive.expire(expiry(2, copy));

        Manifest late = copy("late rows");

        assertThat(late.generation()).isEqualTo(3);
        assertThat(archive.live()).containsExactly(late);
        assertThat(archive.expire(expiry(4, late))).isTrue();
        assertThat(archive.live()).isEmpty();
        assertThat(archive.expiries()).hasSize(2);
    }

    @Test
    void nothingExpiresWhileTheFileWithItsHeadsIsMissing() {
        Manifest copy = copy("rows");
        Expiry.Heads heads =
                new Expiry.Heads(Samples.LAYOUT.headsKey(Samples.WEEK, 2, "abc"), Content.of(new byte[] {1}));

        assertThatThrownBy(() -> archive.expire(expiry(2, Optional.of(heads), copy)))
                .hasMessageContaining("is gone; nothing was removed");
        assertThat(archive.live()).containsExactly(copy);
    }

    @Test
    void whatIsReprievedCannotExpireUnderThatGeneration() {
        Manifest copy = copy("rows");
        Attempt slow = archive.begin(Samples.WEEK, "bbbbbbbb");
        List<WrittenFile> files = new ArchiveWorker(store, "bbbbbbbb", FaultPoints.NONE).upload(slow, "slow");

        assertThat(archive.reprieve(reprieve(2))).isTrue();
        assertThat(archive.reprieve(reprieve(2))).isTrue();

        assertThat(archive.expire(expiry(2, copy))).isFalse();
        assertThat(archive.live()).containsExactly(copy);
        assertThat(archive.manifests()).containsExactly(copy);
        assertThat(archive.chronicle()).isEqualTo(new Chronicle(List.of(copy), List.of()));
        assertThat(archive.expiries()).isEmpty();
        assertThat(archive.cleaner().superseded()).isEmpty();
        assertThatThrownBy(() -> archive.publish(Samples.proof(files), Samples.manifest(slow, files)))
                .hasMessageContaining(
                        "its generation was taken on 2025-03-01T10:00:00Z, so that nothing would be published")
                .hasMessageContaining("HINT: nothing to do: the next run copies it again");
        archive.cleaner().discardAttempt(slow);
        assertThat(archive.expire(expiry(3, copy))).isTrue();
        assertThat(archive.live()).isEmpty();
    }

    @Test
    void whatHasExpiredIsNotReprievedAndWhatWasCopiedMeanwhileNeedsNone() {
        Manifest copy = copy("rows");
        archive.expire(expiry(2, copy));
        Manifest late = copy("late rows");

        assertThat(archive.reprieve(reprieve(2))).isFalse();
        assertThat(archive.reprieve(reprieve(3))).isTrue();
        assertThat(archive.live()).containsExactly(late);
    }

    @Test
    void aReprieveKeepsToItsFormat() {
        Reprieve reprieve = reprieve(2);
        String json = new String(EntryJson.write(reprieve), UTF_8);

        assertThat(EntryJson.read(Samples.LAYOUT, reprieve.key(), EntryJson.write(reprieve)))
                .isEqualTo(reprieve);
        assertThat(json.replaceFirst("\"contentSha256\": \"[0-9a-f]{64}\"", "\"contentSha256\": …"))
                .isEqualTo(
                        """
                        {
                          "formatVersion": 4,
                          "role": "reprieve",
                          "owner": {
                            "locationId": "location-1",
                            "epoch": "epoch-2",
                            "firnVersion": "0.2.0"
                          },
                          "namespace": "default",
                          "table": {
                            "schema": "tsdb_default",
                            "name": "messages"
                          },
                          "range": {
                            "kind": "timestamptz",
                            "start": {
                              "position": "1733356800000000",
                              "text": "2024-12-05"
                            },
                            "end": {
                              "position": "1733961600000000",
                              "text": "2024-12-12"
                            }
                          },
                          "generation": 2,
                          "reprievedAt": "2025-03-01T10:00:00Z",
                          "contentSha256": …
                        }
                        """);
        assertThatThrownBy(() -> read(reprieve.key(), json.replace("\"generation\": 2", "\"generation\": 3")))
                .hasMessageContaining("it was altered");
    }

    @Test
    void readsBackWhatItWrote() {
        Expiry plain = expiry(2, Samples.manifest(Samples.attempt(1, "aaaaaaaa"), List.of()));
        Expiry withHeads = expiry(
                2,
                Optional.of(
                        new Expiry.Heads(Samples.LAYOUT.headsKey(Samples.WEEK, 2, "abc"), Content.of(new byte[] {1}))),
                Samples.manifest(Samples.attempt(1, "aaaaaaaa"), List.of()));

        for (Expiry expiry : List.of(plain, withHeads)) {
            assertThat(EntryJson.read(Samples.LAYOUT, expiry.key(), EntryJson.write(expiry)))
                    .isEqualTo(expiry);
        }
    }

    @Test
    void keepsToItsFormat() {
        Expiry expiry = expiry(
                2,
                Optional.of(
                        new Expiry.Heads(Samples.LAYOUT.headsKey(Samples.WEEK, 2, "abc"), Content.of(new byte[] {1}))),
                Samples.manifest(Samples.attempt(1, "aaaaaaaa"), List.of()));

        assertThat(new String(EntryJson.write(expiry), UTF_8))
                .isEqualTo(
                        """
                        {
                          "formatVersion": 3,
                          "role": "expiry",
                          "owner": {
                            "locationId": "location-1",
                            "epoch": "epoch-2",
                            "firnVersion": "0.2.0"
                          },
                          "namespace": "default",
                          "table": {
                            "schema": "tsdb_default",
                            "name": "messages"
                          },
                          "range": {
                            "kind": "timestamptz",
                            "start": {
                              "position": "1733356800000000",
                              "text": "2024-12-05"
                            },
                            "end": {
                              "position": "1733961600000000",
                              "text": "2024-12-12"
                            }
                          },
                          "generation": 2,
                          "supersedes": [
                            "default/tsdb_default.messages/manifests/20241205T000000Z_20241212T000000Z-1.json"
                          ],
                          "expireAfter": "3650d",
                          "rows": 11,
                          "bytes": 22,
                          "heads": [
                            {
                              "key": "default/tsdb_default.messages/heads/20241205T000000Z_20241212T000000Z-2-abc.ndjson.gz",
                              "sizeBytes": 1,
                              "sha256": "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a",
                              "crc32": "a505df1b"
                            }
                          ],
                          "expiredAt": "2025-03-01T10:00:00Z",
                          "contentSha256": "%s"
                        }
                        """
                                .formatted(seal(expiry)));
    }

    private static String seal(Expiry expiry) {
        String json = new String(EntryJson.write(expiry), UTF_8);
        return json.substring(json.indexOf("contentSha256") + 17).substring(0, 64);
    }

    @Test
    void aProgramThatReadsManifestsAloneRefusesIt() {
        Expiry expiry = expiry(2, Samples.manifest(Samples.attempt(1, "aaaaaaaa"), List.of()));

        assertThatThrownBy(() -> ManifestJson.read(Samples.LAYOUT, expiry.key(), EntryJson.write(expiry)))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("formatVersion is 3, this version of Firn reads 1 to 2");
    }

    @Test
    void refusesOneThatIsAltered() {
        Expiry expiry = expiry(2, Samples.manifest(Samples.attempt(1, "aaaaaaaa"), List.of()));
        String json = new String(EntryJson.write(expiry), UTF_8);

        assertThatThrownBy(() -> read(expiry.key(), json.replace("\"rows\": 11", "\"rows\": 12")))
                .hasMessageContaining("it was altered");
        assertThatThrownBy(() -> read(Samples.LAYOUT.manifestKey(Samples.WEEK, 3), json))
                .hasMessageContaining("it belongs under '" + expiry.key() + "'");
        assertThatThrownBy(() -> expiry(1, Samples.manifest(Samples.attempt(1, "aaaaaaaa"), List.of())))
                .hasMessageContaining("generation 1 supersedes");
    }

    private static Entry read(String key, String json) {
        return EntryJson.read(Samples.LAYOUT, key, json.getBytes(UTF_8));
    }
}
