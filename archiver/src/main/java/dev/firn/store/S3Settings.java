package dev.firn.store;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * A bucket, or a part of one, as a store ({@code s3:}).
 *
 * @param prefix what all keys start with, without a slash at either end; empty for the whole bucket
 * @param accessKey given keys; empty for the default credentials chain
 */
public record S3Settings(
        String bucket,
        String prefix,
        Endpoint endpoint,
        Optional<AccessKey> accessKey,
        Writing writing,
        Patience patience)
        implements StoreSettings {

    /** What S3 allows a multipart upload to consist of. */
    public static final int MAX_PARTS = 10_000;

    /** What S3 copies in one request. */
    public static final long MAX_COPY_BYTES = 5L << 30;

    static final int MIN_PART_BYTES = 5 << 20;

    public S3Settings {
        check(bucket.matches("[A-Za-z0-9][A-Za-z0-9._-]{1,62}"), "bucket", bucket);
        if (!prefix.isEmpty()) {
            String problem = Keys.problem(prefix);
            if (problem != null) {
                throw new IllegalArgumentException("prefix '%s' %s".formatted(prefix, problem));
            }
        }
    }

    /** AWS in the given region, default credentials, and the defaults for everything else. */
    public static S3Settings of(String bucket, String prefix, String region) {
        return new S3Settings(
                bucket,
                prefix,
                new Endpoint(Optional.empty(), region, false),
                Optional.empty(),
                Writing.DEFAULT,
                Patience.DEFAULT);
    }

    @Override
    public String url() {
        return "s3://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix);
    }

    @Override
    public long largestObjectBytes() {
        return Math.min((long) writing.partSizeBytes() * MAX_PARTS, MAX_COPY_BYTES);
    }

    /** The key in the bucket of a key in the location. */
    String inBucket(String key) {
        return prefix.isEmpty() ? key : prefix + "/" + key;
    }

    /** The key in the location of a key in the bucket. */
    String inLocation(String bucketKey) {
        return prefix.isEmpty() ? bucketKey : bucketKey.substring(prefix.length() + 1);
    }

    /**
     * Where S3 is.
     *
     * @param url of an S3-compatible store; empty for AWS
     * @param pathStyle the bucket in the path instead of the host name
     */
    public record Endpoint(Optional<URI> url, String region, boolean pathStyle) {

        public Endpoint {
            url.ifPresent(given -> check(
                    given.getHost() != null && ("http".equals(given.getScheme()) || "https".equals(given.getScheme())),
                    "endpoint",
                    given));
            check(region.matches("[a-z0-9-]+"), "region", region);
        }
    }

    /** Keys given by configuration. Never printed. */
    public record AccessKey(String id, String secret, Optional<String> sessionToken) {

        public AccessKey {
            check(!id.isBlank(), "access key id", id);
            if (secret.isBlank()) {
                throw new IllegalArgumentException("the secret of access key '%s' is empty".formatted(id));
            }
        }

        @Override
        public String toString() {
            return "AccessKey[" + id + "]";
        }
    }

    /** How objects rest in the store. */
    public sealed interface Encryption {

        /** What the bucket does by default. */
        record BucketDefault() implements Encryption {}

        /** SSE-S3: with keys S3 keeps. */
        record S3Managed() implements Encryption {}

        /** SSE-KMS: with a key of the key service; an empty id means the account's default key. */
        record Kms(String keyId) implements Encryption {}
    }

    /** Which checksums go with what is written. */
    public enum Checksums {
        /** Content-MD5 alone, which every S3-compatible store understands. */
        WHEN_REQUIRED,
        /** CRC32, also of the whole of a multipart upload, which the store then checks and keeps. */
        WHEN_SUPPORTED
    }

    /**
     * How objects are written, and long ones read. Memory is bounded by {@code (open uploads + 2 x parallelParts) x
     * partSizeBytes}: each open upload fills one part, all uploads of a store together send {@code parallelParts} of them
     * at a time, and all readers together have one less of them fetched ahead.
     *
     * @param storageClass as S3 spells it, for instance {@code GLACIER_IR}; empty for the bucket's default
     * @param partSizeBytes 5 MiB to 1 GiB; smaller objects go in one request
     */
    public record Writing(
            Encryption encryption,
            Optional<String> storageClass,
            Checksums checksums,
            int partSizeBytes,
            int parallelParts) {

        public static final Writing DEFAULT =
                new Writing(new Encryption.BucketDefault(), Optional.empty(), Checksums.WHEN_REQUIRED, 8 << 20, 4);

        public Writing {
            storageClass.ifPresent(given -> check(given.matches("[A-Z0-9_]+"), "storage class", given));
            check(partSizeBytes >= MIN_PART_BYTES && partSizeBytes <= 1 << 30, "part size in bytes", partSizeBytes);
            check(parallelParts >= 1 && parallelParts <= 64, "number of parallel parts", parallelParts);
        }
    }

    /**
     * How long to wait and how often to try.
     *
     * @param attempts at one request, the first included
     * @param firstBackoff upper bound of the random wait before the second attempt; doubles with each further one
     * @param requestTimeout of one attempt at an ordinary request
     * @param longRequestTimeout of one attempt at a copy or at the completion of an upload, which S3 may take minutes for
     */
    public record Patience(
            int attempts,
            Duration firstBackoff,
            Duration longestBackoff,
            Duration connectTimeout,
            Duration requestTimeout,
            Duration longRequestTimeout) {

        public static final Patience DEFAULT = new Patience(
                6,
                Duration.ofMillis(200),
                Duration.ofSeconds(20),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofMinutes(10));

        public Patience {
            check(attempts >= 1 && attempts <= 20, "number of attempts", attempts);
            check(positive(firstBackoff), "first back-off", firstBackoff);
            check(longestBackoff.compareTo(firstBackoff) >= 0, "longest back-off", longestBackoff);
            check(positive(connectTimeout), "connect timeout", connectTimeout);
            check(positive(requestTimeout), "request timeout", requestTimeout);
            check(longRequestTimeout.compareTo(requestTimeout) >= 0, "long request timeout", longRequestTimeout);
        }

        private static boolean positive(Duration given) {
            return !given.isNegative() && !given.isZero();
        }
    }

    private static void check(boolean holds, String what, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "%s '%s' is out of bounds or malformed", what, value));
        }
    }
}
