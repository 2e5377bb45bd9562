package dev.firn.archiver.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FaultPoints;
import dev.firn.TableName;
import dev.firn.archiver.http.ServiceView.NamespaceView;
import dev.firn.archiver.http.ServiceView.Readiness;
import dev.firn.lifecycle.ChunkResult.Outcome;
import dev.firn.lifecycle.Surroundings;
import dev.firn.testing.EventStore;
import dev.firn.testing.Eventodb;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service, and commands, for the namespaces that an event store registers. */
class TemplateIT {

    private Site site;
    private TestDatabase database;

    @BeforeEach
    void open(@TempDir Path home) throws Exception {
        site = new Site(home);
        database = site.database();
        try (Connection owner = database.owner()) {
            Eventodb.execute(owner, Eventodb.file("schema.sql"));
        }
        site.namespace(
                "store",
                database,
                "\"{schema}\".messages { archive-after = 1d }",
                "for-each = eventodb_store.namespaces");
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void archivesEachRegisteredNamespaceAndThoseThatComeLater() throws Exception {
        register("one", 2);
        register("two", 1);
        register("mine", 1);
        site.namespace("explicit", database, "tsdb_mine.messages { archive-after = 1d }");
        site.init("explicit", database);
        site.init("one", database);

        try (Service service = site.start(surroundings())) {
            site.await("one", Outcome.DROPPED, 2);
            site.await("two", Outcome.DROPPED, 1);
            site.await("explicit", Outcome.DROPPED, 1);
            assertThat(service.view().namespaces())
                    .extracting(NamespaceView::name)
                    .containsExactly("explicit", "one", "two");

            for (String each : List.of("explicit", "one", "two")) {
                site.await(() -> service.namespaces()
                        .find(each)
                        .orElseThrow()
                        .lastStatus()
                        .read()
                        .isPresent());
            }
            register("three", 1);
            site.await("three", Outcome.DROPPED, 1);
            site.await(() -> service.namespaces()
                    .find("three")
                    .orElseThrow()
                    .lastStatus()
                    .read()
                    .isPresent());
            assertThat(service.view().namespaces())
                    .allMatch(view -> view.readiness() instanceof Readiness.Ready)
                    .allMatch(view -> view.status().isEmpty()
                            || view.status().get().status().uncovered().tables().isEmpty());

            // Deleted from the registry, it is kept, and said.
            database.execute("DELETE FROM eventodb_store.namespaces WHERE id = 'two'");
            site.awaitFailure("two", "its event store does not list it any more");
            assertThat(service.namespaces().find("two").orElseThrow().isOpen()).isTrue();
            assertThat(service.jobs()).contains("two/tsdb_two.messages", "three/tsdb_three.messages");
        }
        for (String each : new String[] {"one", "two", "three"}) {
            assertThat(site.live("store", each, messages(each))).as(each).hasSize(each.equals("one") ? 2 : 1);
            assertThat(Site.ask(
                            database,
                            "SELECT count(*) FILTER (WHERE state = 'dropped') || ' of ' || count(*) FROM firn.chunk"
                                    + " WHERE namespace = '" + each + "'"))
                    .isEqualTo(each.equals("one") ? "2 of 2" : "1 of 1");
        }
        assertThat(site.live("store", "mine", messages("mine"))).isEmpty();
    }

    @Test
    void commandsTakeItByNameAndSayWhatNoConfigurationCovers() throws Exception {
        register("one", 1);
        register("Bad Name", 0);

        assertThat(site.run("init", "two")).contains("there is no namespace 'two'; there are one");
        assertThat(site.run("status", "one")).contains("run `archiver init`");
        site.init("one", database);
        assertThat(site.run("run", "one")).contains("dropped");
        assertThat(site.run("status", "one"))
                .contains("tsdb_one.messages")
                .contains("registered by the event store, and archived by no configuration: tsdb_Bad Name.messages");
        assertThat(site.run("status", "one", "--json")).contains("\"uncovered\" : [ \"tsdb_Bad Name.messages\" ]");
        assertThat(site.run("doctor", "one"))
                .contains("that no configuration archives: tsdb_Bad Name.messages")
                .doesNotContain("other namespaces are not known");
        site.namespace("bad", database, "\"tsdb_Bad Name\".messages { archive-after = 1d }");
        assertThat(site.run("status", "one")).doesNotContain("archived by no configuration");
        assertThat(site.run("doctor", "one")).contains("every namespace of the event store is archived");

        // Not Firn's role to see, it is said, and hinders nothing.
        site.remove("store");
        site.namespace("one", database, "tsdb_one.messages { archive-after = 1d }");
        database.execute("ALTER SCHEMA eventodb_store OWNER TO CURRENT_USER");
        assertThat(site.run("status", "one"))
                .contains(
                        "what else should be archived is not known: its event store was not asked: ERROR: permission denied")
                .contains("tsdb_one.messages");
    }

    @Test
    void aRegistryThatCannotBeAskedIsToldWithoutThePasswordAndAskedAgain() throws Exception {
        register("one", 1);
        site.init("one", database);
        String template = site.read("namespaces/store.conf");
        // Whatever the server asks of those who are there: this role is not.
        site.write(
                "namespaces/store.conf",
                template.replace("user = " + TestDatabase.ARCHIVER, "user = nobody")
                        .replace("password = " + TestDatabase.PASSWORD, "password = no-5ecret"));

        try (Service service = site.start(surroundings())) {
            site.awaitFailure("store", "asking " + database.jdbcUrl() + " for the namespaces of the event store");
            assertThat(service.view().namespaces()).singleElement().satisfies(view -> assertThat(view.readiness())
                    .isInstanceOf(Readiness.NotReady.class));
            assertThat(site.heard().toString())
                    .contains("no namespace of it is known yet")
                    .doesNotContain("no-5ecret");
            assertThat(site.run("status", "one"))
                    .contains("asking jdbc:postgresql:")
                    .doesNotContain("no-5ecret");

            site.write("namespaces/store.conf", template);
            site.await("one", Outcome.DROPPED, 1);
            site.await(() -> service.namespaces().find("store").isEmpty());
        }
    }

    private void register(String id, int weeks) throws SQLException {
        try (Connection owner = database.owner()) {
            Eventodb.execute(owner, "SELECT eventodb_store.create_namespace('" + id + "')");
            EventStore events = new EventStore(messages(id), EventStore.WEEK, true);
            if (weeks > 0) {
                events.fillWeeks(owner, 1, weeks, 60);
            }
            events.compressAll(owner);
        }
    }

    private static TableName messages(String id) {
        return new TableName("tsdb_" + id, "messages");
    }

    private static Surroundings surroundings() {
        return new Surroundings(java.time.Clock.systemUTC(), new SecureRandom(), FaultPoints.NONE);
    }
}
