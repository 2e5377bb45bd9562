package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FaultPoints;
import dev.firn.lifecycle.RestoreSteps;
import dev.firn.lifecycle.TakeOutSteps;
import dev.firn.testing.Firn;
import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody sees who counts all the time while a range comes back, is held and goes again: all of it or nothing. */
@RequiresTimescale
class ReadersIT {

    private static final int LATE = 2;

    @TempDir
    private Path home;

    @Test
    void aRangeThatComesBackAsAChunkIsThereWholeOrNotAtAll() throws Exception {
        try (CutAnew cutAnew = new CutAnew(home);
                Reader reader = new Reader(cutAnew.database)) {
            comeAndGo(cutAnew);

            assertThat(reader.seen()).containsExactlyInAnyOrder(0L, (long) CutAnew.PER_WEEK);
        }
    }

    /**
     * Asked between the steps. Somebody who asks all the time is not sure of it here: PostgreSQL looks for the chunks when it
     * plans a query, and for the rows when it runs it, and of several chunks one that came in between is missed.
     */
    @Test
    void aRangeThatComesBackAmongOtherRowsIsThereWholeOrNotAtAll() throws Exception {
        try (CutAnew cutAnew = new CutAnew(home)) {
            cutAnew.lateRowsThatStay(1);
            Map<String, Long> seen = new HashMap<>();
            try (Connection reader = cutAnew.database.owner()) {
                FaultPoints counts = point -> {
                    if (!point.equals(TakeOutSteps.LOCKED) && !point.equals(TakeOutSteps.COMMIT)) {
                        seen.put(point, countUnchecked(reader));
                    }
                };
                cutAnew.rehydrate.run(
                        counts, Firn.NAMESPACE, CutAnew.TABLE, "--from", "2024-01-11", "--to", "2024-01-18");
                cutAnew.release();
                cutAnew.firn.run(counts, "run", Firn.NAMESPACE);
            }

            assertThat(seen)
                    .containsEntry(RestoreSteps.ATTACHED, (long) LATE)
                    .containsEntry(RestoreSteps.COMMIT, (long) LATE)
                    .containsEntry(RestoreSteps.COMMITTED, (long) LATE + CutAnew.PER_WEEK)
                    .containsEntry(TakeOutSteps.TAKEN, (long) LATE + CutAnew.PER_WEEK)
                    .containsEntry(TakeOutSteps.COMMITTED, (long) LATE);
        }
    }

    private static long countUnchecked(Connection connection) {
        try {
            return Reader.count(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void comeAndGo(CutAnew cutAnew) {
        for (int round = 0; round < 2; round++) {
            cutAnew.restore("2024-01-11", "2024-01-18");
            cutAnew.release();
            cutAnew.run();
        }
    }

    /** Counts until it is asked what it saw. */
    private static final class Reader implements AutoCloseable {

        private final AtomicBoolean done = new AtomicBoolean();
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private final Future<Set<Long>> counts;

        Reader(TestDatabase database) {
            counts = thread.submit(() -> {
                Set<Long> seen = new TreeSet<>();
                try (Connection connection = database.owner()) {
                    while (!done.get()) {
                        seen.add(count(connection));
                    }
                    seen.add(count(connection));
                }
                return seen;
            });
        }

        private static long count(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT count(*) FROM events.messages")) {
                rows.next();
                return rows.getLong(1);
            }
        }

        Set<Long> seen() throws Exception {
            done.set(true);
            return counts.get();
        }

        @Override
        public void close() {
            done.set(true);
            thread.shutdown();
        }
    }
}
