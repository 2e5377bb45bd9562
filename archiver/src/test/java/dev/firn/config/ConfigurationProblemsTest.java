package dev.firn.config;

import static dev.firn.config.ConfDirectory.DATABASE;
import static dev.firn.config.ConfDirectory.LOCATION;
import static dev.firn.config.ConfDirectory.TABLES;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of configurations that are wrong. */
final class ConfigurationProblemsTest {

    @TempDir
    Path directory;

    private ConfDirectory conf;

    @BeforeEach
    void startWithAnEmptyDirectory() {
        conf = new ConfDirectory(directory);
    }

    @Test
    void tellsTheProblemsOfAllFilesAtOnceByFileAndLine() {
        conf.with("firn.conf", "copy {", "  batch-rows = 0", "}", "clam { lease = 1m }")
                .with("namespaces/a.conf", "", DATABASE, LOCATION, "tables {", "  app.t { archive-after = 3m }", "}")
                .with("namespaces/b.conf", "database {", "  user = x", "  lock-timeout = 5s", "}", TABLES)
                .with("namespaces/c.conf", "database { url = s3://x }")
                .with("namespaces/d.conf", "location {", "  url = \"s3://b\"", "")
                .with("namespaces/E.conf", "");

        assertThat(conf.problems())
                .containsExactly(
                        "firn.conf:2: copy.batch-rows: expects a whole number, 1 to 1000000 (found '0')",
                        "firn.conf:4: clam: is no setting; did you mean claim?",
                        "namespaces/E.conf: the file's name is the namespace's: a lower-case letter, then at most 62"
                                + " lower-case letters, digits, _ or - (a file to include belongs elsewhere)",
                        "namespaces/a.conf:7: tables.app.t.archive-after: is minutes, and could be meant as months:"
                                + " write minutes in full, or days (found '3m')",
                        "namespaces/b.conf: location.url: is required",
                        "namespaces/b.conf:1: database.url: is required",
                        "namespaces/b.conf:3: database.lock-timeout: expects a duration, 1ms to 999ms (found '5s')",
                        "namespaces/c.conf:1: is not valid HOCON here; a value that holds any of"
                                + " : = , + # / $ { } [ ] ! @ & ? * ^ ` \\ needs double quotes, as all URLs do",
                        "namespaces/d.conf:4: a { is not closed before the file ends");
    }

    @Test
    void tellsWhatCannotBeMeantOfStandbysAndLimits() {
        conf.with("firn.conf", "limits {", "  bytes-per-second = 1KiB", "}")
                .with(
                        "namespaces/a.conf",
                        "database {",
                        "  url = \"jdbc:postgresql://127.0.0.1/app\", user = firn_archiver",
                        "  read-url = \"jdbc:postgresql://127.0.0.1/app\"",
                        "  read-wait = 0s",
                        "  max-standby-lag = never",
                        "}",
                        LOCATION,
                        TABLES);

        assertThat(conf.problems())
                .containsExactly(
                        "firn.conf:2: limits.bytes-per-second: expects a size, 64KiB to 1TiB, or off (found '1KiB')",
                        "namespaces/a.conf:3: database.read-url: is the same as database.url: leave it out to read there",
                        "namespaces/a.conf:4: database.read-wait: expects a duration, 1s to 1d (found '0s')",
                        "namespaces/a.conf:5: database.max-standby-lag: expects a duration such as 100ms, 30s, 6h, 90d or 12"
                                + " weeks (found 'never')");
    }

