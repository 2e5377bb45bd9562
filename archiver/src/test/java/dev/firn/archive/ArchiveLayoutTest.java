package dev.firn.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveLayoutTest {

    private static final TimeRange WEEK =
            new TimeRange(TimeKind.TIMESTAMPTZ, 1_733_356_800_000_000L, 1_733_961_600_000_000L);
    private static final ArchiveLayout LAYOUT = new ArchiveLayout("default", new TableName("tsdb_default", "messages"));
    private static final Attempt ATTEMPT = Attempt.of(WEEK, 1, "0123456789abcdef");

    @Test
    void putsEverythingWhereTheDesignSays() {
        assertThat(LAYOUT.incomingKey(ATTEMPT, 7))
                .isEqualTo("default/tsdb_default.messages/incoming/20241205T000000Z_20241212T000000Z/"
                        + "1-0123456789abcdef/00007.parquet");
        assertThat(LAYOUT.manifestKey(WEEK, 2))
                .isEqualTo("default/tsdb_default.messages/manifests/20241205T000000Z_20241212T000000Z-2.json");
        assertThat(LAYOUT.dataKey(WEEK, 2, "", 7))
                .isEqualTo("default/tsdb_default.messages/data/chunk=20241205T000000Z/"
                        + "20241205T000000Z_20241212T000000Z-2-00007.parquet");
        assertThat(LAYOUT.dataKey(WEEK, 2, "2024-12-05", 7))
                .isEqualTo("default/tsdb_default.messages/data/dt=2024-12-05/"
                        + "20241205T000000Z_20241212T000000Z-2-00007.parquet");
    }

    @Test
    void readsBackWhatAKeySays() {
        String manifestKey = LAYOUT.manifestKey(WEEK, 12);
        assertThat(LAYOUT.generationOf(manifestKey)).isEqualTo(12);
        assertThat(LAYOUT.rangeOf(manifestKey, TimeKind.TIMESTAMPTZ)).isEqualTo(WEEK);
        assertThat(LAYOUT.attemptOf(LAYOUT.incomingKey(ATTEMPT, 7), TimeKind.TIMESTAMPTZ))
                .isEqualTo(ATTEMPT);
        assertThat(LAYOUT.partOf(LAYOUT.incomingKey(ATTEMPT, 7))).isEqualTo(7);
        assertThat(ArchiveLayout.ofKey(manifestKey)).isEqualTo(LAYOUT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "default/tsdb_default.messages/manifests/",
                "default/tsdb_default.messages/manifests/20241205T000000Z_20241212T000000Z-0.json",
                "default/tsdb_default.messages/manifests/20241205T000000Z_20241212T000000Z-01.json",
                "default/tsdb_default.messages/manifests/20241205T000000Z_20241212T000000Z--1.json",
                "default/tsdb_default.messages/manifests/20241205T000000Z_20241212T000000Z-9999999999.json",
                "default/tsdb_default.messages/manifests/20241205T000000Z_20241212T000000Z-1.json.bak",
                "default/tsdb_default.messages/manifests/20241205T000000Z_20241212T000000Z-1.JSON",
                "default/tsdb_default.messages/manifests/20241212T000000Z_20241205T000000Z-1.json",
                "default/tsdb_default.messages/manifests/20241205T000000Z-1.json",
                "default/tsdb_default.messages/manifests/20241305T000000Z_20251212T000000Z-1.json",
                "default/tsdb_default.messages/manifests/20241205T000000u000000Z_20241212T000000Z-1.json",
                "default/tsdb_default.messages/manifests/0000000000000000001_20241212T000000Z-1.json",
                "default/tsdb_default.messages/manifests/x/20241205T000000Z_20241212T000000Z-1.json",
                "default/tsdb_default.messages/manifests/../20241205T000000Z_20241212T000000Z-1.json",
                "default/tsdb_default.messages/manifests/20241205T000000Z_20241212T000000Z-1.json\n",
                "other/tsdb_default.messages/manifests/20241205T000000Z_20241212T000000Z-1.json",
                "default/tsdb_default.messages2/manifests/20241205T000000Z_20241212T000000Z-1.json"
            })
    void refusesAManifestKeyThatItWouldNotHaveMade(String key) {
        assertThatThrownBy(() -> LAYOUT.generationOf(key)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1-0123456789ABCDEF",
                "0-0123456789abcdef",
                "0123456789abcdef",
                "1-",
                "1-a/../../b",
                "",
                "1-short"
            })
    void refusesAnAttemptWithAnOddId(String id) {
        assertThatThrownBy(() -> new Attempt(WEEK, id)).hasMessage("'%s' is not the id of an attempt".formatted(id));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    default    | tsdb_default | messages      | default/tsdb_default.messages/
                    a          | a.b          | c             | a/a!2eb.c/
                    a          | a            | b.c           | a/a.b!2ec/
                    _hidden    | _timescale   | _hyper        | !5fhidden/!5ftimescale.!5fhyper/
                    .dot       | ..           | .             | !2edot/!2e!2e.!2e/
                    Übung      | sch/ema      | a b           | !c3!9cbung/sch!2fema.a!20b/
                    firn.json  | x=y          | 50%!          | firn!2ejson/x!3dy.50!25!21/
                    MixedCase  | 日本          | \\'"           | MixedCase/!e6!97!a5!e6!9c!ac.!5c!27!22/
                    """,
            quoteCharacter = '`')
    void spellsOddNamesInSafeLettersAndReadsThemBack(String namespace, String schema, String table, String prefix) {
        ArchiveLayout layout = new ArchiveLayout(namespace, new TableName(schema, table));

        assertThat(layout.prefix()).isEqualTo(prefix);
        assertThat(ArchiveLayout.ofKey(layout.manifestKey(WEEK, 1))).isEqualTo(layout);
    }

    @Test
    void noTwoTablesShareAPlaceAndNoElementIsHiddenFromAthena() {
        String[] pieces = {"a", "b", ".", "_", "!", "2e", "%", "/", "é", "-", "A", " ", "=", "\n"};
        Random random = new Random(7);
        Set<List<String>> names = new HashSet<>();
        Set<String> prefixes = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            List<String> name = List.of(name(random, pieces), name(random, pieces), name(random, pieces));
            ArchiveLayout layout = new ArchiveLayout(name.get(0), new TableName(name.get(1), name.get(2)));
            assertThat(layout.prefix())
                    .matches("[-A-Za-z0-9!][-A-Za-z0-9!_]*/[-A-Za-z0-9!][-A-Za-z0-9!_]*\\.[-A-Za-z0-9!_]+/");
            names.add(name);
            prefixes.add(layout.prefix());
            assertThat(ArchiveLayout.ofKey(layout.dataPrefix())).isEqualTo(layout);
        }
        assertThat(prefixes).hasSameSizeAs(names);
    }

    private static String name(Random random, String[] pieces) {
        StringBuilder name = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            name.append(pieces[random.nextInt(pieces.length)]);
        }
        return name.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a/b",
                "a/b/manifests",
                "a/!2Eb.c/x",
                "a/!zz.c/x",
                "a/_b.c/x",
                "a/b.c.d/x",
                "a/!.c/x",
                "a/é.c/x",
                "/b.c/x"
            })
    void refusesAKeyOfNoTable(String key) {
        assertThatThrownBy(() -> ArchiveLayout.ofKey(key)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesNamesThatNoKeyCanHold() {
        TableName table = new TableName("public", "t");
        assertThatThrownBy(() -> new ArchiveLayout("", table)).hasMessage("'' cannot be part of a key");
        assertThatThrownBy(() -> new ArchiveLayout("a\0b", table)).hasMessageContaining("cannot be part of a key");
        assertThatThrownBy(() -> new ArchiveLayout("a\ud800", table)).hasMessageContaining("cannot be part of a key");
        assertThatThrownBy(() -> new ArchiveLayout("a", new TableName("日".repeat(21), "本".repeat(21))))
                .hasMessageContaining("too long for a path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2024-13-01", "2024-12-5", "../../x", "+12024-12-05", "today", "2024-12-05/x"})
    void refusesAPartitionThatIsNoDay(String day) {
        assertThatThrownBy(() -> LAYOUT.dataKey(WEEK, 1, day, 0)).hasMessage("'%s' is not a day".formatted(day));
    }

    @Test
    void keepsRowsOfNoDayWhereEnginesReadNull() {
        assertThat(LAYOUT.dataKey(WEEK, 1, "__HIVE_DEFAULT_PARTITION__", 0))
                .contains("/data/dt=__HIVE_DEFAULT_PARTITION__/");
    }

    @Test
    void refusesToPartitionIntegersByDay() {
        TimeRange numbers = new TimeRange(TimeKind.BIGINT, 0, 1000);
        assertThatThrownBy(() -> LAYOUT.dataKey(numbers, 1, "2024-12-05", 0))
                .hasMessage("partition by day: the table's time is a BIGINT");
    }

    @Test
    void noTableLiesWhereTheLocationIsTriedOut() {
        assertThat(ArchiveLayout.probePrefix("ns")).isEqualTo("ns/_probe/");
        assertThat(new ArchiveLayout("ns", new TableName("_probe", "x")).prefix())
                .isEqualTo("ns/!5fprobe.x/");
        assertThat(ArchiveLayout.namespacePrefix("ns/_probe")).doesNotStartWith("ns/");
    }
}
