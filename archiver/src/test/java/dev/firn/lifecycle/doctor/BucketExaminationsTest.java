package dev.firn.lifecycle.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.config.Configuration;
import dev.firn.config.NamespaceConfig;
import dev.firn.store.ObjectStore;
import dev.firn.store.StoreInspection;
import dev.firn.store.Stores;
import dev.firn.testing.AnsweringS3;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the rules of a bucket mean for an archive under {@code firn/} of it. */
class BucketExaminationsTest {

    private static final String RULE =
            """
            <LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ID>r</ID>
              <Filter><Prefix>%s</Prefix></Filter><Status>Enabled</Status>%s</Rule></LifecycleConfiguration>""";

    private final AnsweringS3 s3 = new AnsweringS3();
    private LocationCase location;

    @BeforeEach
    void open(@TempDir Path conf) throws IOException {
        Files.createDirectories(conf.resolve("namespaces"));
        Files.writeString(
                conf.resolve("namespaces").resolve("ns.conf"),
                """
                database { url = "jdbc:postgresql://127.0.0.1:1/app", user = firn }
                location { url = "s3://answers/firn", region = us-east-1 }
                tables { a.b { archive-after = 1d } }
                """);
        NamespaceConfig config = Configuration.namespace(conf, "ns", Map.of()).namespace("ns");
        StoreInspection inspection = Stores.inspect(s3.settings("firn"), Clock.systemUTC());
        ObjectStore store = Stores.open(s3.settings("firn"));
        location = new LocationCase(
                config,
                inspection,
                store,
                inspection.reach(),
                "token",
                Clock.systemUTC().instant());
    }

    @AfterEach
    void close() {
        location.store().close();
        location.inspection().close();
        s3.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                      | Expiration | ERROR   | removes manifests and copies after 30 days: their rows are lost",
                "firn/                 | Expiration | ERROR   | removes manifests and copies after 30 days",
                "firn/ns/a.b/data/ch   | Expiration | ERROR   | removes copies after 30 days",
                "firn/firn.json        | Expiration | ERROR   | removes manifests after 30 days",
                "firn/ns/a.b/incoming/ | Expiration | OK      | no lifecycle rule removes or moves",
                "firn/other/           | Expiration | OK      | no lifecycle rule removes or moves",
                "firn/ns/              | GLACIER    | ERROR   | moves manifests and copies to GLACIER after 30 days: Firn cannot read",
                "firn/ns/a.b/data/     | GLACIER    | WARNING | moves copies to GLACIER after 30 days: Athena passes over them",
                "firn/ns/a.b/data/     | DEEP_ARCHIVE | WARNING | moves copies to DEEP_ARCHIVE after 30 days",
                "firn/ns/              | GLACIER_IR | NOTE    | moves manifests and copies to GLACIER_IR after 30 days"
            })
    void saysWhatARuleDoesToTheArchive(String prefix, String what, Severity severity, String said) {
        s3.answer(
                "lifecycle",
                RULE.formatted(
                        prefix == null ? "" : prefix,
                        what.equals("Expiration")
                                ? "<Expiration><Days>30</Days></Expiration>"
                                : "<Transition><Days>30</Days><StorageClass>%s</StorageClass></Transition>"
                                        .formatted(what)));

        List<Remark> remarks = new LifecycleRulesExamination().look(location);

        assertThat(remarks).first().satisfies(remark -> {
            assertThat(remark.severity()).isEqualTo(severity);
            assertThat(remark.what()).contains(said);
        });
        assertThat(remarks).last().satisfies(remark -> assertThat(remark.what())
                .startsWith("no lifecycle rule discards uploads"));
    }

    @Test
    void whatCannotBeAskedIsANoteOnly() {
        s3.refuse("lifecycle", 403, "AccessDenied", "Access Denied");

        assertThat(new LifecycleRulesExamination().look(location))
                .singleElement()
                .satisfies(remark -> {
                    assertThat(remark.severity()).isEqualTo(Severity.NOTE);
                    assertThat(remark.what()).startsWith("its lifecycle rules could not be asked: Access Denied");
                });
        assertThat(new VersioningExamination().look(location)).singleElement().satisfies(remark -> {
            assertThat(remark.severity()).isEqualTo(Severity.NOTE);
            assertThat(remark.what()).startsWith("its versioning could not be asked: not known here");
        });
    }

    @Test
    void olderVersionsAreToExpire() {
        s3.answer(
                "versioning",
                "<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Status>Enabled</Status>"
                        + "</VersioningConfiguration>");
        assertThat(new VersioningExamination().look(location))
                .singleElement()
                .satisfies(remark -> assertThat(remark.severity()).isEqualTo(Severity.NOTE));
        s3.answer(
                "lifecycle",
                RULE.formatted(
                        "",
                        "<NoncurrentVersionExpiration><NoncurrentDays>30</NoncurrentDays></NoncurrentVersionExpiration>"));
        assertThat(new VersioningExamination().look(location))
                .singleElement()
                .satisfies(remark -> assertThat(remark.severity()).isEqualTo(Severity.OK));
    }
}
