package dev.firn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.config.NamespaceRegistry.Entry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that stand for every namespace of an event store. */
final class TemplateTest {

    private static final String EACH = "for-each = eventodb_store.namespaces";
    private static final String TABLES = "tables { \"{schema}\".messages { archive-after = 90d } }";
    private static final String[] TEMPLATE = {EACH, ConfDirectory.DATABASE, ConfDirectory.LOCATION, TABLES};

    private final List<Entry> registered = new ArrayList<>();
    private ConfDirectory conf;

    @BeforeEach
    void make(@TempDir Path directory) {
        conf = new ConfDirectory(directory).withRegistry(template -> List.copyOf(registered));
        register("one", "tsdb_one");
        register("two", "tsdb_two");
    }

    private void register(String id, String schema) {
        registered.add(new Entry(id, schema));
    }

    @Test
    void standsForEachRegisteredNamespaceByItsId() {
        conf.with("namespaces/store.conf", TEMPLATE).with("namespaces/other.conf", file("app"));

        assertThat(conf.load().namespaces()).containsOnlyKeys("one", "other", "two");
        NamespaceConfig two = conf.namespace("two").namespace("two");
        assertThat(two.tables()).containsOnlyKeys(new TableName("tsdb_two", "messages"));
        assertThat(two.template()).contains(new NamespaceConfig.Template("store", new Entry("two", "tsdb_two")));
        assertThat(conf.namespace("other").namespace("other").template()).isEmpty();
    }

    @Test
    void putsIdAndSchemaWhereTheyBelongAndNowhereElse() {
        conf.with(
                        "namespaces/store.conf",
                        EACH,
                        "name = \"eu-{id}\"",
                        "database { url = \"jdbc:postgresql://127.0.0.1/app\", user = firn, password = \"a{schema}b\""
                                + " }",
                        "location { url = ${BUCKET}\"/{schema}\" }",
                        "athena { database = \"lake_{id}\" }",
                        TABLES)
                .withVariable("BUCKET", "file:/archive");

        NamespaceConfig one = conf.namespace("eu-one").namespace("eu-one");

        assertThat(one.location().url()).isEqualTo("file:/archive/tsdb_one");
        assertThat(one.athena().database()).contains("lake_one");
        assertThat(one.database().password().orElseThrow().reveal()).isEqualTo("a{schema}b");
    }

    @Test
    void leavesToAFileOfItsOwnWhatHasItsNameOrItsTable() {
        conf.with("namespaces/store.conf", TEMPLATE)
                .with("namespaces/one.conf", file("elsewhere"))
                .with("namespaces/mine.conf", file("tsdb_two"));

        assertThat(conf.load().namespaces()).containsOnlyKeys("mine", "one");
        assertThat(conf.namespace("one").namespace("one").tables())
                .containsOnlyKeys(new TableName("elsewhere", "messages"));
        assertThatThrownBy(() -> conf.namespace("two")).hasMessageContaining("there is no namespace 'two'");
        assertThat(conf.live().namespaces()).containsOnlyKeys("mine", "one");
        // Broken, it keeps its name.
        conf.with("namespaces/one.conf", "tables {");
        assertThat(conf.live().namespaces().get("one").config()).isEmpty();
    }

