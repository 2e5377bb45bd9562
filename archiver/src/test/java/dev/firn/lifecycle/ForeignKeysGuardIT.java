package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows that refer to a chunk's rows: with the guard they go on to do so, without it that is left to the database. */
class ForeignKeysGuardIT {

    private static final List<String> VERSIONS_THAT_LET_IT_HAPPEN = List.of("2.25.");

    private static final String ORPHANS =
            """
            SELECT count(*) FROM events.notes n
            WHERE NOT EXISTS (SELECT FROM events.messages m WHERE (m.global_position, m.time) = (n.message, n.at))""";

    static Stream<String> versions() {
        return Stream.concat(Stream.of(""), TestDatabase.availableTimescaleVersions().stream());
    }

    @ParameterizedTest
    @MethodSource("versions")
    void keepsChunksOfATableThatIsReferredToAndOverriddenRowsMayReferToNothing(String version, @TempDir Path home)
            throws SQLException {
        assumeThat(version).as("knows foreign keys to hypertables").doesNotStartWith("2.13.");
        try (GuardedEvents given = GuardedEvents.create(version, home, "require-compressed = false")) {
            if (given.events.hypertable()) {
                given.execute("SELECT decompress_chunk(c) FROM show_chunks('events.messages') c");
                given.execute("ALTER TABLE events.messages SET (timescaledb.compress = false)");
            }
            // A constraint: with no more than a unique index, every version refuses the drop.
            given.execute("ALTER TABLE events.messages ADD CONSTRAINT one_position UNIQUE (global_position, time)");
            given.execute(
                    """
                    CREATE TABLE events.notes (message bigint, at timestamptz, CONSTRAINT of_message
                      FOREIGN KEY (message, at) REFERENCES events.messages (global_position, time))""");
            given.execute(
                    "INSERT INTO events.notes SELECT global_position, time FROM events.messages ORDER BY time LIMIT 3");

            assertThat(given.run()).contains("4 archived, 0 dropped, 0 failed");
            assertThat(given.plan())
                    .contains("guarded")
                    .contains("foreign key of_message of events.notes refers to this table")
                    .contains("(guard foreign-keys)");

            given.configure("require-compressed = false, guards { foreign-keys = off }");
            Firn.Ran ran = given.firn.run("run", Firn.NAMESPACE, "--chunk", "2024-01-05");
            if (VERSIONS_THAT_LET_IT_HAPPEN.stream().anyMatch(version::startsWith)) {
                assertThat(ran.out()).contains("1 dropped, 0 failed");
                assertThat(given.number(ORPHANS)).isEqualTo(3);
            } else {
                assertThat(ran.all())
                        .contains("dropping it; it was not dropped")
                        .contains("depend");
                assertThat(given.number(ORPHANS)).isZero();
                assertThat(given.events.rows(given.owner)).isEqualTo(GuardedEvents.ALL);
            }
        }
    }
}
