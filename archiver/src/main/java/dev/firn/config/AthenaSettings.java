package dev.firn.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The section {@code athena} of a namespace. */
final class AthenaSettings {

    private static final Setting<CatalogSync> SYNC = Setting.withDefault(
            "athena.sync",
            ValueType.choice(CatalogSync.class),
            "off",
            "Whether what is archived is put into the Glue Data Catalog: on after each chunk, at the end of each pass and"
                    + " when copies expired; by-hand by `archiver athena sync` alone, and `status` says what it lags behind; off and `status`"
                    + " does not ask it.");
    private static final Setting<String> DATABASE = Setting.optional(
            "athena.database",
            ValueType.ofText("name of small letters, digits and _", text -> {
                if (!text.matches("[a-z0-9_]{1,255}")) {
                    throw new BadValue("expects at most 255 small letters, digits and _, as Athena wants a name");
                }
                return text;
            }),
            "`firn_` and the namespace's name",
            "Database that query engines find the tables in; `archiver athena ddl` names it too.");
    private static final Setting<Boolean> VIEWS = Setting.withDefault(
            "athena.views",
            ValueType.flag(),
            "true",
            "Whether each table gets its view, in the form in which Athena keeps views; AWS documents that form nowhere,"
                    + " and without it `archiver athena ddl` prints the view for Athena to make.");
    private static final Setting<String> REGION = Setting.optional(
            "athena.region",
            ValueType.ofText("name of a region", text -> {
                if (!text.matches("[a-z0-9-]+")) {
                    throw new BadValue("expects a region such as eu-central-1");
                }
                return text;
            }),
            "location.region, else found by the AWS SDK",
            "AWS region of the Glue Data Catalog; Athena wants it to be the bucket's.");
    private static final Setting<URI> ENDPOINT = Setting.optional(
            "athena.endpoint",
            UrlTypes.endpoint(),
            "AWS itself",
            "Where Glue is, for an interface endpoint or something that only speaks like it.");
    private static final Setting<String> CATALOG_ID = Setting.optional(
            "athena.catalog-id",
            ValueType.ofText("12 digits", text -> {
                if (!text.matches("[0-9]{12}")) {
                    throw new BadValue("expects the 12 digits of an AWS account");
                }
                return text;
            }),
            "the account of the credentials",
            "Account whose Data Catalog it is; in quotes, since it may begin with 0.");
    private static final Setting<Secret> ACCESS_KEY_ID = Setting.optional(
            "athena.access-key-id",
            ValueType.secret(),
            "the location's where that is AWS itself, else found by the AWS SDK",
            "Id of the access key for Glue.");
    private static final Setting<Secret> SECRET_ACCESS_KEY = Setting.optional(
            "athena.secret-access-key",
            ValueType.secret(),
            "as for athena.access-key-id",
            "The access key, best as `${?NAME}` from the environment.");
    private static final Setting<Secret> SESSION_TOKEN = Setting.optional(
            "athena.session-token", ValueType.secret(), "none", "Token that goes with a temporary access key.");
    private static final Setting<Integer> ATTEMPTS = Setting.withDefault(
            "athena.attempts",
            ValueType.wholeNumber(1, 20),
            "8",
            "How often a request to Glue is made before it failed, by throttling for instance.");
    private static final Setting<Duration> REQUEST_TIMEOUT = Setting.withDefault(
            "athena.request-timeout",
            TimeTypes.duration(Duration.ofSeconds(1), Duration.ofMinutes(10)),
            "20s",
            "How long one attempt of a request to Glue may take.");

    static final List<Setting<?>> ALL = List.of(
            SYNC,
            DATABASE,
            VIEWS,
            REGION,
            ENDPOINT,
            CATALOG_ID,
            ACCESS_KEY_ID,
            SECRET_ACCESS_KEY,
            SESSION_TOKEN,
            ATTEMPTS,
            REQUEST_TIMEOUT);

    private AthenaSettings() {}

    static Optional<AthenaConfig> read(Layer file, Optional<LocationConfig> location, Problems problems) {
        Values values = Values.read(ALL, List.of(file), problems);
        boolean directory = location.isPresent() && location.get() instanceof LocationConfig.Directory;
        if (directory
                && values.find(SYNC).filter(sync -> sync != CatalogSync.OFF).isPresent()) {
            values.contradict(
                    SYNC, "is for archives on S3: Athena does not read location.url, which starts with file:");
        }
        needs(values, ACCESS_KEY_ID, SECRET_ACCESS_KEY);
        needs(values, SECRET_ACCESS_KEY, ACCESS_KEY_ID);
        needs(values, SESSION_TOKEN, SECRET_ACCESS_KEY);
        Optional<LocationConfig.S3> s3 =
                location.filter(LocationConfig.S3.class::isInstance).map(LocationConfig.S3.class::cast);
        return values.build(() -> new AthenaConfig(
                values.get(SYNC),
                values.find(DATABASE),
                values.get(VIEWS),
                values.find(REGION).or(() -> s3.flatMap(LocationConfig.S3::region)),
                values.find(ENDPOINT),
                values.find(CATALOG_ID),
                values.find(ACCESS_KEY_ID)
                        .map(id -> new LocationConfig.Credentials(
                                id, values.find(SECRET_ACCESS_KEY).orElseThrow(), values.find(SESSION_TOKEN)))
                        // Keys to a store that only speaks like S3 are nothing that AWS should ever see.
                        .or(() -> s3.filter(bucket -> bucket.endpoint().isEmpty())
                                .flatMap(LocationConfig.S3::credentials)),
                values.get(ATTEMPTS),
                values.get(REQUEST_TIMEOUT)));
    }

    private static void needs(Values values, Setting<?> given, Setting<?> needed) {
        if (values.isGiven(given) && !values.isGiven(needed)) {
            values.contradict(given, "is given, but " + needed.key() + " is not" + values.cause(needed));
        }
    }
}