    @Test
    void takesNothingAtFirstThatAFileWhichCannotBeReadMayBeAbout() {
        conf.with("namespaces/store.conf", TEMPLATE)
                .with("namespaces/mine.conf", "tables { tsdb_two.messages { archive-after = 900d");

        LiveConfiguration live = conf.live();

        assertThat(live.namespaces()).containsOnlyKeys("mine", "store");
        assertThat(live.namespaces().get("store").problem().orElseThrow())
                .hasMessageContaining(
                        "store.conf:1: for-each: namespace 'two' in schema 'tsdb_two' may be what mine.conf"
                                + " is about, which is broken: it waits until that file is right")
                .hasMessageContaining("nothing of these is worked on, the others are");
        assertThatThrownBy(() -> conf.namespace("two"))
                .hasMessageContaining("'tsdb_two' may be what mine.conf is about")
                .hasMessageContaining("mine.conf:")
                .hasMessageNotContaining("there is no namespace 'two'");

        conf.with("namespaces/mine.conf", file("tsdb_two"));
        LiveConfiguration mended = conf.live(live);
        assertThat(mended.namespaces()).containsOnlyKeys("mine", "one");
        assertThat(mended.only("mine").namespace("mine").tables())
                .containsOnlyKeys(new TableName("tsdb_two", "messages"));
    }

    @Test
    void takesWhatABrokenFileDoesNotNameAndKeepsWhatItHadBefore() {
        conf.with("namespaces/store.conf", TEMPLATE)
                .with("namespaces/mine.conf", "tables { tsdb_two.messages { archive-after = 3 moons } }");

        LiveConfiguration live = conf.live();

        assertThat(live.namespaces()).containsOnlyKeys("mine", "one", "store");
        assertThat(live.namespaces().get("store").problem().orElseThrow())
                .hasMessageContaining("'tsdb_two' may be what mine.conf is about");
        conf.with("namespaces/mine.conf", "tables { ");
        register("three", "tsdb_three");
        LiveConfiguration later = conf.live(live);
        assertThat(later.namespaces()).containsOnlyKeys("mine", "one", "store");
        assertThat(later.only("one")).isEqualTo(live.only("one"));
        assertThat(later.namespaces().get("store").problem().orElseThrow())
                .hasMessageContaining("'tsdb_two' may be what mine.conf is about")
                .hasMessageContaining("'tsdb_three' may be what mine.conf is about");
    }

    @Test
    void whatIsRegisteredIsInput() {
        conf.with("namespaces/store.conf", EACH, "name = \"n-{schema}\"", ConfDirectory.DATABASE, TABLES, location());
        registered.clear();
        register("../../etc", "fine");
        register("id", "; DROP \"x\"");
        register("good", "good");
        register("{schema}", "brace");

        LiveConfiguration live = conf.live();

        assertThat(live.namespaces()).containsOnlyKeys("n-good", "store");
        assertThat(live.namespaces().get("store").problem().orElseThrow())
                .hasMessageContaining("store.conf:1: for-each: namespace '../../etc' in schema 'fine' does not fit into"
                        + " location.url, which takes letters, digits, _ and - from the registry: it needs a file"
                        + " of its own")
                .hasMessageContaining(
                        "in schema '; DROP \"x\"' would be called 'n-; DROP \"x\"', which is no name of a")
                .hasMessageContaining("namespace '{schema}' in schema 'brace' does not fit");
        // Commands work on what there is.
        assertThat(conf.load().namespaces()).containsOnlyKeys("n-good");
        assertThatThrownBy(() -> conf.namespace("n-fine"))
                .hasMessageContaining("there is no namespace 'n-fine'")
                .hasMessageContaining("'../../etc'");
    }

    private static String location() {
        return "location { url = \"file:/archive/{id}\" }";
    }

