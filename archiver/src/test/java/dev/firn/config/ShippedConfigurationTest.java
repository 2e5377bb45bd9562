package dev.firn.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShippedConfigurationTest {

    @Test
    void loadsWhatIsShipped() {
        Path shipped = Path.of("../conf");

        Configuration bare = Configuration.load(shipped, Map.of());
        assertThat(bare.service())
                .isEqualTo(ServiceSettings.read(
                                new Layer(SourceFile.empty(shipped.resolve("firn.conf")), List.of()),
                                shipped,
                                new Problems())
                        .orElseThrow());
        assertThat(bare.namespaces()).containsOnlyKeys("datapoints", "default", "flow-traces", "pipeline-events");
        assertThat(bare.namespace("default").tables()).containsOnlyKeys(new TableName("tsdb_default", "messages"));
        assertThat(bare.namespace("datapoints").tables()).containsOnlyKeys(new TableName("public", "datapoint"));
        assertThat(bare.namespace("pipeline-events").tables())
                .containsOnlyKeys(new TableName("public", "pipeline_events"));
        assertThat(bare.namespace("flow-traces").tables())
                .containsOnlyKeys(
                        new TableName("public", "flow_trace_events"),
                        new TableName("public", "flow_trace_sessions"),
                        new TableName("public", "flow_traces"));
        assertThat(bare.namespace("default").database().password()).isEmpty();

        Configuration withVariables = Configuration.load(
                shipped, Map.of("FIRN_DEFAULT_PASSWORD", "hunter2", "FIRN_DEFAULT_LOCATION_URL", "s3://bucket/firn"));
        assertThat(withVariables.namespace("default").database().password()).contains(new Secret("hunter2"));
        assertThat(withVariables.namespace("default").location().url()).isEqualTo("s3://bucket/firn");
        assertThat(withVariables.toString()).doesNotContain("hunter2");
    }

    @Test
    void whatIsShippedInCommentsIsValidToo(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("namespaces").resolve("default.conf");
        Files.createDirectories(file.getParent());
        String aDirectory = "  url = \"file:/var/lib/firn\"\n";
        String shipped = Files.readString(Path.of("../conf/namespaces/default.conf"));
        assertThat(shipped).contains(aDirectory);
        Files.writeString(
                file,
                Pattern.compile("^( *)# {3}(.*)$", Pattern.MULTILINE)
                        .matcher(shipped.replace(aDirectory, ""))
                        .replaceAll("$1$2"));

        NamespaceConfig read = Configuration.namespace(
                        directory,
                        "default",
                        Map.of("FIRN_DEFAULT_ACCESS_KEY_ID", "an-id", "FIRN_DEFAULT_SECRET_ACCESS_KEY", "hunter2"))
                .namespace("default");

        assertThat(read.athena().sync()).isEqualTo(CatalogSync.ON);
        assertThat(read.athena().database()).contains("shop_archive");
        assertThat(read.athena().region()).contains("eu-central-1");
        assertThat(read.location()).isInstanceOfSatisfying(LocationConfig.S3.class, s3 -> {
            assertThat(s3.url()).isEqualTo("s3://my-bucket/firn");
            assertThat(s3.endpoint()).isPresent();
            assertThat(s3.credentials())
                    .contains(new LocationConfig.Credentials(
                            new Secret("an-id"), new Secret("hunter2"), Optional.empty()));
        });
    }

    @Test
    void everyNamespaceTakesItsDatabaseAndItsLocationFromTheEnvironment() {
        Path shipped = Path.of("../conf");
        for (String name : Configuration.load(shipped, Map.of()).namespaces().keySet()) {
            String prefix = "FIRN_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
            NamespaceConfig given = Configuration.namespace(
                            shipped,
                            name,
                            Map.of(
                                    prefix + "_DATABASE_URL", "jdbc:postgresql://db/" + name,
                                    prefix + "_PASSWORD", "hunter2",
                                    prefix + "_LOCATION_URL", "s3://bucket/" + name))
                    .namespace(name);
            assertThat(given.database().url()).isEqualTo("jdbc:postgresql://db/" + name);
            assertThat(given.database().password()).contains(new Secret("hunter2"));
            assertThat(given.location().url()).isEqualTo("s3://bucket/" + name);
        }
    }
}
