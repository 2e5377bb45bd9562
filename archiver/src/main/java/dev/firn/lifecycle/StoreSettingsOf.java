package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.config.Checksums;
import dev.firn.config.LocationConfig;
import dev.firn.config.Secret;
import dev.firn.store.DirectorySettings;
import dev.firn.store.S3Settings;
import dev.firn.store.StoreSettings;
import java.time.Duration;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/** A configured location in the words of the store. */
final class StoreSettingsOf {

    private static final Duration LONG_REQUEST = Duration.ofMinutes(10);

    private StoreSettingsOf() {}

    static StoreSettings location(LocationConfig location) {
        if (location instanceof LocationConfig.S3 s3) {
            return s3(s3);
        }
        return new DirectorySettings(((LocationConfig.Directory) location).path());
    }

    private static S3Settings s3(LocationConfig.S3 s3) {
        return new S3Settings(
                s3.bucket(),
                s3.prefix(),
                new S3Settings.Endpoint(s3.endpoint(), region(s3), s3.pathStyle()),
                s3.credentials()
                        .map(given -> new S3Settings.AccessKey(
                                given.accessKeyId().reveal(),
                                given.secretAccessKey().reveal(),
                                given.sessionToken().map(Secret::reveal))),
                new S3Settings.Writing(
                        encryption(s3),
                        java.util.Optional.of(s3.storageClass().name()),
                        s3.checksums() == Checksums.WHEN_SUPPORTED
                                ? S3Settings.Checksums.WHEN_SUPPORTED
                                : S3Settings.Checksums.WHEN_REQUIRED,
                        Math.toIntExact(s3.partSizeBytes()),
                        s3.parallelParts()),
                new S3Settings.Patience(
                        s3.attempts(),
                        S3Settings.Patience.DEFAULT.firstBackoff(),
                        S3Settings.Patience.DEFAULT.longestBackoff(),
                        s3.connectTimeout(),
                        s3.requestTimeout(),
                        LONG_REQUEST.compareTo(s3.requestTimeout()) > 0 ? LONG_REQUEST : s3.requestTimeout()));
    }

    /** Stores that only speak like S3 take any; for AWS the environment, the profile or the machine says it. */
    private static String region(LocationConfig.S3 s3) {
        if (s3.region().isPresent() || s3.endpoint().isPresent()) {
            return s3.region().orElse("us-east-1");
        }
        try {
            return DefaultAwsRegionProviderChain.builder().build().getRegion().id();
        } catch (SdkClientException e) {
            throw new FirnException(
                    FirnException.Category.CONFIGURATION,
                    s3.url(),
                    "looking for its region: neither the configuration nor the environment says it; nothing was started",
                    "set location.region in the namespace's file, or AWS_REGION",
                    e);
        }
    }

    private static S3Settings.Encryption encryption(LocationConfig.S3 s3) {
        return switch (s3.encryption()) {
            case NONE -> new S3Settings.Encryption.BucketDefault();
            case S3 -> new S3Settings.Encryption.S3Managed();
            case KMS -> new S3Settings.Encryption.Kms(s3.kmsKey().orElse(""));
        };
    }
}