    @Test
    void problemsOfATemplateAreToldOnceWithFileAndLine() {
        conf.with(
                "namespaces/store.conf",
                "for-each = pg_class",
                "name = fixed",
                ConfDirectory.DATABASE.strip(),
                ConfDirectory.LOCATION.strip(),
                TABLES);
        assertThat(conf.problems())
                .containsExactly(
                        "namespaces/store.conf:1: for-each: expects eventodb_store.namespaces, the registry of an event"
                                + " store (found 'pg_class')",
                        "namespaces/store.conf:2: name: expects \"{id}\" or \"{schema}\" in it: each namespace needs a"
                                + " name of its own (found 'fixed')");

        conf.with(
                "namespaces/store.conf",
                EACH,
                ConfDirectory.DATABASE.strip(),
                ConfDirectory.LOCATION.strip(),
                "tables {",
                "  \"{schema}\".messages { archive-after = 3 moons }",
                "}");
        assertThat(conf.problems())
                .singleElement()
                .asString()
                .startsWith("namespaces/store.conf:5: tables.sample.messages.archive-after: ");

        conf.with(
                "namespaces/store.conf",
                EACH,
                ConfDirectory.DATABASE.strip(),
                ConfDirectory.LOCATION.strip(),
                ConfDirectory.TABLES);
        assertThat(conf.problems())
                .containsExactly(
                        "namespaces/store.conf:4: tables.tsdb_default.messages: is the same table for each namespace"
                                + " of the template: write \"{schema}\".messages");
    }

    @Test
    void ofTwoTemplatesTheFirstHasWhatBothName() {
        conf.with("namespaces/a.conf", TEMPLATE).with("namespaces/b.conf", TEMPLATE);

        LiveConfiguration live = conf.live();

        assertThat(live.only("one").namespace("one").template().orElseThrow().file())
                .isEqualTo("a");
        assertThat(live.namespaces().get("b").problem().orElseThrow())
                .hasMessageContaining("namespace 'one' in schema 'tsdb_one' is the same as one of ");
    }

    @Test
    void whatIsRegisteredLaterIsFoundAndWhatIsNotAnyMoreStays() {
        conf.with("namespaces/store.conf", TEMPLATE);
        LiveConfiguration two = conf.live();
        register("three", "tsdb_three");

        LiveConfiguration three = conf.live(two);
        assertThat(three.namespaces()).containsOnlyKeys("one", "three", "two");
        assertThat(three.only("one")).isEqualTo(two.only("one"));

        registered.clear();
        LiveConfiguration none = conf.live(three);
        assertThat(none.namespaces()).containsOnlyKeys("one", "three", "two");
        assertThat(none.namespaces().values())
                .allSatisfy(one -> assertThat(one.problem().orElseThrow())
                        .hasMessageContaining("its event store does not list it any more; it is worked on as before"));
        assertThat(none.only("two")).isEqualTo(two.only("two"));
        register("two", "tsdb_two");
        assertThat(conf.live(none).namespaces().get("two").problem()).isEmpty();
    }

    @Test
    void aRegistryThatDoesNotAnswerAndATemplateThatBreaksKeepWhatIsKnown() {
        conf.with("namespaces/store.conf", TEMPLATE);
        LiveConfiguration before = conf.live();
        conf.withRegistry(template -> {
            throw new FirnException(
                    FirnException.Category.PASSING, "store", "asking: no answer; nothing was changed", "wait");
        });

        LiveConfiguration deaf = conf.live(before);
        assertThat(deaf.namespaces()).containsOnlyKeys("one", "store", "two");
        assertThat(deaf.only("one")).isEqualTo(before.only("one"));
        assertThat(deaf.namespaces().get("store").problem().orElseThrow())
                .hasMessageContaining("no answer; nothing was changed; the 2 namespaces that were known before go on");
        assertThatThrownBy(() -> conf.namespace("one")).hasMessageContaining("asking: no answer");

        conf.with("namespaces/store.conf", "tables {");
        LiveConfiguration broken = conf.live(deaf);
        assertThat(broken.only("two")).isEqualTo(before.only("two"));
        assertThat(broken.namespaces().get("store").problem().orElseThrow())
                .hasMessageContaining("what it said before holds on");
        assertThat(conf.live().namespaces().get("store").problem().orElseThrow())
                .hasMessageContaining("nothing of it is worked on, the others are");
    }

    private static String[] file(String schema) {
        return new String[] {
            ConfDirectory.DATABASE,
            ConfDirectory.LOCATION,
            "tables { %s.messages { archive-after = 90d } }".formatted(schema)
        };
    }
}
