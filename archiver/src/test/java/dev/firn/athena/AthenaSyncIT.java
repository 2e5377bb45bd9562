package dev.firn.athena;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.GlueServer;
import dev.firn.testing.GlueServer.Fault;
import dev.firn.testing.S3Server;
import dev.firn.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A catalog that runs and commands tell of what they archive. */
class AthenaSyncIT {

    private static final String TABLES = "events.messages { archive-after = 1d }";

    @TempDir
    private Path home;

    private S3Server s3;
    private GlueServer glue;
    private TestDatabase database;
    private Connection owner;
    private EventStore events;

    @BeforeEach
    void open() throws SQLException {
        s3 = S3Server.start();
        glue = new GlueServer();
        database = TestDatabase.create();
        owner = database.owner();
        events = EventStore.create(owner, "events", 2);
        events.fillWeeks(owner, 7, 3, 100);
        events.compressAll(owner);
    }

    @AfterEach
    void close() throws SQLException {
        owner.close();
        database.close();
        glue.close();
        s3.close();
    }

    @Test
    void aRunTellsTheCatalogAfterEachChunk() throws IOException {
        Firn firn = firn("on");

        Firn.Ran ran = firn.succeed("run", Firn.NAMESPACE, "--json");

        assertThat(ran.out()).contains("\"catalog\"").contains("\"name\" : \"firn_test.events_messages\"");
        assertThat(glue.bodies("BatchCreatePartition")).hasSizeGreaterThan(1);
        assertThat(glue.partitions("firn_test", "events_messages")).hasSize(3);
        assertThat(firn.succeed("status", Firn.NAMESPACE).out()).doesNotContain("warning:");
        glue.forget();
        assertThat(firn.succeed("athena", "sync", Firn.NAMESPACE).out())
                .contains("events.messages (firn_test.events_messages): nothing to change");
        assertThat(glue.writes()).isEmpty();
    }

