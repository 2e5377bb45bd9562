package dev.firn.archiver.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import dev.firn.lifecycle.ChunkResult.Outcome;
import dev.firn.lifecycle.Surroundings;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One table in two namespaces whose files write the address of its database differently. */
class TwiceOwnedIT {

    private static final TableName MESSAGES = new TableName("events", "messages");
    private static final String REFUSED =
            "opening it: events.messages belongs to namespace 'zone' already, whose database"
                    + " is the same one under another address: a chunk has one owner; nothing was changed";

    private Site site;
    private TestDatabase database;

    @BeforeEach
    void open(@TempDir Path home) throws Exception {
        site = new Site(home);
        database = site.database();
        site.events(database, "events", 2);
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void whoWasRegisteredFirstKeepsItForTheServiceAndForCommands() {
        assertThat(database.jdbcUrl()).contains("127.0.0.1");
        configure("zone", database.jdbcUrl());
        site.init("zone", database);
        configure("area", database.jdbcUrl().replace("127.0.0.1", "localhost"));
        site.init("area", database);

        assertThat(site.run("run", "area")).contains(REFUSED);
        assertThat(site.live("shared", "area", MESSAGES)).isEmpty();
        try (Service service = site.start(Surroundings.real())) {
            site.await("zone", Outcome.DROPPED, 2);
            site.awaitFailure("area", REFUSED);
            assertThat(service.namespaces().find("area").orElseThrow().isOpen()).isFalse();
        }
        assertThat(site.live("shared", "zone", MESSAGES)).hasSize(2);
        assertThat(site.live("shared", "area", MESSAGES)).isEmpty();
    }

    @Test
    void onesOfTwoDatabasesAreTwo() throws Exception {
        TestDatabase other = site.database();
        site.events(other, "events", 1);
        configure("zone", database.jdbcUrl());
        site.init("zone", database);
        configure("area", other.jdbcUrl());
        site.init("area", other);

        assertThat(site.run("run", "area")).contains("dropped").doesNotContain("a chunk has one owner");
        assertThat(site.run("run", "zone")).contains("dropped").doesNotContain("a chunk has one owner");
    }

    private void configure(String name, String url) {
        site.write(
                "namespaces/" + name + ".conf",
                """
                database { url = "%s", user = %s, password = %s, lock-pause = 100ms }
                location { url = "file:%s" }
                tables { events.messages { archive-after = 1d } }
                """
                        .formatted(
                                url,
                                TestDatabase.ARCHIVER,
                                TestDatabase.PASSWORD,
                                site.home().resolve("archive-shared").toAbsolutePath()));
    }
}
