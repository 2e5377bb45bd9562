package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import dev.firn.catalog.ChunkRow;
import dev.firn.config.Configuration;
import dev.firn.testing.Firn;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chunks that somebody else drops. */
class VanishedChunksGuardIT {

    private static final String ALARM =
            "alarm (vanished-chunks): [2024-01-04, 2024-01-11) is gone, and Firn did not drop it:"
                    + " 700 rows of it are archived, what came after they were copied is lost";

    @Test
    void raisesAnAlarmForAChunkThatIsGoneThoughFirnDidNotDropIt(@TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create("", home, "drop-after = never")) {
            assertThat(given.run()).contains("4 archived, 0 dropped, 0 failed");
            given.late(30);
            given.execute("DROP TABLE " + given.firstChunk());

            assertThat(given.status()).contains(ALARM).contains("HINT: look for who drops chunks here");
            assertThat(given.plan()).contains(ALARM);
            given.run();
            assertThat(given.status()).as("also once the books were mended").contains(ALARM);
            assertThat(given.archived()).isEqualTo(GuardedEvents.ALL);

            given.configure("drop-after = never, guards { vanished-chunks = off }");
            assertThat(given.status())
                    .contains("guards off: vanished-chunks")
                    .doesNotContain("alarm")
                    .contains("dropped");
        }
    }

    @Test
    void saysThatRowsAreLostWhereNoCopyWasMade(@TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create("", home, "drop-after = never, max-value-size = 1KiB")) {
            given.execute("UPDATE events.messages SET data = jsonb_build_object('x', repeat('x', 2000))"
                    + " WHERE time < '2024-01-05'");
            assertThat(given.firn.run("run", Firn.NAMESPACE).out()).contains("3 archived, 0 dropped, 1 failed");
            given.execute("DROP TABLE " + given.firstChunk());

            assertThat(given.status())
                    .contains(
                            "[2024-01-04, 2024-01-11) is gone, and Firn neither copied nor dropped it: its rows are lost");
        }
    }

    @Test
    void isSilentAboutWhatFirnDroppedAlsoAfterARebuildOfTheCatalogue(@TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.archivedPartitions(home, "")) {
            assertThat(given.run()).contains("4 dropped, 0 failed");
            assertThat(given.status()).doesNotContain("alarm");

            given.firn.succeed("catalog", "rebuild", Firn.NAMESPACE);
            given.run();

            assertThat(given.status()).doesNotContain("alarm");
        }
    }

    @Test
    void isSilentAboutWhatAnotherWorkerDropsBetweenTheLookIntoTheCatalogueAndThatAtTheChunks(@TempDir Path home)
            throws SQLException {
        try (GuardedEvents given = GuardedEvents.archivedPartitions(home, "")) {
            Configuration configuration = Configuration.namespace(given.firn.conf(), Firn.NAMESPACE);
            try (OpenNamespace open = OpenNamespace.open(configuration, Firn.NAMESPACE, Surroundings.real())) {
                TableName name = given.events.table();
                TableWork work =
                        open.work(configuration.namespace(Firn.NAMESPACE).table(name), "of no account here");
                List<ChunkRow> before = work.catalog().chunks(Firn.NAMESPACE, name);

                assertThat(given.run()).contains("4 dropped, 0 failed");

                try (Connection connection = work.connections().getConnection()) {
                    assertThat(new TableAlarms(work)
                                    .of(
                                            connection,
                                            work.source().chunks(connection, work.table()),
                                            before,
                                            work.archive().live()))
                            .isEmpty();
                }
            }
        }
    }
}
