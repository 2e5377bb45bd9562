package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FirnException;
import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.config.Configuration;
import dev.firn.config.TableConfig;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archived chunks that somebody else dropped: their books are mended, and no trouble with one holds up the others. */
class GoneChunksIT {

    private static final String COPY_ONLY = "events.messages { archive-after = 1d, drop-after = never }";

    @Test
    void aBrokenCopyOfAGoneChunkStopsNothingButItself(@TempDir Path home) throws Exception {
        try (WeeklyChunks chunks = new WeeklyChunks(home)) {
            Firn firn = chunks.firn();
            for (int week = 0; week < 3; week++) {
                chunks.addWeek();
            }
            firn.tables(COPY_ONLY).succeed("run", Firn.NAMESPACE);
            dropBySomebodyElse(chunks, 0);
            dropBySomebodyElse(chunks, 1);
            List<Manifest> copies = firn.live(chunks.events().table());
            loseFileOf(firn, copies.get(0));

            Firn.Ran ran = firn.tables(WeeklyChunks.TABLES).run("run", Firn.NAMESPACE);

            assertThat(ran.exitCode()).as(ran.all()).isEqualTo(5);
            assertThat(ran.all())
                    .contains("1 dropped, 1 failed")
                    .contains(copies.get(0).range().showStart());
            assertThat(chunks.events().rows(chunks.owner())).isZero();
            assertThat(states(chunks)).containsExactly("archived", "dropped", "dropped");
        }
    }

    @Test
    void aDropOfWhichItsWorkerDidNotLearnIsNoFailureAnyMore(@TempDir Path home) throws SQLException {
        try (WeeklyChunks chunks = new WeeklyChunks(home)) {
            chunks.addWeek();
            Firn.Ran cut = chunks.firn()
                    .run(
                            point -> {
                                if (point.equals(Steps.COMMITTED)) {
                                    throw new FirnException(
                                            FirnException.Category.PASSING, point, "cut off", "run it again");
                                }
                            },
                            "run",
                            Firn.NAMESPACE);
            assertThat(cut.exitCode()).as(cut.all()).isEqualTo(4);
            assertThat(states(chunks)).containsExactly("dropped");
            assertThat(failures(chunks)).isEqualTo(1);

            chunks.firn().succeed("run", Firn.NAMESPACE);

            assertThat(failures(chunks)).isZero();
        }
    }

    @Test
    void whatIsBackSinceTheChunksWereListedIsNotTakenForGone(@TempDir Path home) throws SQLException {
        try (WeeklyChunks chunks = new WeeklyChunks(home)) {
            chunks.addWeek();
            chunks.firn().tables(COPY_ONLY).succeed("run", Firn.NAMESPACE);

            settleWhatIsListed(chunks, Set.of());

            assertThat(states(chunks)).containsExactly("archived");
            assertThat(audited(chunks, "found dropped")).isZero();
        }
    }

    private static void settleWhatIsListed(WeeklyChunks chunks, Set<TimeRange> inDatabase) throws SQLException {
        Surroundings surroundings = Surroundings.real();
        try (OpenNamespace namespace = OpenNamespace.open(
                Configuration.namespace(chunks.firn().conf(), Firn.NAMESPACE), Firn.NAMESPACE, surroundings)) {
            TableConfig table = Configuration.namespace(chunks.firn().conf(), Firn.NAMESPACE)
                    .namespace(Firn.NAMESPACE)
                    .table(chunks.events().table());
            TableWork work = namespace.work(table, "epoch");
            boolean found = new GoneChunks(work, "test", Progress.NONE, surroundings, false, false)
                    .settle(inDatabase, (range, failure) -> {
                        throw failure;
                    });
            assertThat(found).as("rows in other chunks").isFalse();
        }
    }

    private static int audited(WeeklyChunks chunks, String action) throws SQLException {
        try (Connection connection = chunks.database().admin();
                PreparedStatement statement =
                        connection.prepareStatement("SELECT count(*) FROM firn.audit WHERE action = ?")) {
            statement.setString(1, action);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    private static int failures(WeeklyChunks chunks) throws SQLException {
        try (Connection connection = chunks.database().admin();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT sum(failures) FROM firn.chunk")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static void dropBySomebodyElse(WeeklyChunks chunks, int week) throws SQLException {
        String start =
                EventStore.FIRST_WEEK.plus(EventStore.WEEK.multipliedBy(week)).toString();
        try (Statement statement = chunks.owner().createStatement()) {
            statement.execute(
                    chunks.events().hypertable()
                            ? "SELECT drop_chunks('events.messages', older_than => '%s'::timestamptz + interval '7 days')"
                                    .formatted(start)
                            : "DROP TABLE events.messages_"
                                    + start.substring(0, 10).replace("-", "_"));
        }
    }

    private static void loseFileOf(Firn firn, Manifest copy) throws IOException {
        Files.delete(firn.archive().resolve(copy.files().get(0).key()));
    }

    private static List<String> states(WeeklyChunks chunks) throws SQLException {
        List<String> states = new ArrayList<>();
        try (Connection connection = chunks.database().admin();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT state FROM firn.archived ORDER BY range_start")) {
            while (rows.next()) {
                states.add(rows.getString(1));
            }
        }
        return states;
    }
}
