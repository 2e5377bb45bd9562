package dev.firn.config;

import static dev.firn.config.ConfDirectory.DATABASE;
import static dev.firn.config.ConfDirectory.LOCATION;
import static dev.firn.config.ConfDirectory.TABLES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.TableName;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigurationTest {

    private static final TableName MESSAGES = new TableName("tsdb_default", "messages");

    @TempDir
    Path directory;

    private ConfDirectory conf;

    @BeforeEach
    void startWithAnEmptyDirectory() {
        conf = new ConfDirectory(directory);
    }

    @Test
    void fillsInEveryDefault() {
        conf.with("namespaces/default.conf", DATABASE, LOCATION, TABLES);

        Configuration configuration = conf.load();

        assertThat(configuration.service())
                .isEqualTo(new ServiceConfig(
                        directory.resolve("namespaces"),
                        new ServiceConfig.Copy(4096, 2 << 20, 4),
                        new ServiceConfig.Claim(Duration.ofMinutes(2), Duration.ofSeconds(20)),
                        new ServiceConfig.Janitor(Duration.ofDays(1)),
                        new ServiceConfig.Scrub(new Share(1, 30)),
                        new ServiceConfig.Http(true, "127.0.0.1", 9780),
                        new ServeConfig(
                                2,
                                2,
                                new Schedule.Every(Duration.ofMinutes(15)),
                                ZoneId.of("UTC"),
                                Optional.empty(),
                                new ServeConfig.Upkeep(
                                        new Schedule.Cron("0 30 3 * * ?"),
                                        new Schedule.Cron("0 0 4 * * ?"),
                                        new Schedule.Cron("0 0 5 * * ?")),
                                Duration.ofMinutes(1),
                                Duration.ofMinutes(1),
                                Duration.ofSeconds(10),
                                Optional.empty()),
                        new ServiceConfig.Limits(OptionalLong.empty())));
        NamespaceConfig namespace = configuration.namespace("default");
        assertThat(namespace.database())
                .isEqualTo(new DatabaseConfig(
                        "jdbc:postgresql://127.0.0.1:5432/app",
                        "firn_archiver",
                        Optional.empty(),
                        Duration.ofSeconds(10),
                        Duration.ofHours(6),
                        Duration.ofMillis(100),
                        20,
                        Duration.ofSeconds(2),
                        Duration.ofHours(6),
                        new DatabaseConfig.Standbys(Optional.empty(), Duration.ofMinutes(5), Optional.empty())));
        assertThat(namespace.location()).isEqualTo(new LocationConfig.Directory(Path.of("/var/lib/firn")));
        Age ninetyDays = new Age.OfTime(Duration.ofDays(90));
        assertThat(namespace.table(MESSAGES))
                .isEqualTo(new TableConfig(
                        MESSAGES,
                        ninetyDays,
                        ninetyDays,
                        new Age.Never(),
                        new Keep(Optional.of(Duration.ofDays(7))),
                        OnEdit.KEEP,
                        true,
                        Proof.ROUNDTRIP,
                        PartitionBy.CHUNK,
                        new ParquetConfig(1, 512L << 20, 64L << 20, 1 << 20, 20_000, Optional.empty()),
                        32L << 20,
                        1000,
                        new GuardConfig(EnumSet.allOf(GuardName.class), false),
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void readsWhatStandbysAreAndHowManyBytesMayBeMoved() {
        conf.with("firn.conf", "limits { bytes-per-second = 20MiB }")
                .with(
                        "namespaces/default.conf",
                        "database {",
                        "  url = \"jdbc:postgresql://127.0.0.1:5432/app\", user = firn_archiver",
                        "  read-url = \"jdbc:postgresql://127.0.0.2:5432/app\", read-wait = 10m, max-standby-lag = 30s",
                        "}",
                        LOCATION,
                        TABLES);

        Configuration configuration = conf.load();

        assertThat(configuration.service().limits().bytesPerSecond()).hasValue(20 << 20);
        assertThat(configuration.namespace("default").database().standbys())
                .isEqualTo(new DatabaseConfig.Standbys(
                        Optional.of("jdbc:postgresql://127.0.0.2:5432/app"),
                        Duration.ofMinutes(10),
                        Optional.of(Duration.ofSeconds(30))));
    }

    @Test
    void whatCameBackIsKeptForAWhileOrForEver() {
        conf.with(
                "namespaces/default.conf",
                DATABASE,
                LOCATION,
                "defaults { archive-after = 90d, keep-restored = 36 hours }",
                "tables { app.one {}, app.two { keep-restored = forever } }");

        NamespaceConfig namespace = conf.load().namespace("default");

        assertThat(namespace.table(new TableName("app", "one")).keepRestored())
                .isEqualTo(new Keep(Optional.of(Duration.ofHours(36))));
        assertThat(namespace.table(new TableName("app", "two")).keepRestored()).isEqualTo(Keep.FOR_EVER);
    }

    @Test
    void turnsGuardsOffByNameForATableOrForAll() {
        conf.with(
                "namespaces/default.conf",
                DATABASE,
                LOCATION,
                "defaults { archive-after = 90d, guards { continuous-aggregates = off }, refresh-first = on }",
                "tables {",
                "  tsdb_default.messages { guards.continuous-aggregates = on }",
                "  tsdb_default.other {}",
                "}");

        NamespaceConfig namespace = conf.load().namespace("default");

        assertThat(namespace.table(MESSAGES).guards().isOn(GuardName.CONTINUOUS_AGGREGATES))
                .isTrue();
        GuardConfig others =
                namespace.table(new TableName("tsdb_default", "other")).guards();
        assertThat(others.isOn(GuardName.CONTINUOUS_AGGREGATES)).isFalse();
        assertThat(others.refreshFirst()).isTrue();
    }

    @Test
    void readsEverySettingOfABucket() {
        conf.withVariable("KEY", "AKIAEXAMPLE").withVariable("SECRET", "hunter2");
        conf.with(
                "namespaces/default.conf",
                DATABASE,
                "location {",
                "  url = \"s3://my-bucket/some/prefix/\"",
                "  region = eu-central-1, endpoint = \"http://127.0.0.1:9000\", path-style = yes",
                "  access-key-id = ${KEY}, secret-access-key = ${SECRET}, session-token = \"t\"",
                "  encryption = kms, kms-key = \"arn:aws:kms:eu-central-1:1:key/2\", storage-class = GLACIER_IR",
                "  checksums = when-required, part-size = 16MiB, parallel-parts = 2, attempts = 7",
                "  request-timeout = 2 minutes, connect-timeout = 500ms",
                "}",
                TABLES);

        LocationConfig location = conf.load().namespace("default").location();

        assertThat(location.url()).isEqualTo("s3://my-bucket/some/prefix");
        assertThat(location)
                .isEqualTo(new LocationConfig.S3(
                        "my-bucket",
                        "some/prefix",
                        Optional.of("eu-central-1"),
                        Optional.of(URI.create("http://127.0.0.1:9000")),
                        true,
                        Optional.of(new LocationConfig.Credentials(
                                new Secret("AKIAEXAMPLE"), new Secret("hunter2"), Optional.of(new Secret("t")))),
                        Encryption.KMS,
                        Optional.of("arn:aws:kms:eu-central-1:1:key/2"),
                        StorageClass.GLACIER_IR,
                        Checksums.WHEN_REQUIRED,
                        16L << 20,
                        2,
                        7,
                        Duration.ofMinutes(2),
                        Duration.ofMillis(500)));
        assertThat(location.toString()).doesNotContain("hunter2", "AKIAEXAMPLE");
    }

    @Test
    void readsEverySettingOfAthena() {
        conf.withVariable("KEY", "AKIAEXAMPLE").withVariable("SECRET", "hunter2");
        conf.with(
                "namespaces/default.conf",
                DATABASE,
                "location { url = \"s3://my-bucket\" }",
                "athena {",
                "  sync = by-hand, database = analytics, views = off, region = eu-west-1",
                "  endpoint = \"http://127.0.0.1:9000\", catalog-id = \"012345678901\"",
                "  access-key-id = ${KEY}, secret-access-key = ${SECRET}, session-token = \"t\"",
                "  attempts = 3, request-timeout = 5s",
                "}",
                TABLES);

        AthenaConfig athena = conf.load().namespace("default").athena();

        assertThat(athena)
                .isEqualTo(new AthenaConfig(
                        CatalogSync.BY_HAND,
                        Optional.of("analytics"),
                        false,
                        Optional.of("eu-west-1"),
                        Optional.of(URI.create("http://127.0.0.1:9000")),
                        Optional.of("012345678901"),
                        Optional.of(new LocationConfig.Credentials(
                                new Secret("AKIAEXAMPLE"), new Secret("hunter2"), Optional.of(new Secret("t")))),
                        3,
                        Duration.ofSeconds(5)));
        assertThat(athena.toString()).doesNotContain("hunter2", "AKIAEXAMPLE");
    }

    @Test
    void athenaIsReachedAsTheBucketIsWhereThatIsAws() {
        String bucket = "location { url = \"s3://my-bucket\", access-key-id = i, secret-access-key = s";
        conf.with("namespaces/a.conf", DATABASE, bucket + ", region = eu-west-1 }", TABLES);

        AthenaConfig athena = conf.load().namespace("a").athena();
        assertThat(athena.sync()).isEqualTo(CatalogSync.OFF);
        assertThat(athena.region()).contains("eu-west-1");
        assertThat(athena.credentials())
                .contains(new LocationConfig.Credentials(new Secret("i"), new Secret("s"), Optional.empty()));

        conf.with("namespaces/a.conf", DATABASE, bucket + ", endpoint = \"http://127.0.0.1:9000\" }", TABLES);
        assertThat(conf.load().namespace("a").athena().credentials()).isEmpty();
    }

    @Test
    void readsHowAnApplicationNumbersItsRows() {
        conf.with(
                "namespaces/default.conf",
                DATABASE,
                LOCATION,
                "tables {",
                "  app.short { archive-after = 1d, write-path { stream = stream_name, position = position } }",
                "  app.long { archive-after = 1d, write-path { stream = s, position = p, global-position = g,",
                "             version-function = last_of, on-archived = notice } }",
                "}");

        NamespaceConfig namespace = conf.load().namespace("default");

        assertThat(namespace.table(new TableName("app", "short")).writePath())
                .contains(new WritePathConfig(
                        "stream_name", "position", Optional.empty(), "stream_version", OnArchived.ERROR));
        assertThat(namespace.table(new TableName("app", "long")).writePath())
                .contains(new WritePathConfig("s", "p", Optional.of("g"), "last_of", OnArchived.NOTICE));
    }

    @Test
    void letsATableOverrideTheDefaultsOfItsNamespace() {
        conf.with(
                "namespaces/default.conf",
                DATABASE,
                LOCATION,
                "defaults { archive-after = 12 weeks, drop-after = never, parquet.bloom-filters = [ id ] }",
                "tables {",
                "  app.plain {}",
                "  app.\"Odd name.with dot\" { archive-after = 30d, drop-after = 60d, parquet { zstd-level = 9 } }",
                "  app.counted { archive-after = 1000000, drop-after = \"2000000\", parquet.bloom-filters = [] }",
                "}");

        NamespaceConfig namespace = conf.load().namespace("default");

        TableConfig plain = namespace.table(new TableName("app", "plain"));
        assertThat(plain.archiveAfter()).isEqualTo(new Age.OfTime(Duration.ofDays(84)));
        assertThat(plain.dropAfter()).isEqualTo(new Age.Never());
        assertThat(plain.parquet().bloomFilters()).contains(List.of("id"));
        TableConfig odd = namespace.table(new TableName("app", "Odd name.with dot"));
        assertThat(odd.dropAfter()).isEqualTo(new Age.OfTime(Duration.ofDays(60)));
        assertThat(odd.parquet().zstdLevel()).isEqualTo(9);
        assertThat(odd.parquet().bloomFilters()).contains(List.of("id"));
        TableConfig counted = namespace.table(new TableName("app", "counted"));
        assertThat(counted.archiveAfter()).isEqualTo(new Age.OfUnits(1_000_000));
        assertThat(counted.dropAfter()).isEqualTo(new Age.OfUnits(2_000_000));
        assertThat(counted.parquet().bloomFilters()).contains(List.of());
    }

    @Test
    void takesNumbersAndFlagsFromTheEnvironment() {
        conf.withVariable("ATTEMPTS", "3").withVariable("WAIT", "90 s").withVariable("COMPRESSED", "false");
        conf.with(
                "namespaces/default.conf",
                DATABASE,
                "database { lock-attempts = ${ATTEMPTS}, connect-timeout = ${?WAIT}, lock-pause = ${?UNSET} }",
                LOCATION,
                TABLES,
                "defaults.require-compressed = ${COMPRESSED}");

        NamespaceConfig namespace = conf.load().namespace("default");

        assertThat(namespace.database().lockAttempts()).isEqualTo(3);
        assertThat(namespace.database().connectTimeout()).isEqualTo(Duration.ofSeconds(90));
        assertThat(namespace.database().lockPause()).isEqualTo(Duration.ofSeconds(2));
        assertThat(namespace.table(MESSAGES).requireCompressed()).isFalse();
    }

    @Test
    void letsAVariableOverrideAValueAboveIt() {
        conf.withVariable("FIRN_USER", "somebody");
        conf.with("namespaces/default.conf", DATABASE, "database.user = ${?FIRN_USER}", LOCATION, TABLES);

        assertThat(conf.load().namespace("default").database().user()).isEqualTo("somebody");
    }

    @Test
    void takesInIncludedFiles() {
        conf.with("shared/database.conf", DATABASE)
                .with("shared/attempts.conf", "lock-attempts = 3")
                .with(
                        "namespaces/default.conf",
                        "include \"../shared/database.conf\"",
                        "database { include \"../shared/attempts\" }",
                        LOCATION,
                        TABLES);

        assertThat(conf.load().namespace("default").database().lockAttempts()).isEqualTo(3);
    }

    @Test
    void findsNamespacesInAnotherDirectory() {
        conf.with("firn.conf", "namespaces = elsewhere").with("elsewhere/a.conf", DATABASE, LOCATION, TABLES);

        assertThat(conf.load().namespaces()).containsOnlyKeys("a");
    }

    @Test
    void loadsOneNamespaceThoughAnotherIsBroken() {
        conf.with("namespaces/good.conf", DATABASE, LOCATION, TABLES)
                .with("namespaces/bad.conf", "database {")
                .with("namespaces/Worse.conf", "x");

        assertThat(conf.namespace("good").namespaces()).containsOnlyKeys("good");
    }

    @Test
    void namesTheNamespaceThatWasProbablyMeant() {
        conf.with("namespaces/events.conf", DATABASE, LOCATION, TABLES);

        assertThatThrownBy(() -> conf.namespace("event"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("namespaces/event.conf: there is no namespace 'event'; did you mean events?");
        assertThatThrownBy(() -> conf.namespace("../../etc/passwd"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("there is no namespace '../../etc/passwd'; there are events");
    }

    @Test
    void refusesATableThatIsNotConfigured() {
        conf.with("namespaces/default.conf", DATABASE, LOCATION, TABLES);
        NamespaceConfig namespace = conf.load().namespace("default");

        assertThatThrownBy(() -> namespace.table(new TableName("public", "messages")))
                .isInstanceOf(FirnException.class)
                .hasMessage("default/public.messages: the namespace has no such table; nothing was started\n"
                        + "HINT: configured are: [tsdb_default.messages]");
    }

    @Test
    void takesASecretAsItIsWritten() {
        conf.with("namespaces/a.conf", DATABASE, "database.password = 007", LOCATION, TABLES)
                .with("namespaces/b.conf", DATABASE, "database.password = \" x#\"", "location.url=\"file:/b\"", TABLES);

        assertThat(conf.load().namespace("a").database().password()).contains(new Secret("007"));
        assertThat(conf.load().namespace("b").database().password()).contains(new Secret(" x#"));
    }
}
