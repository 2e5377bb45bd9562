package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.firn.source.FakePooler;
import dev.firn.testing.EventStore;
import dev.firn.testing.Eventodb;
import dev.firn.testing.FaultyHttp;
import dev.firn.testing.FaultyHttp.Fault;
import dev.firn.testing.Firn;
import dev.firn.testing.RequestClass;
import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.S3Server;
import dev.firn.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of trouble that a namespace can be in, found and said, with all of the rest still looked at. */
class DoctorIT {

    private static final String TABLES = "tsdb_default.messages { archive-after = 30d, " + Eventodb.WRITE_PATH + " }";
    private static final String PROBED = "an object was written, read, listed and deleted, and an upload discarded";
    private static final String CONNECTED = "connected to jdbc:postgresql:";

    private static Firn.Ran doctor(Firn firn) {
        return firn.run("doctor", Firn.NAMESPACE);
    }

    /** The configuration with one thing in it replaced by another. */
    private static void change(Firn firn, String what, String by) {
        Path file = firn.conf().resolve("namespaces").resolve(Firn.NAMESPACE + ".conf");
        try {
            String before = Files.readString(file);
            assertThat(before).contains(what);
            Files.writeString(file, before.replace(what, by));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aHealthyNamespaceHasNoWarningsAndIsLeftAsItIs(@TempDir Path home) throws Exception {
        try (TestDatabase database = TestDatabase.create();
                Connection owner = database.owner()) {
            Eventodb store = Eventodb.create(owner);
            store.fillWeek(EventStore.FIRST_WEEK, "account-", 10, 5);
            store.compressAll();
            Firn firn = Firn.configure(database, home, TABLES).init();
            firn.run("run", Firn.NAMESPACE);
            Firn.Ran refused = doctor(firn);
            assertThat(refused.exitCode()).as(refused.all()).isEqualTo(6);
            assertThat(refused.out())
                    .contains("nothing is dropped from it: function tsdb_default.stream_version(text) does not know of")
                    .contains("1 chunks failed when they were last tried; [2024-01-04, 2024-01-11) 1 times: ");
            store.attach();
            firn.succeed("run", Firn.NAMESPACE, "--retry-failed");
            List<String> files = firn.files();
            String books = "SELECT count(*) || ' ' || max(id) FROM firn.audit";
            List<String> before = Eventodb.texts(database.admin(), books);

            Firn.Ran text = doctor(firn);
            Firn.Ran json = firn.run("doctor", Firn.NAMESPACE, "--json");

            assertThat(text.exitCode()).as(text.all()).isZero();
            assertThat(text.out())
                    .contains(CONNECTED)
                    .contains(PROBED)
                    .contains("the archive there belongs to this catalogue")
                    .contains("the clock of the database and this machine's agree")
                    .contains("the application's functions know of archived streams")
                    .contains("every namespace of the event store is archived")
                    .contains("Firn's role may read, drop and bring back")
                    .contains("0 errors, 0 warnings");
            JsonNode root = new ObjectMapper().readTree(json.out());
            assertThat(root.get("severity").asText()).isIn("ok", "note");
            assertThat(root.get("exitCode").asInt()).isEqualTo(json.exitCode()).isZero();
            assertThat(root.get("findings").findValuesAsText("severity")).isSubsetOf("ok", "note");
            assertThat(firn.files()).isEqualTo(files);
            assertThat(Eventodb.texts(database.admin(), books)).isEqualTo(before);

            firn.tables(TABLES.replace("global_position }", "global_position, on-archived = silent }"));
            assertThat(doctor(firn).out())
                    .contains("gets a shorter history, and no error")
                    .contains("0 warnings");
            Eventodb.execute(owner, "SELECT eventodb_store.create_namespace('forgotten')");
            Eventodb.execute(owner, "SELECT eventodb_store.create_write_and_read('tsdb_default')");
            Firn.Ran undone = doctor(firn);
            assertThat(undone.exitCode()).as(undone.all()).isEqualTo(6);
            assertThat(undone.out())
                    .contains("that no configuration archives: tsdb_forgotten.messages")
                    .contains("does not know of archived streams, so streams would start again at position 0")
                    .contains("SELECT eventodb_store.attach_firn('tsdb_default')");
            Files.writeString(
                    firn.conf().resolve("namespaces").resolve("other.conf"),
                    """
                    database { url = "%s", user = %s }
                    location { url = "file:%s" }
                    tables { tsdb_forgotten.messages { archive-after = 30d } }"""
                            .formatted(database.jdbcUrl(), TestDatabase.ARCHIVER, home.resolve("other")));
            assertThat(doctor(firn).out()).contains("every namespace of the event store is archived");
            Files.writeString(firn.conf().resolve("namespaces").resolve("other.conf"), "nothing = here");
            assertThat(doctor(firn).out())
                    .contains("other namespaces are not known")
                    .contains("tsdb_forgotten");
        }
    }

    @Test
    void beforeInitItSaysWhatIsMissingAndMakesNothing(@TempDir Path home) throws SQLException {
        try (TestDatabase database = TestDatabase.plain();
                Connection owner = database.owner()) {
            EventStore events = EventStore.partitioned(owner, "events", 2);
            events.fillWeeks(owner, 1, 2, 50);
            Firn firn = Firn.configure(
                    database, home, GuardedEvents.table("") + "\n events.missing { archive-after = 1d }");

            Firn.Ran ran = doctor(firn);

            assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
            assertThat(ran.out())
                    .contains(CONNECTED)
                    .contains("error   catalogue")
                    .contains("it does not exist, this program needs version")
                    .contains("HINT: run `archiver init`")
                    .contains("note    location")
                    .contains("it is not there yet")
                    .contains("test/events.missing: there is no such table")
                    .contains("it looks like an event store (its key events.messages")
                    .contains("is unique over (stream_name, position, time)), and has no write-path")
                    .contains("2 chunks are due and have no copy; the oldest one ended 2024-01-11, ")
                    .contains("Firn's role may read, drop and bring back");
            assertThat(firn.archive()).doesNotExist();
            assertThat(Eventodb.texts(owner, "SELECT nspname::text FROM pg_namespace WHERE nspname = 'firn'"))
                    .isEmpty();

            // A doctor that was killed has left its probe: nobody's archive.
            Path probes = firn.archive().resolve("test").resolve("_probe");
            probes.toFile().mkdirs();
            write(probes.resolve("old"), Instant.now().minus(Duration.ofHours(2)));
            write(probes.resolve("young"), Instant.now());
            assertThat(doctor(firn).out())
                    .contains("nobody owns the namespace there yet")
                    .contains(PROBED);
            assertThat(probes.resolve("old")).doesNotExist();
            assertThat(probes.resolve("young")).exists();
            firn.init();
            assertThat(doctor(firn).out()).contains("the archive there belongs to this catalogue");
        }
    }

    private static void write(Path file, Instant modified) {
        try {
            Files.writeString(file, "left behind");
            Files.setLastModifiedTime(file, FileTime.from(modified));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theLocationIsLookedAtWhileTheDatabaseIsDownAndNoSecretIsTold(@TempDir Path home) throws Exception {
        try (GuardedEvents given = GuardedEvents.create("", home, "")) {
            String password = "password-" + UUID.randomUUID();
            change(given.firn, "password = " + TestDatabase.PASSWORD, "connect-timeout = 1s, password = " + password);
            change(given.firn, given.database.name(), "no_such_database");
            Firn.Ran missing = doctor(given.firn);
            assertThat(missing.exitCode()).isEqualTo(3);
            assertThat(missing.out())
                    .contains("error   connection")
                    .contains("check url, user and password of its database")
                    .contains(PROBED);
            assertThat(missing.all()).doesNotContain(password);

            change(given.firn, ":" + given.database.port() + "/", ":1/");
            for (String form : List.of("", "--json")) {
                Firn.Ran down = form.isEmpty() ? doctor(given.firn) : given.firn.run("doctor", Firn.NAMESPACE, form);
                assertThat(down.exitCode()).isEqualTo(3);
                assertThat(down.out())
                        .contains("what is in the database was not looked at")
                        .contains("see that the database is up and can be reached from here")
                        .contains(PROBED);
                assertThat(down.all()).doesNotContain(password);
            }
            Files.delete(given.firn.archive().resolve("firn.json"));
            assertThat(doctor(given.firn).exitCode()).isEqualTo(3);
        }
    }

    @Test
    void theDatabaseIsLookedAtWhileTheStoreIsDownOrRefuses(@TempDir Path home) throws SQLException {
        try (S3Server server = S3Server.start();
                FaultyHttp proxy = FaultyHttp.before(server);
                TestDatabase database = TestDatabase.plain();
                Connection owner = database.owner()) {
            EventStore events = EventStore.partitioned(owner, "events", 1);
            events.fillWeeks(owner, 1, 1, 50);
            Firn firn = Firn.configure(
                            database,
                            home,
                            server.settings("firn", proxy.endpoint()),
                            server.settings("firn"),
                            GuardedEvents.table("write-path { stream = stream_name, position = position }"))
                    .init();
            change(firn, "attempts = 4", "attempts = 1");
            Firn.Ran answers = doctor(firn);
            assertThat(answers.out())
                    .contains(PROBED)
                    .contains("the clock of the store and this machine's agree")
                    .contains("there is no function events.stream_version");
            if (!server.description().startsWith("LocalStack")) {
                assertThat(answers.out())
                        .contains("its lifecycle rules could not be asked")
                        .contains("versioning is off");
            }
            assertThat(firn.files()).noneMatch(key -> key.contains("_probe"));

            proxy.failAll(RequestClass.DELETE_OBJECT, Fault.ERROR_500);
            assertThat(doctor(firn).out())
                    .contains("error   location")
                    .contains("deleting 'test/_probe/")
                    .contains("let Firn's credentials get, put, delete and list objects")
                    .contains("1 chunks are due and have no copy");
            proxy.heal();
            proxy.failAll(RequestClass.CREATE_MULTIPART, Fault.ERROR_500);
            assertThat(doctor(firn).out()).contains("beginning an upload of 'test/_probe/");
            proxy.heal();

            if (!server.description().startsWith("LocalStack")) { // which lets everybody in
                change(firn, server.accessKey().secret(), "wrong-secret");
                assertStoreIsAmiss(firn, "check keys, region, permissions");
                change(firn, "wrong-secret", server.accessKey().secret());
            }
            change(firn, "s3://" + server.bucket(), "s3://no-such-bucket");
            assertStoreIsAmiss(firn, "check that the bucket exists and its region");
            change(firn, "s3://no-such-bucket", "s3://" + server.bucket());
            change(firn, proxy.endpoint().toString(), "http://127.0.0.1:1");
            assertStoreIsAmiss(firn, "look at the network and at the health of the store");
        }
    }

    private static void assertStoreIsAmiss(Firn firn, String hint) {
        Firn.Ran ran = doctor(firn);
        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
        assertThat(ran.out())
                .contains("asking it for the first time")
                .contains(hint)
                .contains(CONNECTED)
                .contains("Firn's role may read, drop and bring back")
                .contains("alarms could not be looked for while nobody knows what is archived")
                .doesNotContain("have no copy");
        assertThat(ran.all()).doesNotContain("wrong-secret");
    }

    @Test
    void findsWhatStandsAgainstAHypertable(@TempDir Path home) throws Exception {
        assumeTrue(TestDatabase.hasTimescale(), "these are TimescaleDB's");
        try (GuardedEvents given = GuardedEvents.create(home, "")) {
            given.aggregate("sizes", "time_bucket('1 day', time)", "events.messages", "sum(pg_column_size(data))");
            given.aggregate("daily", "time_bucket('1 day', time)", "events.messages", "count(*)");
            given.execute("SELECT add_retention_policy('events.messages', interval '1 year')");
            given.execute("SELECT _timescaledb_functions.freeze_chunk('%s')".formatted(given.firstChunk()));
            given.execute("CREATE TABLE events.firn_staging_0123456789abcdef (i int)");
            given.execute("COMMENT ON TABLE events.firn_staging_0123456789abcdef IS"
                    + " 'Firn is loading archived rows of events.messages here'");
            given.database.execute("CREATE PUBLICATION of_all FOR ALL TABLES");

            Firn.Ran ran = doctor(given.firn);

            assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
            assertThat(ran.out())
                    .contains("events.sizes depends on how rows are stored")
                    .doesNotContain("events.daily depends")
                    .contains("has no copy, and the retention policy")
                    .contains("it is published (of_all)")
                    .contains(
                            "chunks that are due stay: the chunk is frozen, which somebody did to keep it (frozen-chunks)")
                    .contains("4 of the 4 oldest chunks that are due stay:")
                    .contains("(continuous-aggregates)")
                    .contains("an attempt to bring rows back has left events.firn_staging_0123456789abcdef")
                    .contains("it looks like an event store")
                    .contains("bringing back the largest range");
            assertThat(ran.out().contains("every role may drop and freeze every chunk"))
                    .isEqualTo(weak(given));

            given.configure("guards { frozen-chunks = off, retention = off }, drop-after = never");
            assertThat(doctor(given.firn).out())
                    .contains("guard frozen-chunks is off")
                    .contains("when it is on: ")
                    .doesNotContain("which somebody did to keep it")
                    .doesNotContain("retention policy (job")
                    .doesNotContain("looks like an event store");
        }
    }

    /** Whether a role without any right can call the function, by trying. */
    private static boolean weak(GuardedEvents given) throws SQLException {
        try (Connection stranger = given.database.reader()) {
            stranger.setAutoCommit(false);
            Eventodb.execute(
                    stranger, "SELECT _timescaledb_functions.freeze_chunk('%s')".formatted(given.firstChunk()));
            stranger.rollback();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    @Test
    @RequiresTimescale
    void findsWhatLetsReadsComeOutShortAndVersionsThatDoNotAgree(@TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create(home, "")) {
            String name = given.database.name();
            given.database.execute("ALTER DATABASE %s SET timescaledb.restoring = 'on'".formatted(name));
            assertThat(doctor(given.firn).out())
                    .contains("TimescaleDB is in restoring mode")
                    .contains("run SELECT timescaledb_post_restore()");
            given.database.execute("ALTER DATABASE %s RESET timescaledb.restoring".formatted(name));

            given.database.execute(
                    "UPDATE pg_proc SET probin = '$libdir/timescaledb-2.0.0' WHERE proname = 'chunk_status'"
                            + " AND pronamespace = '_timescaledb_functions'::regnamespace");
            assertThat(doctor(given.firn).out())
                    .contains("TimescaleDB's SQL and its library are of two versions")
                    .contains("ALTER EXTENSION timescaledb UPDATE");
        }
    }

    @Test
    void findsWhatStandsAgainstPartitionsAndBehindThem(@TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create("", home, "drop-after = never")) {
            given.run();
            given.execute("DROP TABLE events.messages_2024_01_25");
            given.execute("ALTER TABLE events.messages_2024_01_11 SET UNLOGGED");
            given.execute("CREATE TABLE events.kinds (type text PRIMARY KEY)");
            given.execute("INSERT INTO events.kinds SELECT DISTINCT type FROM events.messages");
            given.execute("ALTER TABLE events.messages ADD CONSTRAINT one_position UNIQUE (global_position, time)");
            given.execute("ALTER TABLE events.messages ADD FOREIGN KEY (type) REFERENCES events.kinds");
            given.execute("CREATE TABLE events.notes (message bigint, at timestamptz, CONSTRAINT of_message"
                    + " FOREIGN KEY (message, at) REFERENCES events.messages (global_position, time))");
            given.configure("");
            String slot = "firn_test_" + ProcessHandle.current().pid();
            given.database.execute("SELECT pg_create_physical_replication_slot('%s', true)".formatted(slot));
            given.owner.setAutoCommit(false);
            given.execute("LOCK TABLE events.messages_2024_01_18 IN SHARE UPDATE EXCLUSIVE MODE");
            try {
                Firn.Ran ran = doctor(given.firn);

                assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
                assertThat(ran.out())
                        .contains("1 of the 3 oldest chunks that are due stay: process ")
                        .contains("(policy-jobs)")
                        .contains("[2024-01-25, 2024-02-01) is gone, and Firn did not drop it")
                        .contains("1 of its 3 chunks are unlogged")
                        .contains("foreign keys of it refer to events.kinds")
                        .contains("3 of the 3 oldest chunks that are due stay: foreign key of_message of events.notes")
                        .contains("nobody reads replication slot " + slot)
                        .contains("every chunk has a copy");
            } finally {
                given.owner.rollback();
                given.database.execute("SELECT pg_drop_replication_slot('%s')".formatted(slot));
            }
        }
    }

    @Test
    void findsRightsThatAreMissingOrTooMany(@TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create("", home, "")) {
            given.execute("ALTER TABLE events.messages ENABLE ROW LEVEL SECURITY");
            given.execute("ALTER TABLE events.messages FORCE ROW LEVEL SECURITY");
            assertThat(doctor(given.firn).out())
                    .contains("row-level security filters what this role reads of events.messages")
                    .contains("give the role BYPASSRLS");
            given.execute("ALTER TABLE events.messages DISABLE ROW LEVEL SECURITY");
            given.database.execute(
                    "ALTER TABLE events.messages OWNER TO " + TestDatabase.READER,
                    "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC");
            assertThat(doctor(given.firn).out())
                    .contains("Firn's role may not read it")
                    .contains("does not have the rights of its owner firn_reader")
                    .contains("firn_reader may create no table in its schema, and nothing can be brought back")
                    .contains("GRANT CREATE ON SCHEMA \"events\" TO firn_reader")
                    .contains("firn_archiver may not call pg_control_system()");
            String mighty = "firn_mighty_" + ProcessHandle.current().pid();
            given.database.execute(
                    "CREATE ROLE %s SUPERUSER LOGIN PASSWORD '%s'".formatted(mighty, TestDatabase.PASSWORD));
            try {
                change(given.firn, "user = " + TestDatabase.ARCHIVER, "user = " + mighty);
                Firn.Ran ran = doctor(given.firn);
                assertThat(ran.out()).contains(mighty + " is a superuser");
                if (TestDatabase.canRestart()) { // since it runs on this machine, and a superuser may know where
                    assertThat(ran.out())
                            .contains("while it is loaded, with WAL; ")
                            .contains(" MiB are free\n");
                }
            } finally {
                given.database.execute("DROP ROLE " + mighty);
            }
        }
    }

    @Test
    void findsACatalogueThatIsBehindAndALocationThatIsNotItsOwn(@TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create("", home, "")) {
            given.database.execute(
                    """
                    UPDATE firn.epoch SET epoch = 'forked'""",
                    "UPDATE firn.namespace SET epoch = 'forked'");
            assertThat(doctor(given.firn).out())
                    .contains("error   fence")
                    .contains("the archive has moved on without this database");

            given.database.execute(
                    """
                    DELETE FROM firn.schema_history
                    WHERE installed_rank = (SELECT max(installed_rank) FROM firn.schema_history)""");
            Firn.Ran behind = doctor(given.firn);
            assertThat(behind.exitCode()).isEqualTo(3);
            assertThat(behind.out())
                    .containsPattern("it has version \\d+, this program needs version \\d+")
                    .contains("error   fence")
                    .contains("which is not in this database")
                    .contains("4 chunks are due and have no copy");
        }
    }

    @Test
    void findsClocksThatDisagree(@TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create("", home, "")) {
            for (Duration off : List.of(Duration.ofMinutes(5), Duration.ofHours(-1))) {
                Surroundings elsewhere = new Surroundings(
                        Clock.offset(Clock.systemUTC(), off), new SecureRandom(), dev.firn.FaultPoints.NONE);
                assertThat(given.firn.run(elsewhere, "doctor", Firn.NAMESPACE).out())
                        .containsPattern("%s +clock +test: the clock of the database is \\d+ seconds %s this machine's"
                                .formatted(
                                        off.isNegative() ? "error" : "warning",
                                        off.isNegative() ? "ahead of" : "behind"));
            }
        }
    }

    @Test
    void findsAPooler(@TempDir Path home) throws Exception {
        try (GuardedEvents given = GuardedEvents.create("", home, "");
                FakePooler pooler = new FakePooler(given.database.host(), given.database.port())) {
            String direct = given.database.jdbcUrl();
            // Which the pooler here knows nothing of.
            String unencrypted = "?sslmode=disable&gssEncMode=disable";
            String pooled =
                    direct.replace(":" + given.database.port() + "/", ":" + pooler.listensAt() + "/") + unencrypted;
            change(given.firn, direct, pooled);
            assertThat(doctor(given.firn).out())
                    .contains("the connection goes through a pooler")
                    .contains("4 chunks are due and have no copy");
        }
    }

    @Test
    void findsAStandby(@TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create("", home, "")) {
            assumeTrue(TestDatabase.canRestart(), "this server cannot be restarted by a test");
            given.database.restartAsStandby();
            try {
                assertThat(doctor(given.firn).out())
                        .contains("this server is a standby")
                        .contains(PROBED)
                        .contains("4 chunks are due and have no copy");
            } finally {
                given.database.restart();
            }
        }
    }
}