    @Test
    void saysHowManyProblemsThereAreAndWhatToDo() {
        conf.with("namespaces/a.conf", DATABASE, LOCATION, TABLES, "x = 1", "y = 2");

        ConfigurationException failure = conf.failure();

        assertThat(failure.category().exitCode()).isEqualTo(2);
        assertThat(failure.problems()).hasSize(2);
        assertThat(failure.getMessage().lines())
                .startsWith(directory + ": reading the configuration found 2 problems; nothing was started")
                .endsWith("HINT: correct these lines and try again; REFERENCE.md, in the directory conf that is"
                        + " shipped with Firn, describes every key");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            database.lockTimeout = 1s   | database.lockTimeout: is no setting; did you mean lock-timeout?
            database.pasword = x        | database.pasword: is no setting; did you mean password?
            database.region = x         | database.region: is no setting; did you mean location.region?
            databse.url = x             | databse: is no setting; did you mean database?
            tabels {}                   | tabels: is no setting; did you mean tables?
            defaults.archive_after = 1d | defaults.archive_after: is no setting; did you mean archive-after?
            defaults.parquet.level = 1  | defaults.parquet.level: is no setting; known here: bloom-filters, file-size, page-rows, page-size, row-group-size, zstd-level
            tables.app.t.proff = footer | tables.app.t.proff: is no setting; did you mean proof?
            """)
    void suggestsTheKeyThatWasMeant(String line, String problem) {
        conf.with("namespaces/a.conf", line, DATABASE, LOCATION, TABLES, "defaults.archive-after = 1d");

        assertThat(conf.problems()).containsExactly("namespaces/a.conf:1: " + problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
            database.lock-attempts = many          | database.lock-attempts: expects a whole number, 1 to 1000 (found 'many')
            database.lock-attempts = 1.5           | database.lock-attempts: expects a whole number, 1 to 1000 (found '1.5')
            database.lock-attempts = ""            | database.lock-attempts: is empty: give a value or leave the line out (found '')
            database.lock-attempts = null          | database.lock-attempts: null says nothing: leave the line out instead (found 'null')
            database.lock-attempts = [1]           | database.lock-attempts: expects a single value: whole number, 1 to 1000 (found a list)
            database.lock-attempts { most = 3 }    | database.lock-attempts: expects a single value: whole number, 1 to 1000 (found a section)
            database.connect-timeout = 10          | database.connect-timeout: has no unit: write 100ms, 30s, 6h, 90d or 12 weeks (found '10')
            database.connect-timeout = 10 parsecs  | database.connect-timeout: expects a duration such as 100ms, 30s, 6h, 90d or 12 weeks (found '10 parsecs')
            database.statement-timeout = 0s        | database.statement-timeout: expects a duration, 1s to 7d (found '0s')
            database.lock-timeout = 1s             | database.lock-timeout: expects a duration, 1ms to 999ms (found '1s')
            defaults.archive-after = 3 months      | defaults.archive-after: months and years differ in length: give days or weeks (found '3 months')
            defaults.archive-after = -3d           | defaults.archive-after: expects a duration that is not negative (found '-3d')
            defaults.archive-after = -3            | defaults.archive-after: expects a whole number of units, not negative; with a unit, as in 90d, a duration (found '-3')
            defaults.archive-after = never         | defaults.archive-after: expects an age such as 90d or 12 weeks, or a whole number for integer time (found 'never')
            defaults.require-compressed = maybe    | defaults.require-compressed: expects true or false (found 'maybe')
            defaults.proof = full                  | defaults.proof: expects one of roundtrip, footer (found 'full')
            defaults.max-value-size = 3 apples     | defaults.max-value-size: expects a size such as 64MiB (found '3 apples')
            defaults.max-value-size = 2GiB         | defaults.max-value-size: expects a size, 1KiB to 1GiB (found '2GiB')
            defaults.parquet = fast                | defaults.parquet: expects a section { … }
            defaults.parquet.bloom-filters = id    | defaults.parquet.bloom-filters: expects a list of names such as [ stream_name, type ] (found 'id')
            defaults.parquet.bloom-filters = [a,a] | defaults.parquet.bloom-filters: names something twice (found 'a')
            defaults = fast                        | defaults: expects a section { … }
            database.user = [x]                    | database.user: expects a single value: text (found a list)
            """)
    void saysWhatAValueShouldHaveBeenAndWhatWasFound(String line, String problem) {
        conf.with("namespaces/a.conf", DATABASE, LOCATION, TABLES, line);
        if (line.startsWith("database.user")) {
            conf.with("namespaces/a.conf", DATABASE.replace(", user = firn_archiver", ""), LOCATION, TABLES, line);
        }

        assertThat(conf.problems()).containsExactly("namespaces/a.conf:7: " + problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
            storage-class = DEEP_ARCHIVE            | storage-class: what lies there must be restored for hours before it can be read or proven, and Athena skips it in silence: use GLACIER_IR (found 'DEEP_ARCHIVE')
            storage-class = standard                | storage-class: expects one of STANDARD, STANDARD_IA, ONEZONE_IA, INTELLIGENT_TIERING, GLACIER_IR (found 'standard')
            kms-key = k                             | kms-key: is used with encryption = kms only, and encryption is none
            part-size = 1MiB                        | part-size: expects a size, 5MiB to 1GiB (found '1MiB')
            access-key-id = x                       | access-key-id: is given, but location.secret-access-key is not
            secret-access-key = x                   | secret-access-key: is given, but location.access-key-id is not
            session-token = x                       | session-token: is given, but location.secret-access-key is not
            endpoint = "127.0.0.1:9000"             | endpoint: is not a URL (found a text without a scheme)
            endpoint = "http://127.0.0.1:9000/b"    | endpoint: expects only scheme, host and port, as in "http://127.0.0.1:9000" (found 'http:…')
            """)
    void refusesWhatABucketCannotHave(String line, String problem) {
        conf.with("namespaces/a.conf", DATABASE, "location { url = \"s3://bucket\"", line, "}", TABLES);

        assertThat(conf.problems()).containsExactly("namespaces/a.conf:4: location." + problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
            sync = true             | sync: expects one of off, by-hand, on (found 'true')
            database = "Shop"       | database: expects at most 255 small letters, digits and _, as Athena wants a name (found 'Shop')
            region = EU             | region: expects a region such as eu-central-1 (found 'EU')
            catalog-id = 1          | catalog-id: expects the 12 digits of an AWS account (found '1')
            session-token = x       | session-token: is given, but athena.secret-access-key is not
            access-key-id = x       | access-key-id: is given, but athena.secret-access-key is not
            """)
    void refusesWhatAthenaCannotHave(String line, String problem) {
        conf.with("namespaces/a.conf", DATABASE, "location { url = \"s3://bucket\" }, athena {", line, "}", TABLES);

        assertThat(conf.problems()).containsExactly("namespaces/a.conf:4: athena." + problem);
    }

    @Test
    void refusesToShowADirectoryToAthena() {
        conf.with("namespaces/a.conf", DATABASE, LOCATION, "athena.sync = on", TABLES);

        assertThat(conf.problems())
                .containsExactly("namespaces/a.conf:5: athena.sync: is for archives on S3: Athena does not read"
                        + " location.url, which starts with file:");
    }

    @Test
    void refusesSettingsOfABucketForADirectory() {
        conf.with(
                "namespaces/a.conf",
                DATABASE,
                "location { url = \"file:/var/lib/firn\"",
                "endpoint = \"http://127.0.0.1:9000\"",
                "encryption = none }",
                TABLES);

        assertThat(conf.problems())
                .containsExactly(
                        "namespaces/a.conf:4: location.endpoint: has no meaning for a directory: location.url starts"
                                + " with file:",
                        "namespaces/a.conf:5: location.encryption: has no meaning for a directory: location.url starts"
                                + " with file:");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
            /var/lib/firn          | expects "s3://bucket/prefix" or "file:/directory"; a directory is written "file:/var/lib/firn" (found a text without a scheme)
            s3a://bucket/x         | expects "s3://bucket/prefix" or "file:/directory" (found 's3a:…')
            s3://Bad_Bucket/x      | expects "s3://bucket/prefix", the bucket in lower-case letters, digits, dots and hyphens (found 's3:…')
            s3://id:key@bucket/x   | expects "s3://bucket/prefix", the bucket in lower-case letters, digits, dots and hyphens (found 's3:…')
            s3://bucket/a/_hidden  | no element of the prefix may start with _ or .: Athena does not see what lies there (found 's3:…')
            s3://bucket/a//b       | elements of the prefix are letters, digits, hyphens, underscores and dots (found 's3:…')
            file:relative          | expects an absolute directory, as in "file:/var/lib/firn" (found 'file:…')
            file://host/directory  | expects an absolute directory, as in "file:/var/lib/firn" (found 'file:…')
            file:/                 | expects an absolute directory, as in "file:/var/lib/firn" (found 'file:…')
            """)
    void refusesLocationsThatAreNone(String url, String problem) {
        conf.with("namespaces/a.conf", DATABASE, "location.url = \"" + url + "\"", TABLES);

        assertThat(conf.problems()).containsExactly("namespaces/a.conf:3: location.url: " + problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            archive-after = 90d, drop-after = 30d        | drop-after: 30d is less than archive-after = 90d: what has no copy is never dropped
            archive-after = 90d, drop-after = 100        | drop-after: 100 and archive-after = 90d measure time differently: both need a unit, or neither
            archive-after = 90d, expire-after = 30d      | expire-after: 30d is less than archive-after = 90d: what has no copy does not expire
            archive-after = 90d, drop-after = 1000d, expire-after = 999d | expire-after: 999d is less than drop-after = 1000d: what is in the database does not expire
            archive-after = 90d, drop-after = never, expire-after = 30d | expire-after: 30d is less than archive-after = 90d: what has no copy does not expire
            archive-after = 90, expire-after = 900d      | expire-after: 900d and archive-after = 90 measure time differently: both need a unit, or neither
            archive-after = 90, partition-by = day       | partition-by: day needs a time in days, and archive-after = 90 is in units
            archive-after = 1d, parquet.file-size = 8MiB | parquet.file-size: parquet.row-group-size = 64MiB is larger than parquet.file-size = 8MiB
            archive-after = 1d, parquet { row-group-size = 1MiB, page-size = 2MiB } | parquet.page-size: parquet.page-size = 2MiB is larger than parquet.row-group-size = 1MiB
            proof = footer                               | archive-after: is required
            """)
    void refusesTablesThatContradictThemselves(String settings, String problem) {
        conf.with("namespaces/a.conf", DATABASE, LOCATION, "tables.app.t { " + settings + " }");

        assertThat(conf.problems()).containsExactly("namespaces/a.conf:5: tables.app.t." + problem);
    }

    @Test
    void takesAnExpiryOfEveryKindOfTime() {
        conf.with(
                "namespaces/a.conf",
                DATABASE,
                LOCATION,
                "defaults { archive-after = 90d, drop-after = never, expire-after = 3650d }",
                "tables.app.t { }",
                "tables.app.n { archive-after = 90, drop-after = 100, expire-after = 1000 }");

        NamespaceConfig namespace = conf.load().namespace("a");
        assertThat(namespace.table(new dev.firn.TableName("app", "t")).expireAfter())
                .isEqualTo(new Age.OfTime(java.time.Duration.ofDays(3650)));
        assertThat(namespace.table(new dev.firn.TableName("app", "n")).expireAfter())
                .isEqualTo(new Age.OfUnits(1000));
    }

    @Test
    void refusesAHastyJanitorAndAShareThatIsNone() {
        conf.with("firn.conf", "janitor.min-age = 1s", "scrub.share = 0%")
                .with("namespaces/a.conf", DATABASE, LOCATION, TABLES);

        assertThat(conf.problems())
                .containsExactly(
                        "firn.conf:1: janitor.min-age: expects a duration, 1h to 365d (found '1s')",
                        "firn.conf:2: scrub.share: expects a share such as 1/30 or 3%, more than nothing and at most 100%"
                                + " (found '0%')");
    }

    @Test
    void pointsAtTheDefaultThatContradictsATable() {
        conf.with(
                "namespaces/a.conf",
                DATABASE,
                LOCATION,
                "defaults { archive-after = 10d, drop-after = 20d }",
                "tables.app.t.archive-after = 30d");

        assertThat(conf.problems())
                .containsExactly("namespaces/a.conf:5: defaults.drop-after: 20d is less than archive-after = 30d: what"
                        + " has no copy is never dropped");
    }

    @Test
    void refusesToRenewAClaimTooSeldom() {
        conf.with("firn.conf", "claim.lease = 30s").with("namespaces/a.conf", DATABASE, LOCATION, TABLES);

        assertThat(conf.problems())
                .containsExactly("firn.conf:1: claim.lease: claim.renew-every = 20s is more than half of"
                        + " claim.lease = 30s");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
            tables { messages { archive-after = 90d } } | tables.messages: names no table of a schema: write schema.table, or schema { table { … } }
            tables { "app.t" { archive-after = 90d } }  | tables."app.t": names no table of a schema: write schema and table without quotes around both
            tables { messages = 90d }                   | tables.messages: expects a section { … }
            tables { app.messages = 90d }               | tables.app.messages: expects a section { … }
            tables {}                                   | tables: names no table
            tables = [ app.messages ]                   | tables: expects a section { … }
            """)
    void explainsHowTablesAreListed(String line, String problem) {
        conf.with("namespaces/a.conf", DATABASE, LOCATION, line);

        assertThat(conf.problems()).containsExactly("namespaces/a.conf:5: " + problem);
    }

    @Test
    void refusesNamesThatPostgresqlWouldCutShort() {
        conf.with("namespaces/a.conf", DATABASE, LOCATION, "tables.app." + "x".repeat(64) + ".archive-after = 1d");

        assertThat(conf.problems())
                .containsExactly("namespaces/a.conf:5: tables.app." + "x".repeat(64)
                        + ": a name in PostgreSQL has 1 to 63 bytes (found 64)");
    }

    @Test
    void refusesASecondOwnerOfATable() {
        String sameDatabase = "database { url = \"jdbc:postgresql://127.0.0.1/app?ssl=true\", user = other }";
        String otherDatabase = "database { url = \"jdbc:postgresql://127.0.0.1/other\", user = other }";
        String otherLocation = "location.url = \"file:/elsewhere\"";
        conf.with("namespaces/a.conf", DATABASE, LOCATION, TABLES)
                .with("namespaces/b.conf", sameDatabase, LOCATION, TABLES)
                .with("namespaces/c.conf", otherDatabase, LOCATION, TABLES)
                .with("namespaces/d.conf", DATABASE, otherLocation, TABLES);
        String problem = ": tables.tsdb_default.messages: belongs to namespace '%s' already, with the same database and"
                + " location: a chunk has one owner";

        assertThat(conf.problems()).containsExactly("namespaces/b.conf:4" + problem.formatted("a"));
        ConfigurationException alone = org.assertj.core.api.Assertions.catchThrowableOfType(
                ConfigurationException.class, () -> conf.namespace("a"));
        assertThat(conf.problemsOf(alone)).containsExactly("namespaces/a.conf:5" + problem.formatted("b"));
        assertThat(conf.namespace("c").namespaces()).containsOnlyKeys("c");
        assertThat(conf.namespace("d").namespaces()).containsOnlyKeys("d");
    }

    @Test
    void tellsOfEverySubstitutionThatFails() {
        conf.withVariable("SET", "x")
                .with(
                        "namespaces/a.conf",
                        DATABASE,
                        "database.password = ${NO_PASSWORD}",
                        "location.url = \"file:/\"${SET}/${NO_PLACE}",
                        TABLES,
                        "defaults.parquet.bloom-filters = [ ${NO_COLUMN} ]",
                        "defaults.proof = ${?FINE}");

        String rest = "} is set neither in this file nor in the environment; ${?%s} may be left unset";
        assertThat(conf.problems())
                .containsExactly(
                        "namespaces/a.conf:3: database.password: ${NO_PASSWORD" + rest.formatted("NO_PASSWORD"),
                        "namespaces/a.conf:4: location.url: ${NO_PLACE" + rest.formatted("NO_PLACE"),
                        "namespaces/a.conf:7: defaults.parquet.bloom-filters: ${NO_COLUMN"
                                + rest.formatted("NO_COLUMN"));
    }

    @Test
    void namesTheVariableThatARequiredSettingWaitsFor() {
        conf.with(
                "namespaces/a.conf",
                "database { url = ${?DATABASE_URL}",
                " user = x }",
                "location { url = \"s3://bucket\", access-key-id = x",
                " secret-access-key = ${?BUCKET_KEY} }",
                TABLES);

        assertThat(conf.problems())
                .containsExactly(
                        "namespaces/a.conf:1: database.url: is required: it comes from ${DATABASE_URL}, which is not set",
                        "namespaces/a.conf:3: location.access-key-id: is given, but location.secret-access-key is not:"
                                + " it comes from ${BUCKET_KEY}, which is not set");
    }

    @Test
    void findsSettingsThatAreSpeltOutTwice() {
        conf.with(
                "namespaces/a.conf",
                DATABASE, // a second line is empty
                "database.user = another # user = x",
                LOCATION,
                "tables {",
                "  app.t { archive-after = 30d, drop-after = never }",
                "  app { t { archive-after = \"60d\" } } // archive-after = 1d",
                "}",
                "tables { app { u { archive-after = 1d } } }");

        assertThat(conf.problems())
                .containsExactly(
                        "namespaces/a.conf:3: database.user: was set on line 1 already, and only one of the two can hold",
                        "namespaces/a.conf:8: tables.app.t.archive-after: was set on line 7 already, and only one of the"
                                + " two can hold");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x { y = [1, { z = 1, z = 2 }], y2 = \"}\" }",
                "x = {\n a = 1\n} {\n b = 2\n}",
                "x = 1\nx = ${?y}",
                "x = [1]\nx += 2",
                "x {\n a = \"\"\"{\n a = 2\n\"\"\"\n b = \"a = \\\" {\"\n}",
                "x : 1, \"x.y\" : 2\nx.z = 3",
                "{ x = 1 }",
                "x\n{ a = 1 }\ny\n\n= 1\nx { b = 1 }",
                "include \"/dev/null\"\nx = 1, \n, y { z = 1 }, w = [ ]",
                "x = a b//c\n# x = 2\ny =\n  1\n",
            })
    void isNotConfusedByWhatOnlyLooksLikeARepeatedSetting(String content) {
        conf.with("a.conf", content);
        Problems problems = new Problems();

        RepeatedKeys.report(directory.resolve("a.conf"), problems);

        assertThat(problems.found()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
            x = "open                | 2 | a text in double quotes must end on its line
            x = \"""open             | 3 | a text that starts with \""" is not closed
            x = "a\\qb"              | 2 | a backslash within double quotes must be written twice
            x = ${y                  | 2 | a substitution is not closed: write ${?NAME}
            x = 1 }                  | 2 | a } closes nothing
            x { y = 1                | 3 | a { is not closed before the file ends
            x = [ 1                  | 3 | a [ is not closed before the file ends
            x = [ 1 : 2 ]            | 2 | a [ is not closed, or an element of the list needs double quotes
            x = 1 [ 2 ]              | 2 | a list or section cannot be joined with what stands beside it
            x =, y = 2               | 2 | a value is missing here, or needs double quotes
            x = 1 = 2                | 2 | a second =: the value before it is missing, or needs double quotes
            x. = 2                   | 2 | a key has a period too many
            x "y"                    | 3 | what stands here cannot follow the key before it, on this line or further up: a key needs = and a value, or a section { … }
            x = ${y}, y = ${x}       | 2 | substitutions lead in a circle
            """)
    void explainsWhatIsNotHoconAndOnWhichLine(String line, int number, String problem) {
        conf.with("namespaces/a.conf", "z = 1", line);

        assertThat(conf.problems()).containsExactly("namespaces/a.conf:" + number + ": " + problem);
    }

    @Test
    void refusesIncludesThatAreNotThereAndSaysWhere() {
        conf.with("namespaces/a.conf", DATABASE, "include \"nowhere.conf\"", LOCATION, TABLES)
                .with("shared/broken.conf", "x = 1", "y = }")
                .with("namespaces/b.conf", "include \"../shared/broken.conf\"")
                .with("namespaces/c.conf", "include \"c.conf\"");

        assertThat(conf.problems())
                .containsExactly(
                        "namespaces/../shared/broken.conf:2: a value is missing here, or needs double quotes",
                        "namespaces/a.conf:3: includes a file that cannot be read: nowhere.conf",
                        "namespaces/c.conf: files include each other in a circle");
    }

    @Test
    void saysThatThereIsNoConfiguration() {
        assertThat(conf.problems())
                .containsExactly("namespaces: cannot be listed: it should hold one file <name>.conf per namespace");

        ConfDirectory missing = new ConfDirectory(directory.resolve("missing"));
        assertThat(missing.failure())
                .hasMessageContaining(
                        directory.resolve("missing") + ": is no directory: firn.conf and namespaces/ belong there");

        conf.with("namespaces/readme.txt", "");
        assertThat(conf.problems()).containsExactly("namespaces: holds no namespace: each is a file <name>.conf there");
    }
}
