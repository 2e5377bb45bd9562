package dev.firn.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import dev.firn.archive.Manifest.DataFile;
import dev.firn.copy.Digest;
import dev.firn.parquet.WrittenFile;
import dev.firn.store.Content;
import dev.firn.types.PgType;
import dev.firn.types.UserType;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ManifestJsonTest {

    private static final Attempt ATTEMPT = Samples.attempt(1, "0123456789abcdef");
    private static final Manifest MANIFEST = Samples.manifest(
            ATTEMPT,
            List.of(
                    Samples.file(ATTEMPT, 0, "first".getBytes(UTF_8), 10),
                    Samples.file(ATTEMPT, 1, "second".getBytes(UTF_8), 5)));

    @Test
    void writesVersion1AsItIsPinned() throws IOException {
        assertThat(new String(ManifestJson.write(MANIFEST), UTF_8)).isEqualTo(new String(pinned(), UTF_8));
    }

    @Test
    void readsVersion1AsItIsPinned() throws IOException {
        assertThat(ManifestJson.read(Samples.LAYOUT, MANIFEST.key(), pinned())).isEqualTo(MANIFEST);
    }

    @Test
    void readsWhatAnotherToolIndentedAnew() {
        String compact = new String(ManifestJson.write(MANIFEST), UTF_8).replaceAll("\\n *", "");

        assertThat(ManifestJson.read(Samples.LAYOUT, MANIFEST.key(), compact.getBytes(UTF_8)))
                .isEqualTo(MANIFEST);
    }

    @Test
    void keepsEveryDigitOfTheOutermostPositions() {
        TimeRange all = new TimeRange(TimeKind.BIGINT, Long.MIN_VALUE, Long.MAX_VALUE);
        Attempt attempt = Attempt.of(all, 3, "abcdefgh");
        ArchiveLayout layout = new ArchiveLayout("näme/space", new TableName("a.b", "_c"));
        DataFile file = new DataFile(
                layout.incomingKey(attempt, 99_999),
                layout.dataKey(all, 3, "", 99_999),
                "",
                new Content(Long.MAX_VALUE, "0".repeat(64), -1),
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                Long.MAX_VALUE);
        Manifest manifest = new Manifest(
                MANIFEST.owner(),
                "näme/space",
                layout.table(),
                attempt,
                Manifest.Role.REPLACEMENT,
                List.of(layout.manifestKey(all, 1), layout.manifestKey(all, 2)),
                PartitionBy.CHUNK,
                Samples.DESCRIPTION,
                new Digest(Long.MAX_VALUE, -1, -1),
                MANIFEST.source(),
                List.of(file),
                MANIFEST.proof(),
                MANIFEST.createdAt());

        byte[] json = ManifestJson.write(manifest);

        assertThat(new String(json, UTF_8)).contains("\"-9223372036854775808\"", "\"9223372036854775807\"");
        assertThat(ManifestJson.read(layout, manifest.key(), json)).isEqualTo(manifest);
    }

    @Test
    void writesVersion2WhereTypesAreDescribedAndReadsItAgain() {
        Manifest.TableDescription plain = Samples.DESCRIPTION;
        PgType number = Samples.builtIn("int4", "integer", "int4out");
        Manifest typed = new Manifest(
                MANIFEST.owner(),
                MANIFEST.namespace(),
                MANIFEST.table(),
                ATTEMPT,
                MANIFEST.role(),
                MANIFEST.supersedes(),
                MANIFEST.partitionBy(),
                new Manifest.TableDescription(
                        plain.timeColumn(),
                        plain.chunkInterval(),
                        plain.columns(),
                        plain.columnDefaults(),
                        plain.identity(),
                        plain.avroSchema(),
                        plain.indexes(),
                        plain.constraints(),
                        plain.compression(),
                        List.of(
                                new UserType(
                                        "app",
                                        "pair",
                                        List.of(new UserType.Attribute("A", number)),
                                        Optional.empty(),
                                        false,
                                        Map.of()),
                                new UserType(
                                        "app",
                                        "price",
                                        List.of(),
                                        Optional.of("1"),
                                        true,
                                        Map.of("positive", "CHECK ((VALUE > 0))")))),
                MANIFEST.digest(),
                MANIFEST.source(),
                MANIFEST.files(),
                MANIFEST.proof(),
                MANIFEST.createdAt());

        byte[] json = ManifestJson.write(typed);

        assertThat(new String(json, UTF_8))
                .startsWith("{\n  \"formatVersion\": 2,")
                .contains(
                        """
                            "types": [
                              {
                                "schema": "app",
                                "name": "pair",
                                "attributes": [
                                  {
                                    "name": "A",
                                    "type": {
                                      "schema": "pg_catalog",
                                      "name": "int4",
                                      "typmod": -1,
                                      "kind": "base",
                                      "sql": "integer",
                                      "inner": null,
                                      "labels": [ ],
                                      "outputFunction": "\\"pg_catalog\\".\\"int4out\\""
                                    }
                                  }
                                ],
                                "defaultExpression": null,
                                "notNull": false,
                                "checks": { }
                              },
                              {
                                "schema": "app",
                                "name": "price",
                                "attributes": [ ],
                                "defaultExpression": "1",
                                "notNull": true,
                                "checks": {
                                  "positive": "CHECK ((VALUE > 0))"
                                }
                              }
                            ]
                        """);
        assertThat(ManifestJson.read(Samples.LAYOUT, typed.key(), json)).isEqualTo(typed);
        assertThat(new String(ManifestJson.write(MANIFEST), UTF_8)).startsWith("{\n  \"formatVersion\": 1,");
    }

    @Test
    void describesAnEmptyChunk() {
        Manifest empty = Samples.manifest(ATTEMPT, List.of());

        assertThat(ManifestJson.read(Samples.LAYOUT, empty.key(), ManifestJson.write(empty)))
                .isEqualTo(empty);
    }

    @Test
    void describesRowsByDay() {
        WrittenFile file = new WrittenFile(
                Samples.LAYOUT.incomingKey(ATTEMPT, 0),
                "2024-12-05",
                Samples.contentOf(new byte[] {1}),
                1,
                Samples.DEC_5,
                Samples.DEC_5);
        Manifest byDay = new Manifest(
                MANIFEST.owner(),
                "default",
                Samples.TABLE,
                ATTEMPT,
                Manifest.Role.ORIGINAL,
                List.of(),
                PartitionBy.DAY,
                Samples.DESCRIPTION,
                Samples.digestOf(List.of(file)),
                MANIFEST.source(),
                List.of(Samples.dataFile(ATTEMPT, file)),
                MANIFEST.proof(),
                MANIFEST.createdAt());

        assertThat(byDay.files().get(0).key()).contains("/data/dt=2024-12-05/");
        assertThat(ManifestJson.read(Samples.LAYOUT, byDay.key(), ManifestJson.write(byDay)))
                .isEqualTo(byDay);
    }

    @Test
    void noticesEverySingleByteThatIsMissingAtTheEnd() {
        byte[] json = ManifestJson.write(MANIFEST);
        for (int length = 0; length < json.length - 2; length += 7) {
            byte[] torn = Arrays.copyOf(json, length);
            assertThatThrownBy(() -> ManifestJson.read(Samples.LAYOUT, MANIFEST.key(), torn))
                    .isInstanceOf(FirnException.class)
                    .hasMessageStartingWith(MANIFEST.key() + ": reading the manifest: ");
        }
    }

    @Test
    void noticesEveryBitThatFlipsUnlessItOnlyChangesWhiteSpace() {
        byte[] json = ManifestJson.write(MANIFEST);
        for (int i = 0; i < json.length; i++) {
            byte[] rotten = json.clone();
            rotten[i] = (byte) (rotten[i] ^ 1 << (i % 8));
            boolean same;
            try {
                same = ManifestJson.read(Samples.LAYOUT, MANIFEST.key(), rotten).equals(MANIFEST);
            } catch (FirnException e) {
                same = true;
            }
            assertThat(same).as("bit %d of byte %d", i % 8, i).isTrue();
        }
    }

    private static byte[] pinned() throws IOException {
        try (InputStream in = ManifestJsonTest.class.getResourceAsStream("manifest-v1.json")) {
            return in.readAllBytes();
        }
    }
}
