package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.testing.EventStore;
import dev.firn.testing.Eventodb;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The event store's own {@code drop_chunks_older_than}: it refuses, or tells what Firn will drop, and drops nothing. */
class OperatorsRetentionIT {

    private static final String DROP = "SELECT tsdb_default.drop_chunks_older_than('5 weeks')";
    private static final String TABLE =
            "tsdb_default.messages { archive-after = 30d, drop-after = %s, require-compressed = false, "
                    + Eventodb.WRITE_PATH + " }";

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void leavesToFirnWhatIsArchivedAndRefusesWhatCameAfterTheDrop(boolean partitions, @TempDir Path home)
            throws SQLException {
        try (TestDatabase database = partitions ? TestDatabase.plain() : TestDatabase.create();
                Connection owner = database.owner()) {
            Eventodb store = Eventodb.create(owner);
            store.fillWeek(EventStore.FIRST_WEEK, "account-", 5, 4);
            Firn firn = Firn.configure(database, home, TABLE.formatted("never")).init();
            firn.succeed("run", Firn.NAMESPACE);
            store.attach();

            assertThat(noticed(owner)).singleElement().asString().contains("archived, and left to Firn to drop: ");
            assertThat(rows(owner)).isEqualTo(20);
            firn.tables(TABLE.formatted("30d")).succeed("run", Firn.NAMESPACE);
            assertThat(rows(owner)).isZero();
            assertThat(noticed(owner)).isEmpty();

            store.fillWeek(EventStore.FIRST_WEEK, "late-", 1, 1);
            assertThatThrownBy(() -> Eventodb.texts(owner, DROP))
                    .hasMessageContaining("not archived: ")
                    .hasMessageContaining("nothing was dropped");
            assertThat(rows(owner)).isEqualTo(1);
            firn.succeed("run", Firn.NAMESPACE);
            assertThat(rows(owner)).isZero();
            assertThat(firn.live(Eventodb.MESSAGES)).hasSize(2);
        }
    }

    private static List<String> noticed(Connection owner) throws SQLException {
        try (Statement statement = owner.createStatement()) {
            statement.execute(DROP);
            return statement.getWarnings() == null
                    ? List.of()
                    : List.of(statement.getWarnings().getMessage());
        }
    }

    private static long rows(Connection owner) throws SQLException {
        return Eventodb.number(owner, "SELECT count(*) FROM tsdb_default.messages")
                .orElseThrow();
    }
}
