package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.archive.ArchiveLayout;
import dev.firn.archive.Attempt;
import dev.firn.archive.Manifest;
import dev.firn.config.Configuration;
import dev.firn.copy.Digest;
import dev.firn.testing.Firn;
import dev.firn.testing.S3Server;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** What dead programs left in a bucket, of which uploads that were never completed cost money and are seen by nobody. */
class JanitorOnS3IT {

    /** The clock of the store counts in seconds. */
    private static final Duration NO_AGE = Duration.ofSeconds(-2);

    private static final String PREFIX = "firn";

    private S3Server server;
    private S3Client s3;
    private WeeklyChunks chunks;
    private Firn firn;
    private Digest all;
    private Manifest copy;

    @BeforeEach
    void archiveAWeek(@TempDir Path home) throws SQLException {
        server = S3Server.start();
        s3 = server.client();
        chunks = new WeeklyChunks(home, server.settings(PREFIX), server.settings(PREFIX));
        firn = chunks.firn();
        all = chunks.addWeek();
        firn.succeed("run", Firn.NAMESPACE);
        copy = firn.live(chunks.events().table()).get(0);
    }

    @AfterEach
    void close() throws SQLException {
        chunks.close();
        s3.close();
        server.close();
    }

    private SweepSummary sweep(Duration minAge, boolean dryRun) {
        try (OpenNamespace namespace = OpenNamespace.open(
                Configuration.namespace(firn.conf(), Firn.NAMESPACE), Firn.NAMESPACE, Surroundings.real())) {
            return namespace.sweep(Optional.empty(), minAge, dryRun);
        }
    }

    private List<String> uploads() {
        return s3.listMultipartUploads(list -> list.bucket(server.bucket()).prefix(PREFIX + "/")).uploads().stream()
                .map(upload -> upload.key().substring(PREFIX.length() + 1))
                .sorted()
                .toList();
    }

    private void begin(String key) {
        String inBucket = PREFIX + "/" + key;
        String id = s3.createMultipartUpload(
                        create -> create.bucket(server.bucket()).key(inBucket))
                .uploadId();
        s3.uploadPart(
                part -> part.bucket(server.bucket()).key(inBucket).uploadId(id).partNumber(1),
                RequestBody.fromBytes(new byte[5 << 20]));
    }

    @Test
    void endsUploadsOnceTheyAreOldEnoughAndNoneOfSomebodyElse() throws SQLException {
        ArchiveLayout layout = new ArchiveLayout(Firn.NAMESPACE, chunks.events().table());
        String attempt = layout.incomingKey(Attempt.of(copy.range(), 2, "aaaaaaaaaa"), 0);
        String data = copy.files().get(0).key();
        String elses = "somebody/else.parquet";
        List.of(attempt, data, elses).forEach(this::begin);
        List<String> begun = uploads();
        assertThat(begun).hasSize(3);

        assertThat(sweep(Duration.ofHours(1), false).items()).isEmpty();
        assertThat(uploads()).as("younger than an hour").isEqualTo(begun);
        assertThat(sweep(NO_AGE, true).items())
                .extracting(SweepSummary.Item::outcome)
                .containsExactly(SweepSummary.Outcome.DUE, SweepSummary.Outcome.DUE);
        assertThat(uploads()).as("a forecast").isEqualTo(begun);

        assertThat(sweep(NO_AGE, false).items())
                .extracting(SweepSummary.Item::outcome)
                .containsExactly(SweepSummary.Outcome.REMOVED, SweepSummary.Outcome.REMOVED);

        assertThat(uploads()).containsExactly(elses);
        assertThat(firn.ledger(chunks.events().table())).isEqualTo(all);
        assertThat(firn.succeed("scrub", Firn.NAMESPACE).out()).contains(" 0 not; 0 stray and 0 superseded");
    }

    @Test
    void removesWhatHasExpiredAndWasLeftOnceItIsOldEnough() throws SQLException {
        String file = PREFIX + "/" + copy.files().get(0).key();
        byte[] content = s3.getObjectAsBytes(get -> get.bucket(server.bucket()).key(file))
                .asByteArray();
        new ExpiringWeeks(chunks).due(1).succeed("expire", Firn.NAMESPACE);
        // As a worker leaves it that died over it.
        s3.putObject(put -> put.bucket(server.bucket()).key(file), RequestBody.fromBytes(content));

        assertThat(sweep(Duration.ofHours(1), false).items())
                .extracting(SweepSummary.Item::outcome)
                .containsExactly(SweepSummary.Outcome.KEPT);
        assertThat(firn.files()).contains(copy.files().get(0).key());

        assertThat(sweep(NO_AGE, false).items())
                .extracting(SweepSummary.Item::outcome)
                .containsExactly(SweepSummary.Outcome.REMOVED);
        assertThat(firn.files()).noneMatch(key -> key.contains("/data/"));
    }
}
