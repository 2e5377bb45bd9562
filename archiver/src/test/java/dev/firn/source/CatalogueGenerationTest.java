package dev.firn.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueGenerationTest {

    @ParameterizedTest
    @CsvSource({
        "2.13.0, SINCE_2_13",
        "2.25.2, SINCE_2_13",
        "2.26.0, SINCE_2_26",
        "2.27.0-p0, SINCE_2_26",
        "2.28.3, SINCE_2_28",
        "2.29.2, SINCE_2_29",
        "2.29.0-dev, SINCE_2_29"
    })
    void knowsTheGenerationOfAVersion(String version, CatalogueGeneration generation) {
        assertThat(CatalogueGeneration.ofVersion(version)).contains(generation);
        assertThat(hypertables(version, generation).refusesToDrop()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.30.0", "2.113.1", "3.0.0", "2.x", "later"})
    void refusesToDropUnderAVersionItHasNotMet(String version) {
        assertThat(CatalogueGeneration.ofVersion(version)).isEmpty();
        assertThat(hypertables(version, CatalogueGeneration.SINCE_2_29)
                        .refusesToDrop()
                        .orElseThrow())
                .contains("TimescaleDB " + version + " is newer than this version of Firn");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.7.5", "2.1.0", "2.9.3", "2.12.2"})
    void refusesVersionsThatAreTooOld(String version) {
        assertThatThrownBy(() -> hypertables(version, CatalogueGeneration.SINCE_2_13))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("TimescaleDB " + version + " is older than 2.13");
    }

    @Test
    void refusesACatalogueThatIsNotWhatTheVersionSays() {
        assertThatThrownBy(() -> hypertables("2.25.2", CatalogueGeneration.SINCE_2_28))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("TimescaleDB says it is 2.25.2, but its catalogue is that of another version")
                .hasMessageContaining("nothing was read and nothing dropped");
    }

    private static Hypertables hypertables(String version, CatalogueGeneration generation) {
        SourceInfo info = new SourceInfo("timescaledb", "17.2", 170002, version, "community");
        return Sources.hypertables("database app", info, generation);
    }
}
