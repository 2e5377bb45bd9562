package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.archive.Manifest;
import dev.firn.testing.Firn;
import dev.firn.types.Column;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** A column added while a chunk is on its way: what is archived before the drop has the column. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SchemaChangesIT {

    static final List<String> POINTS =
            Steps.ALL.subList(Steps.ALL.indexOf(Steps.SNAPSHOT), Steps.ALL.indexOf(Steps.DROP) + 1);

    /** Where Firn holds a lock on the chunk, so that an ALTER TABLE has to wait. */
    private static final Set<String> LOCKED = Set.of(Steps.SNAPSHOT, Steps.COPY, Steps.LOCKED, Steps.DROP);

    private WeeklyChunks chunks;
    private int added;

    @BeforeAll
    void start(@TempDir Path home) throws SQLException {
        chunks = new WeeklyChunks(home, 60);
    }

    @AfterAll
    void stop() throws SQLException {
        chunks.close();
    }

    @ParameterizedTest
    @FieldSource("POINTS")
    void aColumnAddedAtAnyPointIsInTheArchiveOrWaits(String point) throws SQLException {
        Instant week = chunks.nextWeek();
        chunks.addWeek();
        Set<String> ids = idsInDatabase();
        String column = "c" + added++;
        AddedColumn alter = new AddedColumn(point, column);

        chunks.firn().run(alter::reached, "run", Firn.NAMESPACE);
        chunks.runUntilDone();

        assertThat(alter.failure == null)
                .as("added at %s: %s", point, alter.failure)
                .isEqualTo(!LOCKED.contains(point));
        assertThat(chunks.events().rows(chunks.owner())).isZero();
        Manifest archived = liveOf(week);
        assertThat(idsIn(archived, "")).isEqualTo(ids);
        if (alter.failure == null) {
            assertThat(archived.description().columns())
                    .extracting(Column::name)
                    .contains(column);
            assertThat(idsIn(archived, " WHERE " + column + " = 7")).isEqualTo(ids);
        }
    }

    private Manifest liveOf(Instant week) {
        String start = week.toString().substring(0, 10);
        return chunks.firn().live(chunks.events().table()).stream()
                .filter(manifest -> manifest.range().showStart().equals(start))
                .collect(Collectors.collectingAndThen(Collectors.toList(), found -> {
                    assertThat(found).hasSize(1);
                    return found.get(0);
                }));
    }

    private Set<String> idsInDatabase() throws SQLException {
        return ids(
                chunks.owner(),
                "SELECT id::text FROM " + chunks.events().table().quoted());
    }

    private Set<String> idsIn(Manifest manifest, String condition) throws SQLException {
        String files = manifest.files().stream()
                .map(file -> "'" + chunks.firn().archive().resolve(file.key()) + "'")
                .collect(Collectors.joining(", "));
        try (Connection reader = DriverManager.getConnection("jdbc:duckdb:")) {
            return ids(reader, "SELECT id::varchar FROM read_parquet([%s])%s".formatted(files, condition));
        }
    }

    private static Set<String> ids(Connection connection, String select) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(select)) {
            Set<String> ids = new TreeSet<>();
            while (rows.next()) {
                assertThat(ids.add(rows.getString(1))).as("one row for each id").isTrue();
            }
            return ids;
        }
    }

    /** Adds its column when Firn comes to a point for the first time. */
    private final class AddedColumn {

        private final String point;
        private final String column;
        private boolean tried;
        private SQLException failure;

        AddedColumn(String point, String column) {
            this.point = point;
            this.column = column;
        }

        void reached(String now) {
            if (!now.equals(point) || tried) {
                return;
            }
            tried = true;
            try (Connection application = chunks.database().owner();
                    Statement statement = application.createStatement()) {
                statement.execute("SET lock_timeout = '50ms'");
                statement.execute("ALTER TABLE %s ADD COLUMN %s int DEFAULT 7"
                        .formatted(chunks.events().table().quoted(), column));
            } catch (SQLException e) {
                failure = e;
            }
        }
    }
}
