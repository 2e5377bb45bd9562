package dev.firn.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.copy.Digest;
import dev.firn.store.ObjectStore;
import dev.firn.testing.Eventodb;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A quiet time: nobody writes, nothing fails, back-offs are over, what is left is a day old. Then everything must come to an
 * end by itself, be there exactly once, and leave nothing behind.
 */
final class Night {

    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Duration OLD = Duration.ofHours(25);

    private static final Pattern DECISION =
            Pattern.compile("archiver run (\\S+) --table \\S+ --chunk \\S+ --divergent replace");

    /** What the S3 server of the tests leaves of a request that was cut, and shows as an object: S3 has nothing like it. */
    private static final Pattern CUT_REQUEST =
            Pattern.compile("\\.(json|parquet)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$");

    private final List<SoakTable> tables;
    private final Path objects;
    private final List<Node> nodes;
    private int decisions;

    Night(List<SoakTable> tables, Path objects, List<Node> nodes) {
        this.tables = tables;
        this.objects = objects;
        this.nodes = nodes;
    }

    /** Answers how long it took until all was archived. */
    Duration pass() throws SQLException, IOException {
        Duration took = awaitEnd();
        sweep();
        for (SoakTable table : tables) {
            Digest truth = table.firn().inDatabase(table.name(), table.truth());
            assertThat(table.firn().ledger(table.name()))
                    .as("all rows of %s, those in the database and those in the archive", table)
                    .isEqualTo(truth);
            if (table.kind() == SoakTable.Kind.EVENT_STORE) {
                requireContinuity(table);
            }
        }
        return took;
    }

