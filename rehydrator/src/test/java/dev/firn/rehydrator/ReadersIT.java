package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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

    @Test
    void aRangeThatComesBackAmongOtherRowsIsThereWholeOrNotAtAll() throws Exception {
        try (CutAnew cutAnew = new CutAnew(home)) {
            cutAnew.lateRowsThatStay(1);
            try (Reader reader = new Reader(cutAnew.database)) {
                comeAndGo(cutAnew);

                assertThat(reader.seen()).containsExactlyInAnyOrder((long) LATE, (long) LATE + CutAnew.PER_WEEK);
            }
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
