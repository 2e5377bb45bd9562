package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.config.Configuration;
import dev.firn.config.NamespaceRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which names query engines would know tables by, of all that is configured. */
class ArchivedTablesTest {

    private static final TableName MESSAGES = new TableName("app", "messages");

    @TempDir
    private Path home;

    @BeforeEach
    void make() throws IOException {
        Files.createDirectories(home.resolve("namespaces"));
    }

    @Test
    void twoNamespacesWhoseNamesAreOneToEnginesAreNotPrinted() throws IOException {
        namespace("a-b", "", "app.messages");
        namespace("a_b", "", "app.messages, app.other");

        for (String one : new String[] {"a-b", "a_b"}) {
            String other = one.equals("a-b") ? "a_b" : "a-b";
            assertThatThrownBy(() -> find(one, MESSAGES))
                    .isInstanceOf(FirnException.class)
                    .hasMessage(
                            ("%s/app.messages: naming it for query engines: app.messages of the namespace %s, archived"
                                            + " in file:%s/%s, would be 'firn_a_b.app_messages' too, and each would take the"
                                            + " other's place; nothing was printed of it%nHINT: set athena.database of one of the"
                                            + " two namespaces to another name")
                                    .formatted(one, other, home, other));
        }
        assertThat(find("a_b", new TableName("app", "other"))).isEmpty();
    }

    @Test
    void oneDatabaseOfTwoNamespacesIsForTablesOfDifferentNames() throws IOException {
        namespace("one", "athena.database = lake", "app.messages, app.x-y");
        namespace("two", "athena.database = lake", "app.other, app.x_y");

        assertThat(find("one", MESSAGES)).isEmpty();
        assertThatThrownBy(() -> find("two", new TableName("app", "x_y")))
                .hasMessageContaining("app.x-y of the namespace one")
                .hasMessageContaining("would be 'lake.app_x_y' too");
    }

    @Test
    void aViewTakesNoTableOfAnotherNamespace() throws IOException {
        namespace("one", "athena.database = lake", "app.messages");
        namespace("two", "athena.database = lake", "app.messages_natural");

        assertThatThrownBy(() -> find("one", MESSAGES))
                .hasMessageContaining("app.messages_natural of the namespace two")
                .hasMessageContaining("'lake.app_messages_natural'");
        assertThatThrownBy(() -> find("two", new TableName("app", "messages_natural")))
                .hasMessageContaining("app.messages of the namespace one")
                .hasMessageContaining("'lake.app_messages_natural'");
    }

    @Test
    void aViewHasANameThatNoTableOfItsNamespaceHas() throws IOException {
        namespace("one", "", "app.messages, app.messages_natural, app.messages_natural_2, app.other");
        EngineNames names = new EngineNames(Configuration.namespace(home, "one").namespace("one"));

        assertThat(names.view(MESSAGES)).isEqualTo("app_messages_natural_3");
        assertThat(names.view(new TableName("app", "messages_natural"))).isEqualTo("app_messages_natural_natural");
        assertThat(names.view(new TableName("app", "other"))).isEqualTo("app_other_natural");
    }

    @Test
    void namespacesOfATemplateAreToldFromEachOtherAndFromThoseWithFiles() throws IOException {
        namespace("own", "athena.database = firn_c", "x-y.messages");
        Files.writeString(
                home.resolve("namespaces").resolve("each.conf"),
                """
                for-each = eventodb_store.namespaces
                database { url = "jdbc:postgresql://127.0.0.1:1/store", user = firn }
                location { url = "file:%s" }
                tables { "{schema}".messages { archive-after = 1d } }
                """
                        .formatted(home.resolve("each")));
        List<NamespaceRegistry.Entry> registered = List.of(
                new NamespaceRegistry.Entry("a-b", "p_q"),
                new NamespaceRegistry.Entry("a_b", "p.q"),
                new NamespaceRegistry.Entry("c", "x_y"),
                new NamespaceRegistry.Entry("d", "x_y_z"));

        assertThatThrownBy(() -> find(Configuration.namespace(home, "a-b", template -> registered), "a-b", "p_q"))
                .hasMessageContaining("p.q.messages of the namespace a_b")
                .hasMessageContaining("'firn_a_b.p_q_messages' too");
        assertThatThrownBy(() -> find(Configuration.namespace(home, "c", template -> registered), "c", "x_y"))
                .hasMessageContaining("x-y.messages of the namespace own");
        assertThat(find(Configuration.namespace(home, "d", template -> registered), "d", "x_y_z"))
                .isEmpty();
    }

    private static Optional<?> find(Configuration configuration, String namespace, String schema) {
        try (ArchivedTables tables = ArchivedTables.open(configuration, namespace, Surroundings.real())) {
            return tables.find(new TableName(schema, "messages"));
        }
    }

    private Optional<?> find(String namespace, TableName table) {
        Configuration configuration = Configuration.namespace(home, namespace);
        try (ArchivedTables tables = ArchivedTables.open(configuration, namespace, Surroundings.real())) {
            return tables.find(table);
        }
    }

    private void namespace(String name, String athena, String tables) throws IOException {
        Files.createDirectories(home.resolve(name));
        Files.writeString(
                home.resolve("namespaces").resolve(name + ".conf"),
                """
                database { url = "jdbc:postgresql://127.0.0.1:1/%s", user = firn }
                location { url = "file:%s" }
                %s
                tables { %s }
                """
                        .formatted(
                                name,
                                home.resolve(name),
                                athena,
                                tables.replaceAll("[a-z]+\\.[a-z0-9_-]+", "$0 { archive-after = 1d }")));
    }
}
