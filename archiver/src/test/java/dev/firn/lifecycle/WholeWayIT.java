package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.copy.Digest;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A chunk's whole way out, by the commands that a user types, as the service's own role. */
class WholeWayIT {

    private static final String TABLES = "events.messages { archive-after = 1d }";

    @TempDir
    private Path home;

    private TestDatabase database;
    private Connection owner;
    private EventStore events;
    private Firn firn;

    @BeforeEach
    void fillThreeWeeks() throws SQLException {
        database = TestDatabase.create();
        owner = database.owner();
        events = EventStore.create(owner, "events", 3);
        events.fillWeeks(owner, 7, 3, 2_000);
        events.compressAll(owner);
        firn = Firn.configure(database, home, TABLES).init();
    }

    @AfterEach
    void close() throws SQLException {
        owner.close();
        database.close();
    }

    @Test
    void archivesProvesAndDropsEveryDueChunk() throws SQLException {
        Digest before = firn.ledger(events.table());

        Firn.Ran ran = firn.succeed("run", Firn.NAMESPACE);

        assertThat(ran.out()).contains("3 dropped, 0 failed");
        assertThat(events.rows(owner)).isZero();
        assertThat(firn.ledger(events.table())).isEqualTo(before);
        assertThat(firn.files()).filteredOn(file -> file.contains("/data/")).hasSize(3);
        assertThat(firn.files()).noneMatch(file -> file.contains("/incoming/"));
        assertThat(firn.succeed("scrub", Firn.NAMESPACE).out())
                .contains("3 copies proven, 0 not; 0 stray and 0 superseded");
    }

    @Test
    void planChangesNothingAndSaysWhatRunWillDo() throws SQLException {
        Digest before = firn.inDatabase(events.table());

        Firn.Ran plan = firn.succeed("plan", Firn.NAMESPACE);

        assertThat(plan.out()).contains("3 of 3 chunks have work to do").contains("archive and drop");
        assertThat(firn.inDatabase(events.table())).isEqualTo(before);
        assertThat(firn.files()).containsExactly("firn.json");
    }

    @Test
    void aSecondRunFindsNothingToDo() {
        firn.succeed("run", Firn.NAMESPACE);

        assertThat(firn.succeed("run", Firn.NAMESPACE).out()).contains("0 archived, 0 dropped, 0 failed");
    }

    @Test
    void rowsThatCameAfterTheDropBecomeAnAddition() throws SQLException {
        firn.succeed("run", Firn.NAMESPACE);
        Digest archived = firn.ledger(events.table());
        if (!events.hypertable()) {
            events.addPartition(owner, EventStore.FIRST_WEEK);
        }
        events.write(owner, EventStore.FIRST_WEEK.plusSeconds(60), "late-1", 0);
        events.compressAll(owner);
        Digest withLateRow = firn.ledger(events.table());

        firn.succeed("run", Firn.NAMESPACE);

        assertThat(withLateRow.rows()).isEqualTo(archived.rows() + 1);
        assertThat(events.rows(owner)).isZero();
        assertThat(firn.ledger(events.table())).isEqualTo(withLateRow);
        assertThat(firn.live(events.table())).hasSize(4);
    }

    @Test
    void aChunkThatChangedAfterItWasArchivedIsCopiedAgainAndReplacesTheFirstCopy() throws SQLException {
        firn.write(location(), "events.messages { archive-after = 1d, drop-after = never }", "");
        firn.succeed("run", Firn.NAMESPACE);
        events.write(owner, EventStore.FIRST_WEEK.plusSeconds(60), "late-1", 0);
        Digest inDatabase = firn.inDatabase(events.table());

        firn.write(location(), TABLES, "");
        firn.succeed("run", Firn.NAMESPACE);

        assertThat(events.rows(owner)).isZero();
        assertThat(firn.ledger(events.table())).isEqualTo(inDatabase);
        assertThat(firn.live(events.table())).hasSize(3);
        assertThat(firn.files()).filteredOn(file -> file.contains("/data/")).hasSize(3);
    }

    @Test
    void statusShowsWhereTheRowsAre() {
        firn.succeed("run", Firn.NAMESPACE, "--max-chunks", "1");

        String status = firn.succeed("status", Firn.NAMESPACE).out();

        assertThat(status).contains("dropped").contains("on S3");
        assertThat(firn.succeed("status", Firn.NAMESPACE, "--json").out()).contains("\"rowsArchived\" : 2000");
    }

    private String location() {
        return "url = \"file:%s\"".formatted(firn.archive().toAbsolutePath());
    }
}
