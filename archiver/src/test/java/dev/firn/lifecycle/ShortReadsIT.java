package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testing.Firn;
import dev.firn.testing.RequiresTimescale;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A chunk with late rows that a policy compresses again between the snapshot and the query that reads it. */
@RequiresTimescale
class ShortReadsIT {

    @Test
    void whatWasCompressedAgainWhileItWasReadIsLeftToTheNextRunAndToNobodyElse(@TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create(home, "")) {
            given.late(30);
            String chunk = given.firstChunk();
            AtomicBoolean first = new AtomicBoolean(true);

            Firn.Ran ran = given.firn.run(
                    point -> {
                        if (point.equals(Steps.SNAPSHOT) && first.getAndSet(false)) {
                            given.database.execute("SELECT compress_chunk('" + chunk + "', if_not_compressed => true)");
                        }
                    },
                    "run",
                    Firn.NAMESPACE);

            assertThat(ran.all())
                    .contains("SELECT gave 700 rows, its heap and the metadata of its batches say 701")
                    .contains("it was compressed or changed meanwhile")
                    .contains("nothing to do: the next run reads it again");
            assertThat(ran.exitCode()).as(ran.all()).isEqualTo(4);
            given.firn.succeed("run", Firn.NAMESPACE, "--retry-failed");
            assertThat(given.archived()).isEqualTo(GuardedEvents.ALL + 1);
            assertThat(given.events.rows(given.owner)).isZero();
        }
    }
}
