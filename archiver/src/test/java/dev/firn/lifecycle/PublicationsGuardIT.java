package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testing.EventStore;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A publication of the table takes in what is restored; one that names a partition forgets it with the drop. */
class PublicationsGuardIT {

    private static final String PUBLISHED =
            "SELECT count(*) FROM pg_publication_tables WHERE pubname = '%s' AND tablename = 'messages_2024_01_04'";

    @Test
    void keepsAPartitionThatIsPublishedByItselfAndOverriddenItIsPublishedNoMore(@TempDir Path home)
            throws SQLException {
        try (GuardedEvents given = GuardedEvents.archivedPartitions(home, "")) {
            String first = given.firstChunk();
            given.database.execute(
                    "CREATE PUBLICATION of_one FOR TABLE %s".formatted(first),
                    "CREATE PUBLICATION of_all FOR ALL TABLES");

            assertThat(given.run()).contains("3 dropped, 0 failed");
            assertThat(given.plan())
                    .contains("guarded")
                    .contains("events.messages_2024_01_04 itself is part of publication of_one and would leave it")
                    .contains("(guard publications)");

            assertThat(given.status())
                    .contains(
                            "warning (publications): it is published (of_all, of_one): subscribers keep what Firn drops, and get"
                                    + " what is restored as inserts");

            given.configure("guards { publications = off }");
            assertThat(given.run()).contains("1 dropped, 0 failed");
            given.events.addPartition(given.owner, EventStore.FIRST_WEEK);
            assertThat(given.number(PUBLISHED.formatted("of_one"))).isZero();
            assertThat(given.number(PUBLISHED.formatted("of_all"))).isEqualTo(1);
        }
    }
}
