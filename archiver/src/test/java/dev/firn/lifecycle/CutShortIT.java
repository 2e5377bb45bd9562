package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A COPY that Firn itself ends half-way: the connection is full of rows that nobody reads, and no other work may get it. */
class CutShortIT {

    private static final int BYTES_OF_EIGHT_ROWS = 16 << 20;

    @TempDir
    private Path home;

    @Test
    void recordsTheFailureAndGoesOnWithTheNextChunk() throws SQLException {
        try (WeeklyChunks chunks = new WeeklyChunks(home)) {
            chunks.addWeek(BYTES_OF_EIGHT_ROWS);
            chunks.addWeek();
            chunks.firn().tables("events.messages { archive-after = 1d, max-value-size = 1MiB }");

            Firn.Ran ran = chunks.firn().run("run", Firn.NAMESPACE);

            assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
            assertThat(ran.all())
                    .contains("copying column data of row 1: a value of ")
                    .contains("more than max-value-size = 1048576; nothing was archived and nothing dropped")
                    .contains("1 dropped, 1 failed");
            assertThat(failureOf("2024-01-04", chunks.database())).contains("copying column data of row 1");
            assertThat(chunks.events().rows(chunks.owner())).isEqualTo(8);
        }
    }

    private static String failureOf(String start, TestDatabase database) throws SQLException {
        try (Connection connection = database.admin();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT failure_message FROM firn.chunk WHERE range_text LIKE '%" + start + ",%'")) {
            assertThat(rows.next()).as("a failure on record").isTrue();
            return rows.getString(1);
        }
    }
}
