package dev.firn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.store.S3Settings.AccessKey;
import dev.firn.store.S3Settings.Checksums;
import dev.firn.store.S3Settings.Encryption;
import dev.firn.store.S3Settings.Endpoint;
import dev.firn.store.S3Settings.Patience;
import dev.firn.store.S3Settings.Writing;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class StoreSettingsTest {

    private static Writing parts(int partSizeBytes, int parallelParts) {
        return new Writing(
                new Encryption.BucketDefault(),
                Optional.empty(),
                Checksums.WHEN_REQUIRED,
                partSizeBytes,
                parallelParts);
    }

    @Test
    void theLargestObjectIsLimitedByWhatS3CopiesAtOnce() {
        assertThat(S3Settings.of("bucket", "a/b", "eu-west-1").largestObjectBytes())
                .isEqualTo(5L << 30);
        assertThat(new DirectorySettings(Path.of("/archive")).largestObjectBytes())
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void urlsTellTheLocationAndNoSecret() {
        S3Settings settings = new S3Settings(
                "bucket",
                "a/b",
                new Endpoint(Optional.of(URI.create("http://127.0.0.1:9000")), "eu-west-1", true),
                Optional.of(new AccessKey("the-id", "the-secret", Optional.of("the-token"))),
                Writing.DEFAULT,
                Patience.DEFAULT);
        assertThat(settings.url()).isEqualTo("s3://bucket/a/b");
        assertThat(S3Settings.of("bucket", "", "eu-west-1").url()).isEqualTo("s3://bucket");
        assertThat(settings.toString()).contains("the-id").doesNotContain("the-secret", "the-token");
        assertThat(new DirectorySettings(Path.of("/a/../archive")).url()).isEqualTo("file:/archive");
    }

    @Test
    void refusesWhatCannotWork() {
        assertRefused("bucket 'x'", () -> S3Settings.of("x", "", "eu-west-1"));
        assertRefused("prefix '/a'", () -> S3Settings.of("bucket", "/a", "eu-west-1"));
        assertRefused("prefix 'a/'", () -> S3Settings.of("bucket", "a/", "eu-west-1"));
        assertRefused("prefix '../a'", () -> S3Settings.of("bucket", "../a", "eu-west-1"));
        assertRefused("region ''", () -> S3Settings.of("bucket", "", ""));
        assertRefused(
                "endpoint 'ftp://host'", () -> new Endpoint(Optional.of(URI.create("ftp://host")), "eu-west-1", false));
        assertRefused("part size in bytes '5242879'", () -> parts((5 << 20) - 1, 1));
        assertRefused("number of parallel parts '0'", () -> parts(5 << 20, 0));
        assertRefused("access key 'id' is empty", () -> new AccessKey("id", " ", Optional.empty()));
        assertRefused(
                "number of attempts '0'",
                () -> new Patience(
                        0,
                        Duration.ofMillis(1),
                        Duration.ofMillis(1),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1)));
        assertRefused("'archive' is not an absolute path", () -> new DirectorySettings(Path.of("archive")));
    }

    private static void assertRefused(String problem, ThrowingCallable making) {
        assertThatThrownBy(making).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(problem);
    }
}
