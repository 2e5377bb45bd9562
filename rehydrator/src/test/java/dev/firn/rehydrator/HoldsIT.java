package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** How long what came back is left alone. Ranges come back at other times than now; the archiver's pass is always today's. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HoldsIT {

    private static final int PER_WEEK = 50;
    private static final String TABLE = "events.messages";

    private TestDatabase database;
    private Connection owner;
    private EventStore events;
    private Firn firn;
    private Rehydrate rehydrate;

    @BeforeAll
    void archiveAndDropTwoWeeks(@TempDir Path home) throws SQLException {
        database = TestDatabase.create();
        owner = database.owner();
        events = EventStore.create(owner, "events", 2);
        events.fillWeeks(owner, 7, 2, PER_WEEK);
        events.compressAll(owner);
        firn = Firn.configure(database, home, TABLE + " { archive-after = 1d, keep-restored = 7d }")
                .init();
        firn.succeed("run", Firn.NAMESPACE);
        rehydrate = new Rehydrate(firn);
    }

    @AfterAll
    void close() throws SQLException {
        owner.close();
        database.close();
    }

    @BeforeEach
    void letGo() throws SQLException {
        rehydrate.succeed("release", Firn.NAMESPACE, TABLE);
        firn.succeed("run", Firn.NAMESPACE);
        assertThat(events.rows(owner)).isZero();
    }

    @Test
    void theNextPassDropsWhatWasKeptLongEnoughRangeByRange() throws SQLException {
        bringBack(ago(Duration.ofDays(7).plusMinutes(1)), "2024-01-04");
        bringBack(ago(Duration.ofDays(7).minusHours(1)), "2024-01-11");

        assertThat(run()).contains("1 dropped, 0 failed");

        assertThat(events.rows(owner)).isEqualTo(PER_WEEK);
        assertThat(rehydrate.succeed("list", Firn.NAMESPACE).out()).contains("restored, kept until 20");
        assertThat(run()).contains("0 dropped, 0 failed");
    }

    @Test
    void foreverIsNotOverAfterCenturies() throws SQLException {
        bringBack(ago(Duration.ofDays(365 * 500)), "2024-01-04", "--keep", "forever");

        assertThat(run()).contains("0 dropped, 0 failed");
        assertThat(events.rows(owner)).isEqualTo(PER_WEEK);
    }

    @Test
    void askingAgainProlongsAndNeverShortens() throws SQLException {
        bringBack(ago(Duration.ofDays(8)), "2024-01-04");
        assertThat(bringBack(Instant.now(), "2024-01-04", "--keep", "1d").out())
                .contains("1 were there")
                .contains("kept until");
        assertThat(run()).contains("0 dropped, 0 failed");

        bringBack(ago(Duration.ofDays(300)), "2024-01-04", "--keep", "1d");

        assertThat(run()).contains("0 dropped, 0 failed");
        assertThat(events.rows(owner)).isEqualTo(PER_WEEK);
    }

    @Test
    void foreverStaysForeverUntilItIsReleased() throws SQLException {
        bringBack(Instant.now(), "2024-01-04", "--keep", "forever");
        assertThat(bringBack(ago(Duration.ofDays(30)), "2024-01-04", "--keep", "1d")
                        .out())
                .contains("kept for ever");
        assertThat(run()).contains("0 dropped, 0 failed");

        rehydrate.succeed("release", Firn.NAMESPACE, TABLE);

        assertThat(run()).contains("1 dropped, 0 failed");
    }

    @Test
    void theListSaysUntilWhenForPeopleAndForPrograms() throws Exception {
        Instant now = Instant.parse("2126-05-04T03:02:01Z");
        bringBack(now, "2024-01-04", "--keep", "forever");
        bringBack(now, "2024-01-11", "--keep", "12h");

        assertThat(rehydrate.succeed("list", Firn.NAMESPACE).out())
                .contains("restored, kept for ever")
                .contains("restored, kept until 2126-05-04T15:02:01Z");
        JsonNode copies = new ObjectMapper()
                .readTree(rehydrate.succeed("list", Firn.NAMESPACE, "--json").out())
                .get("copies");
        assertThat(copies.findValuesAsText("from")).containsExactly("2024-01-04", "2024-01-11");
        assertThat(copies.findValuesAsText("state")).containsExactly("restored", "restored");
        assertThat(copies.findValuesAsText("heldUntil"))
                .containsExactly("9999-12-31T00:00:00Z", "2126-05-04T15:02:01Z");
        rehydrate.succeed("release", Firn.NAMESPACE, TABLE, "--from", "2024-01-11");
        assertThat(rehydrate.succeed("list", Firn.NAMESPACE).out()).contains("kept for ever");
        run();
        JsonNode after = new ObjectMapper()
                .readTree(rehydrate.succeed("list", Firn.NAMESPACE, "--json").out())
                .get("copies");
        assertThat(after.findValuesAsText("state")).containsExactly("restored", "dropped");
    }

    private String run() {
        return firn.succeed("run", Firn.NAMESPACE).out();
    }

    private Firn.Ran bringBack(Instant now, String from, String... options) {
        List<String> arguments =
                new ArrayList<>(List.of(Firn.NAMESPACE, TABLE, "--from", from, "--to", from + "T01:00"));
        arguments.addAll(List.of(options));
        Firn.Ran ran = rehydrate.runAt(now, arguments.toArray(String[]::new));
        assertThat(ran.exitCode()).as(ran.all()).isZero();
        return ran;
    }

    private static Instant ago(Duration time) {
        return Instant.now().minus(time);
    }
}
