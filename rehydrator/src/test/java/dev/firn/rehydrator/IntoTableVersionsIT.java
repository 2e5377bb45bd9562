package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Parts and wholes in a table beside the original, on every TimescaleDB that is here and on plain PostgreSQL. */
class IntoTableVersionsIT {

    @TempDir
    private Path home;

    /** Empty for plain PostgreSQL. */
    static Stream<String> versions() {
        return Stream.concat(Stream.of(""), TestDatabase.availableTimescaleVersions().stream());
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aPartAndThenTheWholeAreThereOnce(String version) throws SQLException {
        try (KeptWeeks weeks = new KeptWeeks(home, TestDatabase.create(version))) {
            weeks.into("old", "--where", KeptWeeks.STREAM, "--from", "2024-01-05T06:00", "--to", "2024-01-12T06:00");
            assertThat(weeks.difference(
                            "old",
                            "stream_name = 'account-3' AND time >= '2024-01-05 06:00Z' AND time < '2024-01-12 06:00Z'"))
                    .isEmpty();

            weeks.into("old");

            assertThat(weeks.inDatabase("old")).isEqualTo(weeks.all);
            assertThat(weeks.inDatabase("old_all")).isEqualTo(weeks.all);
            assertThat(weeks.events.rows(weeks.owner)).isZero();
            if (weeks.events.hypertable()) {
                assertThat(weeks.texts("SELECT is_compressed::text FROM timescaledb_information.chunks"
                                + " WHERE hypertable_name = 'old'"))
                        .isEqualTo(List.of("true", "true", "true"));
            }
        }
    }
}
