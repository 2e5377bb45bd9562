package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code partition-by = day}: the rows of a chunk lie in the folder of their UTC day, whatever clocks the servers have. */
class PartitionByDayIT {

    private static final String BY_DAY =
            """
            events.messages {
              archive-after = 1d, partition-by = day
              parquet { file-size = 1MiB, row-group-size = 1MiB, page-size = 64KiB }
            }""";

    @TempDir
    private Path home;

    private TestDatabase database;
    private Connection owner;
    private EventStore events;
    private Firn firn;

    @BeforeEach
    void fillTwoWeeks() throws SQLException {
        database = TestDatabase.create();
        database.execute("ALTER DATABASE " + database.name() + " SET timezone = 'Asia/Kolkata'");
        owner = database.owner();
        events = EventStore.create(owner, "events", 2);
        events.fillWeeks(owner, 7, 2, 3_000);
        // Three days of the first week are larger than a file.
        WideEvents.write(owner, events, EventStore.FIRST_WEEK, Duration.ofDays(3), 12 << 20, 200_000, 20);
        events.compressAll(owner);
        firn = Firn.configure(database, home, BY_DAY).init();
    }

    @AfterEach
    void close() throws SQLException {
        owner.close();
        database.close();
    }

    @Test
    void archivesProvesDropsAndScrubs() throws SQLException {
        Digest all = firn.ledger(events.table());
        Map<String, Long> rowsByDay = counts(
                owner,
                "SELECT (time AT TIME ZONE 'UTC')::date::text, count(*) FROM %s GROUP BY 1"
                        .formatted(events.table().quoted()));

        assertThat(firn.succeed("run", Firn.NAMESPACE).out()).contains("2 dropped, 0 failed");

        assertThat(events.rows(owner)).isZero();
        assertThat(firn.ledger(events.table())).isEqualTo(all);
        assertThat(firn.succeed("scrub", Firn.NAMESPACE).out())
                .contains("2 copies proven, 0 not; 0 stray and 0 superseded");
        assertThat(rowsByDay).hasSize(14);
        try (Connection reader = DriverManager.getConnection("jdbc:duckdb:")) {
            assertThat(counts(reader, "SELECT dt::varchar, count(*) FROM " + data() + " GROUP BY 1"))
                    .isEqualTo(rowsByDay);
            assertThat(counts(
                            reader,
                            "SELECT epoch_ms(epoch_ms(time))::date::varchar, count(*) FROM " + data() + " GROUP BY 1"))
                    .isEqualTo(rowsByDay);
            assertThat(counts(
                            reader,
                            "SELECT 'elsewhere', count(*) FROM " + data()
                                    + " WHERE epoch_ms(epoch_ms(time))::date <> dt::date"))
                    .isEqualTo(Map.of("elsewhere", 0L));
        }
    }

    @Test
    void aDayLargerThanAFileHasSeveral() {
        firn.succeed("run", Firn.NAMESPACE);

        Map<String, Integer> filesByDay = new TreeMap<>();
        firn.live(events.table()).stream()
                .map(Manifest::files)
                .forEach(files -> files.forEach(file -> filesByDay.merge(
                        file.key().replaceAll(".*/data/dt=([0-9-]+)/[^/]+[.]parquet", "$1"), 1, Integer::sum)));

        assertThat(filesByDay).hasSize(14);
        assertThat(filesByDay.get("2024-01-04")).isGreaterThan(1);
        assertThat(filesByDay).containsEntry("2024-01-08", 1).containsEntry("2024-01-17", 1);
        assertThat(firn.files())
                .filteredOn(file -> file.contains("/data/"))
                .hasSize(
                        filesByDay.values().stream().mapToInt(Integer::intValue).sum());
    }

    private String data() {
        return "read_parquet('%s/events.messages/data/*/*.parquet', hive_partitioning = true)"
                .formatted(firn.archive().resolve(Firn.NAMESPACE));
    }

    private static Map<String, Long> counts(Connection connection, String select) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(select)) {
            Map<String, Long> counts = new TreeMap<>();
            while (rows.next()) {
                counts.put(rows.getString(1), rows.getLong(2));
            }
            return counts;
        }
    }
}
