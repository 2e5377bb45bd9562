package dev.firn.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
        assertThat(bare.namespace("default").tables()).containsOnlyKeys(new TableName("tsdb_default", "messages"));
        assertThat(bare.namespace("default").database().password()).isEmpty();

        Configuration withVariables = Configuration.load(
                shipped, Map.of("FIRN_DEFAULT_PASSWORD", "hunter2", "FIRN_DEFAULT_LOCATION_URL", "s3://bucket/firn"));
        assertThat(withVariables.namespace("default").database().password()).contains(new Secret("hunter2"));
        assertThat(withVariables.namespace("default").location().url()).isEqualTo("s3://bucket/firn");
        assertThat(withVariables.toString()).doesNotContain("hunter2");
    }
}