    private Duration awaitEnd() throws SQLException {
        long begun = System.nanoTime();
        String left = left();
        while (!left.isEmpty()) {
            if (System.nanoTime() - begun > LONGEST.toNanos()) {
                throw new AssertionError(
                        "after %s of quiet there is still:%n%s%n%n%s".formatted(LONGEST, left, lastWords()));
            }
            endPauses();
            decide();
            LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());
            left = left();
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private String lastWords() {
        StringBuilder words = new StringBuilder();
        nodes.forEach(node -> words.append("node %s:%n%s%n".formatted(node.name(), node.lastLines(60))));
        return words.toString();
    }

    private Stream<TestDatabase> databases() {
        return tables.stream().map(SoakTable::database).distinct();
    }

    /**
     * After a crash of the server Firn does not take a chunk that changed since it was copied for the chunk that it copied,
     * and leaves it to a person, who does here what the hint says: the database is right.
     */
    private void decide() throws SQLException {
        for (SoakTable table : tables) {
            try (Connection admin = table.database().admin()) {
                for (String hint : Eventodb.texts(
                        admin,
                        "SELECT failure_hint FROM firn.chunk WHERE failure_message LIKE '%not the chunk that was copied then%'")) {
                    Matcher command = DECISION.matcher(hint);
                    if (command.find() && command.group(1).equals(table.firn().namespace())) {
                        table.firn()
                                .run((command.group() + " --retry-failed")
                                        .substring("archiver ".length())
                                        .split(" "));
                        decisions++;
                    }
                }
            }
        }
    }

    /** How often a person was asked. */
    int decisions() {
        return decisions;
    }

    /** As after a few hours more. */
    private void endPauses() {
        databases()
                .forEach(
                        database -> database.execute(
                                "UPDATE firn.chunk SET retry_after = clock_timestamp() WHERE retry_after > clock_timestamp()",
                                "UPDATE firn.request SET retry_after = clock_timestamp() WHERE state = 'asked' AND retry_after > clock_timestamp()"));
    }

    /** Whatever is not done yet, for people; empty when all is. */
    private String left() throws SQLException {
        StringBuilder left = new StringBuilder();
        for (SoakTable table : tables) {
            try (Connection admin = table.database().admin()) {
                ask(
                        left,
                        admin,
                        "SELECT format('%%s rows in %s', count(*)) FROM %s HAVING count(*) > 0"
                                .formatted(table.name(), table.name()));
                // An empty one comes due like any other.
                ask(
                        left,
                        admin,
                        "SELECT format('%%s of %s', inhrelid::regclass) FROM pg_inherits WHERE inhparent = '%s'::regclass"
                                .formatted(table.name(), table.name()));
                ask(
                        left,
                        admin,
                        """
                        SELECT format('chunk %%s.%%s %%s is %%s, failures %%s, retry after %%s, %%s', table_schema, table_name, range_text,
                          state, failures, retry_after, failure_message)
                        FROM firn.chunk WHERE (state <> 'dropped' OR failures > 0) AND table_schema = '%s'"""
                                .formatted(table.name().schema()));
                ask(
                        left,
                        admin,
                        """
                        SELECT format('request %s of %s.%s %s is %s after %s tries: %s', id, table_schema, table_name, range_text, state,
                          tries, failure_message)
                        FROM firn.request WHERE state IN ('asked', 'working')""");
                ask(
                        left,
                        admin,
                        "SELECT format('claim of %s %s by %s', table_name, range_text, holder) FROM firn.claim");
                if (table.kind() == SoakTable.Kind.EVENT_STORE) {
                    ask(
                            left,
                            admin,
                            "SELECT format('job %s of %s', job_name, job_group) FROM firn_quartz.qrtz_job_details"
                                    + " WHERE job_group LIKE 'chunks %'");
                }
            }
        }
        return left.toString();
    }

    private static void ask(StringBuilder left, Connection admin, String sql) throws SQLException {
        Eventodb.texts(admin, sql).forEach(line -> left.append(line).append('\n'));
    }

    /** What the janitor does when all that dead programs left is a day old. */
    private void sweep() throws SQLException, IOException {
        FileTime old = FileTime.from(Instant.now().minus(OLD));
        try (Stream<Path> files = Files.walk(objects)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (CUT_REQUEST.matcher(file.toString()).find()) {
                    Files.delete(file);
                } else {
                    Files.setLastModifiedTime(file, old);
                }
            }
        }
        databases()
                .forEach(database ->
                        database.execute("UPDATE firn.attempt SET begun_at = begun_at - interval '25 hours'"));
        for (SoakTable table : tables) {
            Firn.Ran swept = table.firn().run("janitor", table.firn().namespace());
            assertThat(swept.exitCode()).as(swept.all()).isZero();
        }
        for (SoakTable table : tables) {
            try (ObjectStore store = table.firn().openStore()) {
                assertThat(store.pendingUploads("")).as("uploads in the making").isEmpty();
            }
            assertThat(table.firn().files()).as("files in the making").noneMatch(file -> file.contains("/incoming/"));
        }
        for (TestDatabase database : databases().toList()) {
            try (Connection admin = database.admin()) {
                assertThat(Eventodb.texts(admin, "SELECT attempt FROM firn.attempt"))
                        .as("records of attempts")
                        .isEmpty();
                assertThat(Eventodb.texts(admin, "SELECT relname FROM pg_class WHERE relname LIKE 'firn_staging_%'"))
                        .as("tables that were loaded into")
                        .isEmpty();
            }
        }
    }

    /** Each stream's positions from 0 on, without a gap, whatever was dropped between two of its writes. */
    private static void requireContinuity(SoakTable table) throws SQLException {
        try (Connection admin = table.database().admin()) {
            assertThat(Eventodb.texts(
                            admin,
                            """
                            SELECT format('%%s: %%s rows, positions %%s to %%s', stream_name, count(*), min(position), max(position))
                            FROM %s WHERE type <> 'late' GROUP BY stream_name
                            HAVING min(position) <> 0 OR max(position) <> count(*) - 1 OR count(DISTINCT position) <> count(*)"""
                                    .formatted(table.truth())))
                    .as("streams that do not go on where they ended")
                    .isEmpty();
        }
    }
}
