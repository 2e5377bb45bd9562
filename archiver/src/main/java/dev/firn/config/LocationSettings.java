package dev.firn.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The section {@code location} of a namespace. */
final class LocationSettings {

    private static final Setting<URI> URL = Setting.required(
            "location.url",
            UrlTypes.location(),
            "Where the archive lies: `\"s3://bucket/prefix\"`, or `\"file:/directory\"` for a plain directory.");
    private static final Setting<String> REGION =
            Setting.optional("location.region", ValueType.text(), "found by the AWS SDK", "AWS region of the bucket.");
    private static final Setting<URI> ENDPOINT = Setting.optional(
            "location.endpoint", UrlTypes.endpoint(), "AWS itself", "Where a store that only speaks like S3 is.");
    private static final Setting<Boolean> PATH_STYLE = Setting.withDefault(
            "location.path-style",
            ValueType.flag(),
            "false",
            "Whether the bucket goes into the path of a request instead of the host name; most other stores want it.");
    private static final Setting<Secret> ACCESS_KEY_ID = Setting.optional(
            "location.access-key-id",
            ValueType.secret(),
            "found by the AWS SDK",
            "Id of the access key, if the SDK's own chain (environment, profile, role) shall not find it.");
    private static final Setting<Secret> SECRET_ACCESS_KEY = Setting.optional(
            "location.secret-access-key",
            ValueType.secret(),
            "found by the AWS SDK",
            "The access key, best as `${?NAME}` from the environment.");
    private static final Setting<Secret> SESSION_TOKEN = Setting.optional(
            "location.session-token", ValueType.secret(), "none", "Token that goes with a temporary access key.");
    private static final Setting<Encryption> ENCRYPTION = Setting.withDefault(
            "location.encryption",
            ValueType.choice(Encryption.class),
            "none",
            "Encryption to ask for; none leaves it to the bucket's default, s3 is SSE-S3, kms is SSE-KMS.");
    private static final Setting<String> KMS_KEY = Setting.optional(
            "location.kms-key", ValueType.text(), "the account's own key", "Key id or ARN, with encryption = kms.");
    private static final Setting<StorageClass> STORAGE_CLASS = Setting.withDefault(
            "location.storage-class",
            StorageClass.type(),
            "STANDARD",
            "Storage class of the data; only classes that answer a read at once.");
    private static final Setting<Checksums> CHECKSUMS = Setting.withDefault(
            "location.checksums",
            ValueType.choice(Checksums.class),
            "when-supported",
            "When the SDK adds its own checksums; when-required for stores that reject them.");
    private static final Setting<Long> PART_SIZE = Setting.withDefault(
            "location.part-size",
            ValueType.size(5L << 20, 1L << 30),
            "8MiB",
            "Size of the parts in which a file is sent, and read; at most 10,000 of them make a file.");
    private static final Setting<Integer> PARALLEL_PARTS = Setting.withDefault(
            "location.parallel-parts",
            ValueType.wholeNumber(1, 64),
            "4",
            "Parts of files that are on their way to the store at the same time, and from it, each held in memory.");
    private static final Setting<Integer> ATTEMPTS = Setting.withDefault(
            "location.attempts", ValueType.wholeNumber(1, 20), "5", "How often a request is made before it failed.");
    private static final Setting<Duration> REQUEST_TIMEOUT = Setting.withDefault(
            "location.request-timeout",
            TimeTypes.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
            "60s",
            "How long one attempt of a request may take.");
    private static final Setting<Duration> CONNECT_TIMEOUT = Setting.withDefault(
            "location.connect-timeout",
            TimeTypes.duration(Duration.ofMillis(100), Duration.ofMinutes(5)),
            "5s",
            "How long a new connection to the store may take.");

    static final List<Setting<?>> ALL = List.of(
            URL,
            REGION,
            ENDPOINT,
            PATH_STYLE,
            ACCESS_KEY_ID,
            SECRET_ACCESS_KEY,
            SESSION_TOKEN,
            ENCRYPTION,
            KMS_KEY,
            STORAGE_CLASS,
            CHECKSUMS,
            PART_SIZE,
            PARALLEL_PARTS,
            ATTEMPTS,
            REQUEST_TIMEOUT,
            CONNECT_TIMEOUT);

    private LocationSettings() {}

    static Optional<LocationConfig> read(Layer file, Problems problems) {
        Values values = Values.read(ALL, List.of(file), problems);
        Optional<URI> url = values.find(URL);
        boolean directory = url.isPresent() && "file".equals(url.get().getScheme());
        if (directory) {
            refuseSettingsOfS3(values);
        } else {
            refuseContradictions(values);
        }
        return values.build(() -> directory
                ? new LocationConfig.Directory(Path.of(url.orElseThrow().getPath()))
                : s3(url.orElseThrow(), values));
    }

    private static void refuseSettingsOfS3(Values values) {
        for (Setting<?> setting : ALL) {
            if (!setting.key().equals(URL.key()) && values.isGiven(setting)) {
                values.contradict(setting, "has no meaning for a directory: location.url starts with file:");
            }
        }
    }

    private static void refuseContradictions(Values values) {
        Optional<Encryption> encryption = values.find(ENCRYPTION);
        if (values.isGiven(KMS_KEY) && encryption.isPresent() && encryption.get() != Encryption.KMS) {
            values.contradict(
                    KMS_KEY,
                    "is used with encryption = kms only, and encryption is " + ValueType.spelling(encryption.get()));
        }
        needs(values, ACCESS_KEY_ID, SECRET_ACCESS_KEY);
        needs(values, SECRET_ACCESS_KEY, ACCESS_KEY_ID);
        needs(values, SESSION_TOKEN, SECRET_ACCESS_KEY);
    }

    private static void needs(Values values, Setting<?> given, Setting<?> needed) {
        if (values.isGiven(given) && !values.isGiven(needed)) {
            values.contradict(given, "is given, but " + needed.key() + " is not" + values.cause(needed));
        }
    }

    private static LocationConfig.S3 s3(URI url, Values values) {
        Optional<LocationConfig.Credentials> credentials = values.find(ACCESS_KEY_ID)
                .map(id -> new LocationConfig.Credentials(
                        id, values.find(SECRET_ACCESS_KEY).orElseThrow(), values.find(SESSION_TOKEN)));
        return new LocationConfig.S3(
                url.getAuthority(),
                url.getPath().replaceFirst("^/", ""),
                values.find(REGION),
                values.find(ENDPOINT),
                values.get(PATH_STYLE),
                credentials,
                values.get(ENCRYPTION),
                values.find(KMS_KEY),
                values.get(STORAGE_CLASS),
                values.get(CHECKSUMS),
                values.get(PART_SIZE),
                values.get(PARALLEL_PARTS),
                values.get(ATTEMPTS),
                values.get(REQUEST_TIMEOUT),
                values.get(CONNECT_TIMEOUT));
    }
}
