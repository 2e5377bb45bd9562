package dev.firn.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** Where the archive of a namespace lies. */
public sealed interface LocationConfig {

    /** As configured, without a slash at the end; holds no secret. */
    String url();

    /** A directory of this machine, or of a file system that it mounts. */
    record Directory(Path path) implements LocationConfig {

        public Directory {
            if (!path.isAbsolute()) {
                throw new IllegalArgumentException("directory %s is not absolute".formatted(path));
            }
        }

        @Override
        public String url() {
            return "file:" + path;
        }
    }

    /**
     * A bucket of S3, or of a store that speaks like it.
     *
     * @param prefix without slashes at its ends; may be empty
     * @param region empty for the default chain of the SDK
     * @param credentials empty for the default chain of the SDK
     * @param kmsKey only with {@link Encryption#KMS}; empty for the account's own key
     * @param parallelParts parts of one file that are sent, or read, at the same time; each takes {@code partSizeBytes} of memory
     * @param attempts how often one request is made at most
     */
    record S3(
            String bucket,
            String prefix,
            Optional<String> region,
            Optional<URI> endpoint,
            boolean pathStyle,
            Optional<Credentials> credentials,
            Encryption encryption,
            Optional<String> kmsKey,
            StorageClass storageClass,
            Checksums checksums,
            long partSizeBytes,
            int parallelParts,
            int attempts,
            Duration requestTimeout,
            Duration connectTimeout)
            implements LocationConfig {

        public S3 {
            Objects.requireNonNull(bucket, "bucket");
            if (prefix.startsWith("/") || prefix.endsWith("/")) {
                throw new IllegalArgumentException("prefix '%s' has a slash at its end".formatted(prefix));
            }
            if (kmsKey.isPresent() && encryption != Encryption.KMS) {
                throw new IllegalArgumentException("a KMS key with encryption %s".formatted(encryption));
            }
        }

        @Override
        public String url() {
            return "s3://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix);
        }
    }

    /** Keys to a bucket. The id is kept like a secret too: the two are swapped by mistake. */
    record Credentials(Secret accessKeyId, Secret secretAccessKey, Optional<Secret> sessionToken) {}
}
