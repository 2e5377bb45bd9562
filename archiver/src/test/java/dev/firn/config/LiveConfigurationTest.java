package dev.firn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.TableName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LiveConfigurationTest {

    private static final String WHOLE = ConfDirectory.DATABASE + ConfDirectory.LOCATION + ConfDirectory.TABLES;

    private Path root;
    private ConfDirectory conf;

    @BeforeEach
    void make(@TempDir Path directory) {
        root = directory;
        conf = new ConfDirectory(directory);
    }

    @Test
    void aBrokenFileHindersNoOtherAndIsWorkedOnOnceItIsRight() {
        conf.with("namespaces/good.conf", WHOLE).with("namespaces/bad.conf", "tables {");

        LiveConfiguration live = conf.live();
        assertThat(live.namespaces().get("good").config()).isPresent();
        assertThat(live.namespaces().get("bad").config()).isEmpty();
        assertThat(live.namespaces().get("bad").problem().orElseThrow())
                .hasMessageContaining("bad.conf:")
                .hasMessageContaining("nothing of it is worked on, the others are\nHINT: correct it");
        assertThatThrownBy(() -> live.only("bad"))
                .isSameAs(live.namespaces().get("bad").problem().orElseThrow());

        conf.with("namespaces/bad.conf", WHOLE.replace("tsdb_default", "other"));
        LiveConfiguration mended = conf.live(live);
        assertThat(mended.namespaces().get("bad").problem()).isEmpty();
        assertThat(mended.only("bad").namespace("bad").tables()).containsOnlyKeys(new TableName("other", "messages"));
    }

    @Test
    void aFileThatBreaksKeepsWhatItSaidBefore() {
        conf.with("namespaces/one.conf", WHOLE);
        LiveConfiguration before = conf.live();
        conf.with("namespaces/one.conf", WHOLE, "tables { tsdb_default.messages { archive-after = 3 moons } }");

        LiveConfiguration now = conf.live(before);

        assertThat(now.namespaces().get("one").config())
                .isEqualTo(before.namespaces().get("one").config());
        assertThat(now.namespaces().get("one").problem().orElseThrow())
                .hasMessageContaining("archive-after")
                .hasMessageContaining("what it said before holds on");
    }

    @Test
    void whatIsIncludedIsPartOfAFile() {
        conf.with("namespaces/one.conf", "include \"../shared.inc\"", ConfDirectory.DATABASE, ConfDirectory.LOCATION)
                .with("shared.inc", "tables { app.one { archive-after = 1d } }");
        LiveConfiguration before = conf.live();
        conf.with("shared.inc", "tables { app.two { archive-after = 1d } }");

        assertThat(conf.live(before).only("one").namespace("one").tables())
                .containsOnlyKeys(new TableName("app", "two"));
    }

    @Test
    void whoWasThereFirstKeepsATableThatTwoName() {
        conf.with("namespaces/second.conf", WHOLE);
        LiveConfiguration before = conf.live();
        conf.with("namespaces/first.conf", WHOLE);

        LiveConfiguration now = conf.live(before);

        assertThat(now.namespaces().get("second").problem()).isEmpty();
        assertThat(now.namespaces().get("first").problem().orElseThrow())
                .hasMessageContaining("belongs to namespace 'second' already");
    }

    @Test
    void aBrokenFirnConfKeepsTheOldOneAndStartsNothingAtFirst() {
        conf.with("namespaces/one.conf", WHOLE).with("firn.conf", "service.threads = 3");
        LiveConfiguration before = conf.live();
        conf.with("firn.conf", "service.threads = 0");

        LiveConfiguration now = conf.live(before);

        assertThat(now.service().serve().threads()).isEqualTo(3);
        assertThat(now.problem().orElseThrow()).hasMessageContaining("service.threads");
        assertThat(now.namespaces()).containsOnlyKeys("one");
        assertThatThrownBy(conf::live).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void aFileTakenAwayTakesItsNamespaceAndADirectoryTakenAwayNone() throws IOException {
        conf.with("namespaces/one.conf", WHOLE).with("namespaces/two.conf", WHOLE.replace("tsdb_default", "other"));
        LiveConfiguration both = conf.live();
        Files.delete(root.resolve("namespaces/two.conf"));
        LiveConfiguration one = conf.live(both);
        assertThat(one.namespaces()).containsOnlyKeys("one");

        Files.move(root.resolve("namespaces"), root.resolve("unmounted"));

        LiveConfiguration none = conf.live(one);
        assertThat(none.namespaces()).containsOnlyKeys("one");
        assertThat(none.problem().orElseThrow())
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("cannot be listed");
    }

    @Test
    void whenAServiceWorksIsSaidForAllForANamespaceAndForATable() {
        conf.with("firn.conf", "service { schedule = \"0 0/5 * * * ?\", window = \"08:00-18:00\" }")
                .with(
                        "namespaces/one.conf",
                        ConfDirectory.DATABASE,
                        ConfDirectory.LOCATION,
                        "window = \"22:00-05:00\", time-zone = \"Europe/Berlin\"",
                        "tables { app.one { archive-after = 1d }, app.two { archive-after = 1d, schedule = 2h } }");

        LiveConfiguration live = conf.live();

        assertThat(live.service().serve().schedule()).isEqualTo(new Schedule.Cron("0 0/5 * * * ?"));
        NamespaceConfig one = live.only("one").namespace("one");
        assertThat(one.hours().timeZone()).contains(ZoneId.of("Europe/Berlin"));
        Window night = one.hours().window().orElseThrow();
        assertThat(night).isEqualTo(new Window(LocalTime.of(22, 0), LocalTime.of(5, 0)));
        assertThat(night.contains(LocalTime.of(22, 0))).isTrue();
        assertThat(night.contains(LocalTime.of(4, 59, 59))).isTrue();
        assertThat(night.contains(LocalTime.of(5, 0))).isFalse();
        assertThat(night.contains(LocalTime.of(21, 59))).isFalse();
        Window day = live.service().serve().window().orElseThrow();
        assertThat(day.contains(LocalTime.of(8, 0))).isTrue();
        assertThat(day.contains(LocalTime.of(18, 0))).isFalse();
        assertThat(one.table(new TableName("app", "one")).schedule()).isEmpty();
        assertThat(one.table(new TableName("app", "two")).schedule())
                .isEqualTo(Optional.of(new Schedule.Every(Duration.ofHours(2))));
    }

    @Test
    void whenANamespaceIsLookedAfterIsSaidForAllAndForItself() {
        conf.with("firn.conf", "service { sweep = 2h, expire = \"0 0 6 ? * SUN\" }")
                .with("namespaces/one.conf", WHOLE, "scrub = \"0 0 1 * * ?\"", "expire = 1d");

        LiveConfiguration live = conf.live();

        assertThat(live.service().serve().upkeep())
                .isEqualTo(new ServeConfig.Upkeep(
                        new Schedule.Every(Duration.ofHours(2)),
                        new Schedule.Cron("0 0 4 * * ?"),
                        new Schedule.Cron("0 0 6 ? * SUN")));
        Hours hours = live.only("one").namespace("one").hours();
        assertThat(hours.sweep()).isEmpty();
        assertThat(hours.scrub()).contains(new Schedule.Cron("0 0 1 * * ?"));
        assertThat(hours.expire()).contains(new Schedule.Every(Duration.ofDays(1)));
        conf.with("namespaces/one.conf", WHOLE.strip(), "sweep = nightly");
        assertThat(conf.problems()).singleElement().asString().startsWith("namespaces/one.conf:4: sweep: ");
    }

    @Test
    void whatAServiceCannotWorkByIsRefusedByFileAndLine() {
        conf.with("namespaces/one.conf", WHOLE, "window = \"25:00-05:00\"", "time-zone = Middle-Earth")
                .with(
                        "firn.conf",
                        "service {",
                        "  schedule = \"0 0/15 * * *\"",
                        "  window = \"05:00-05:00\"",
                        "  cluster = true",
                        "  cluster-database { schema = \"firn; DROP\" }",
                        "}");

        assertThat(conf.problems())
                .anyMatch(line -> line.startsWith("firn.conf:2: service.schedule: expects a cron expression of Quartz"))
                .anyMatch(line -> line.startsWith("firn.conf:3: service.window: begins when it ends"))
                .anyMatch(
                        line -> line.contains("service.cluster-database.url: is required with service.cluster = true"))
                .anyMatch(line -> line.startsWith("firn.conf:5: service.cluster-database.schema: expects 1 to 63"))
                .anyMatch(line -> line.contains("window: expects hours of a day such as"))
                .anyMatch(line -> line.contains("time-zone: expects a time zone such as UTC"));
    }

    @Test
    void theSettingsOfATableHaveOneDigestUntilAnyOfThemChanges() {
        conf.with("namespaces/one.conf", WHOLE);
        String digest = digest();
        assertThat(digest()).isEqualTo(digest).hasSize(32);
        conf.with("namespaces/one.conf", WHOLE.replace("90d", "91d"));
        assertThat(digest()).isNotEqualTo(digest);
    }

    private String digest() {
        return conf.live()
                .only("one")
                .namespace("one")
                .table(new TableName("tsdb_default", "messages"))
                .digest();
    }
}
