package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.firn.FirnException;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An unlogged partition is copied and dropped like another one; what a crash leaves of it never replaces its copy. */
class UnloggedTablesGuardIT {

    private static final String WARNING = "warning (unlogged-tables): 1 of its 4 chunks are unlogged";

    @Test
    void copiesAndDropsUnloggedPartitionsAndSaysWhatACrashWouldDo(@TempDir Path home) throws SQLException {
        try (GuardedEvents given = GuardedEvents.create("", home, "")) {
            given.execute("ALTER TABLE %s SET UNLOGGED".formatted(given.firstChunk()));
            assertThat(given.status()).contains(WARNING).contains("what has no copy is lost");
            given.configure("guards { unlogged-tables = off }");
            assertThat(given.status()).doesNotContain("unlogged:").doesNotContain("warning");

            given.configure("drop-after = never");
            assertThat(given.run()).contains("4 archived, 0 dropped, 0 failed");
            given.configure("");
            assertThat(given.run()).contains("4 dropped, 0 failed");
            assertThat(given.archived()).isEqualTo(GuardedEvents.ALL);
        }
    }

    @Test
    void neverTakesWhatACrashLeftForANewerCopy(@TempDir Path home) throws SQLException {
        assumeTrue(TestDatabase.canRestart(), "this server cannot be crashed by a test");
        try (GuardedEvents given =
                GuardedEvents.create("", home, "drop-after = never, guards { unlogged-tables = off }")) {
            given.execute("ALTER TABLE %s SET UNLOGGED".formatted(given.firstChunk()));
            assertThat(given.run()).contains("4 archived, 0 dropped, 0 failed");

            given.database.crash();
            try (Connection owner = given.database.owner()) {
                assertThat(given.events.rows(owner)).isEqualTo(GuardedEvents.ALL - GuardedEvents.PER_WEEK);
                given.events.write(owner, EventStore.FIRST_WEEK, "late", 7);
            }
            given.configure("guards { unlogged-tables = off }");
            Firn.Ran ran = given.firn.run("run", Firn.NAMESPACE);

            assertThat(ran.exitCode()).isEqualTo(FirnException.Category.DATA.exitCode());
            assertThat(ran.all()).contains("3 dropped, 1 failed").contains("their rows differ");
            assertThat(given.archived()).isEqualTo(GuardedEvents.ALL);
        }
    }
}
