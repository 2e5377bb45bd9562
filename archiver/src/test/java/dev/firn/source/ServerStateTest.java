package dev.firn.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a version tells without a server. */
class ServerStateTest {

    @ParameterizedTest
    @CsvSource({
        "2.13.1, true",
        "2.25.2, true",
        "2.29.0, true",
        "2.29.1, false",
        "2.29.1-dev, false",
        "2.30, false",
        "3.0.0, false"
    })
    void versionsAreComparedByTheirNumbers(String version, boolean before) {
        assertThat(ServerState.isBefore(version, new int[] {2, 29, 1})).isEqualTo(before);
    }

    @Test
    void aVersionThatCameLaterIsNotKnown() {
        assertThat(ServerState.unknownVersion(info("2.99.0")))
                .hasValue(
                        "TimescaleDB 2.99.0 is newer than this version of Firn and its catalogue may mean something else");
        assertThat(ServerState.unknownVersion(info("2.25.2"))).isEmpty();
        assertThat(ServerState.unknownVersion(info(""))).isEmpty();
    }

    private static SourceInfo info(String version) {
        return new SourceInfo("timescaledb", "15.1", 150001, version, "community");
    }
}