    @Test
    void whatFailsInTheCatalogKeepsNothingFromBeingArchived() throws IOException {
        Firn firn = firn("on");
        glue.failAll("CreateTable", Fault.DENIED);

        Firn.Ran ran = firn.run("run", Firn.NAMESPACE);

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.out())
                .contains("3 dropped, 0 failed")
                .contains("creating events_messages in the Glue Data Catalog of eu-central-1")
                .contains("HINT: check the section athena")
                .doesNotContain(glue.secretAccessKey());
        // Once after the first chunk, once at the end: not for each chunk.
        assertThat(glue.bodies("CreateTable")).hasSize(2);
        glue.heal();
        assertThat(firn.run("run", Firn.NAMESPACE).exitCode()).isZero();
        assertThat(glue.partitions("firn_test", "events_messages")).hasSize(3);
    }

    @Test
    void aCatalogThatThrottlesOrIsSilentOrLosesItsAnswersKeepsNothingFromBeingArchived() throws IOException {
        Firn firn = firn("on");
        Map<String, Fault> faults = new LinkedHashMap<>();
        faults.put("2024-01-04", Fault.THROTTLED);
        faults.put("2024-01-11", Fault.SILENT);
        faults.put("2024-01-18", Fault.LOST);
        faults.forEach((chunk, fault) -> {
            glue.forget();
            glue.failAll("*", fault);

            Firn.Ran ran = firn.run("run", Firn.NAMESPACE, "--table", "events.messages", "--chunk", chunk);

            glue.heal();
            assertThat(ran.exitCode()).as("%s: %s", fault, ran.all()).isEqualTo(4);
            assertThat(ran.out())
                    .as(fault.name())
                    .contains("1 dropped, 0 failed")
                    .contains("reading events_messages in the Glue Data Catalog of eu-central-1: ")
                    .contains("HINT: look at the network and at the limits of Glue");
            assertThat(glue.requests())
                    .as("%s: as often as configured, after the chunk and at the end", fault)
                    .hasSize(6);
        });
        assertThat(firn.succeed("status", Firn.NAMESPACE).out())
                .contains("warning: the Glue Data Catalog lags behind the archive");
        firn.succeed("run", Firn.NAMESPACE);
        assertThat(glue.partitions("firn_test", "events_messages")).hasSize(3);
    }

    @Test
    void whatExpiresIsToldAtOnce() throws IOException {
        Firn firn = firn("on");
        firn.succeed("run", Firn.NAMESPACE);
        tables("on", firn, due(2));
        glue.forget();
        firn.succeed("expire", Firn.NAMESPACE, "--dry-run");
        assertThat(glue.requests()).isEmpty();

        Firn.Ran expired = firn.succeed("expire", Firn.NAMESPACE, "--json");

        assertThat(expired.out())
                .contains("\"catalog\"")
                .contains("partitions without rows removed: 2, 20240104T000000Z to 20240111T000000Z");
        assertThat(glue.partitions("firn_test", "events_messages")).containsOnlyKeys("20240118T000000Z");
        glue.forget();
        assertThat(firn.succeed("expire", Firn.NAMESPACE).out()).contains("0 expired");
        assertThat(glue.requests()).as("nothing expired, nothing to tell").isEmpty();
        tables("on", firn, due(3));
        glue.failAll("*", Fault.DENIED);

        Firn.Ran untold = firn.run("expire", Firn.NAMESPACE);

        assertThat(untold.exitCode()).as(untold.all()).isEqualTo(2);
        assertThat(untold.out()).contains("1 expired").contains("HINT: check the section athena");
        assertThat(firn.files()).noneMatch(file -> file.contains("/data/"));
        glue.heal();
        firn.succeed("run", Firn.NAMESPACE);
        assertThat(glue.partitions("firn_test", "events_messages")).isEmpty();
    }

    /** Copies of so many weeks have come of age. */
    private static String due(int weeks) {
        Instant newestDue = EventStore.FIRST_WEEK.plus(EventStore.WEEK.multipliedBy(weeks));
        return "events.messages { archive-after = 1d, expire-after = %dd }"
                .formatted(Duration.between(newestDue, Instant.now()).toDays() - 3);
    }

    @Test
    void byHandItIsTheCommandThatTellsAndStatusWarnsUntilThen() throws IOException {
        Firn firn = firn("by-hand");
        firn.succeed("run", Firn.NAMESPACE);
        assertThat(glue.requests()).isEmpty();

        assertThat(firn.succeed("status", Firn.NAMESPACE).out())
                .contains("warning: the Glue Data Catalog lags behind the archive: database firn_test created")
                .contains("HINT: `archiver athena sync test` puts it right");
        assertThat(firn.succeed("athena", "sync", Firn.NAMESPACE, "--dry-run").out())
                .contains("would be changed: table events_messages created");
        assertThat(glue.writes()).isEmpty();

        assertThat(firn.succeed("athena", "sync", Firn.NAMESPACE, "--json").out())
                .contains("\"table events_messages created\"");
        assertThat(firn.succeed("status", Firn.NAMESPACE).out()).doesNotContain("warning:");
        tables("by-hand", firn, due(2));
        glue.forget();
        assertThat(firn.succeed("expire", Firn.NAMESPACE).out()).contains("2 expired");
        assertThat(glue.requests()).isEmpty();
    }

    @Test
    void aDirectoryIsNothingForAthena() throws IOException {
        Firn firn = Firn.configure(database, home, TABLES);

        Firn.Ran ran = firn.run("athena", "sync", Firn.NAMESPACE);

        assertThat(ran.exitCode()).isEqualTo(3);
        assertThat(ran.err()).contains("its archive lies in a directory, which Athena does not read");
    }

    private Firn firn(String sync) throws IOException {
        Firn firn = Firn.configure(database, home, s3.settings("firn"), s3.settings("firn"), TABLES);
        tables(sync, firn, TABLES);
        return firn.init();
    }

    private void tables(String sync, Firn firn, String tables) throws IOException {
        firn.tables(tables);
        Files.writeString(
                firn.conf().resolve("namespaces").resolve(Firn.NAMESPACE + ".conf"),
                """
                athena {
                  sync = %s, region = eu-central-1, endpoint = "%s", attempts = 3, request-timeout = 3s
                  access-key-id = %s, secret-access-key = %s
                }
                """
                        .formatted(sync, glue.endpoint(), glue.accessKeyId(), glue.secretAccessKey()),
                StandardOpenOption.APPEND);
    }
}
