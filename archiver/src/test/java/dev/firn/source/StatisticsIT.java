package dev.firn.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the planner knows of a chunk on the day that it came back. */
class StatisticsIT {

    private static final String TOKEN = "5555555555555555";
    private static final String EVERYTHING = "at, doc, name";

    @ParameterizedTest
    @CsvSource({
        "on,  '',                         false, 'at, name'",
        "off, '',                         false, 'at, doc, name'",
        "on,  'autovacuum_enabled = off', false, 'at, doc, name'",
        "on,  '',                         true,  'at, doc, name'"
    })
    void leavesJsonToAutovacuumWhereThatComesByAndFindsItToBeDone(
            String autovacuum, String storage, boolean compressedNext, String looked) throws SQLException {
        try (TestDatabase database = TestDatabase.plain();
                SmallTable small = new SmallTable(database, "doc jsonb, name text")) {
            Bench.execute(
                    small.owner,
                    "INSERT INTO app.t (at, doc, name) SELECT i, jsonb_build_object('a', i), 'n' || i % 2"
                            + " FROM generate_series(0, 9) i");
            Archived archived = small.archived();
            small.drop();
            database.execute("ALTER SYSTEM SET autovacuum = " + autovacuum, "SELECT pg_reload_conf()");
            try {
                awaitAutovacuum(small.archiver, autovacuum);
                StagedRows staged = archived.load(small.archiver, small.loader(), TOKEN);
                if (!storage.isEmpty()) {
                    Bench.execute(
                            small.owner,
                            "ALTER TABLE %s SET (%s)"
                                    .formatted(staged.relation().quoted(), storage));
                }
                Bench.inTransaction(small.archiver, () -> small.loader().ready(small.archiver, staged, compressedNext));

                assertThat(columnsLookedAt(small.owner, staged)).isEqualTo(looked);
                if (!looked.equals(EVERYTHING)) {
                    assertThat(leftForAutovacuum(small.archiver, staged)).isEqualTo(10);
                }
            } finally {
                database.execute("ALTER SYSTEM RESET autovacuum", "SELECT pg_reload_conf()");
            }
        }
    }

    /** The server tells its sessions by and by. */
    private static void awaitAutovacuum(Connection archiver, String wanted) throws SQLException {
        long begun = System.nanoTime();
        while (!Bench.text(archiver, "SHOW autovacuum").equals(wanted)) {
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
        }
    }

    private static String columnsLookedAt(Connection owner, StagedRows staged) throws SQLException {
        List<String> columns = Query.texts(
                owner,
                "SELECT attname FROM pg_stats WHERE tablename = ? ORDER BY attname",
                staged.relation().name());
        return String.join(", ", columns);
    }

    private static long leftForAutovacuum(Connection archiver, StagedRows staged) throws SQLException {
        tellWhatWasWritten(archiver);
        return Bench.number(
                archiver,
                "SELECT pg_stat_get_mod_since_analyze('%s'::regclass)"
                        .formatted(staged.relation().quoted()));
    }

    /** A session keeps its counts for a second, else. */
    private static void tellWhatWasWritten(Connection archiver) throws SQLException {
        Bench.inTransaction(archiver, () -> Bench.text(archiver, "SELECT pg_stat_force_next_flush()"));
    }
}
