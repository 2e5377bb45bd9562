package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.testing.EventStore;
import dev.firn.testing.Eventodb;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stream all of whose events have expired goes on where it ended, also once the catalogue is lost. */
class ExpiredHeadsIT {

    private static final int STREAMS = 25;

    private TestDatabase database;
    private Connection owner;
    private Firn firn;

    @BeforeEach
    void open(@TempDir Path home) throws SQLException {
        database = TestDatabase.create();
        owner = database.owner();
        Eventodb store = Eventodb.create(owner);
        String tables = "tsdb_default.messages { archive-after = 30d, " + Eventodb.WRITE_PATH + ", %s }";
        firn = Firn.configure(database, home, tables.formatted(ExpiringWeeks.expireAfter(1)))
                .init();
        firn.succeed("run", Firn.NAMESPACE);
        store.attach();
        store.fillWeek(EventStore.FIRST_WEEK, "k1x", STREAMS, 3);
        store.fillWeek(EventStore.FIRST_WEEK.plus(EventStore.WEEK), "k2x", STREAMS, 2);
        store.compressAll();
        firn.succeed("run", Firn.NAMESPACE);
        assertThat(firn.succeed("expire", Firn.NAMESPACE).out()).contains("1 expired");
    }

    @AfterEach
    void close() throws SQLException {
        owner.close();
        database.close();
    }

    @Test
    void goesOnWhereItEnded() throws SQLException {
        assertThat(Eventodb.write(owner, "k1x3")).isEqualTo(3);
        assertThat(Eventodb.write(owner, "k2x3")).isEqualTo(2);
    }

    @Test
    void goesOnWhereItEndedOnceTheCatalogueIsMadeFromTheStore() throws SQLException {
        database.execute("DROP SCHEMA firn CASCADE");
        firn.init(true);
        firn.succeed("catalog", "rebuild", Firn.NAMESPACE);

        assertThat(Eventodb.write(owner, "k1x3")).isEqualTo(3);
        assertThat(Eventodb.write(owner, "k2x3")).isEqualTo(2);
        assertThat(Eventodb.texts(owner, "SELECT stream FROM firn.stream_heads"))
                .hasSize(2 * STREAMS);
    }

    @Test
    void whoReadsItIsToldThatItHasExpiredAndNotToBringItBack() {
        assertThatThrownBy(() -> Eventodb.read(owner, "k1x3", 0, 10))
                .hasMessageContaining("expired, so the answer would be a shorter history than there is")
                .hasMessageContaining("removed for good, as expire-after of the table says");
        assertThatThrownBy(() -> Eventodb.read(owner, "k2x3", 0, 10))
                .hasMessageContaining("archived, so the answer would be a shorter history than there is")
                .hasMessageContaining("rehydrate test ");
    }
}
