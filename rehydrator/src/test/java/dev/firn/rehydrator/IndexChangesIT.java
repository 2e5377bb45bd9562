package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FaultPoints;
import dev.firn.lifecycle.RestoreSteps;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table's indexes change while a range is on its way back: in the end it has those of its siblings, and no other. */
class IndexChangesIT extends WithArchivedWeeks {

    private static final Instant LATER = EventStore.FIRST_WEEK.plus(EventStore.WEEK.multipliedBy(9));

    /** What somebody does to the table meanwhile. */
    private enum Change {
        ADDED("CREATE INDEX added ON events.messages (type)"),
        UNIQUE_ADDED("CREATE UNIQUE INDEX added ON events.messages (position, stream_name, time)"),
        DROPPED("DROP INDEX events.plain"),
        UNIQUE_DROPPED("DROP INDEX events.only_once"),
        RENAMED("ALTER INDEX events.plain RENAME TO renamed"),
        CHANGED("DROP INDEX events.plain; CREATE INDEX plain ON events.messages (type DESC, position)"),
        KEY_ADDED("ALTER TABLE events.messages ADD CONSTRAINT a_key UNIQUE (position, stream_name, time)"),
        KEY_DROPPED("ALTER TABLE events.messages DROP CONSTRAINT some_key");

        private final String sql;

        Change(String sql) {
            this.sql = sql;
        }
    }

    IndexChangesIT() {
        super(1);
    }

    @BeforeEach
    void addIndexesAndASibling() throws SQLException {
        weeks.database()
                .execute(
                        "CREATE INDEX plain ON events.messages (type, position)",
                        "CREATE UNIQUE INDEX only_once ON events.messages (stream_name, global_position, time)",
                        "ALTER TABLE events.messages ADD CONSTRAINT some_key UNIQUE (global_position, time)");
        try (Connection owner = weeks.database().owner()) {
            if (!weeks.events().hypertable()) {
                weeks.events().addPartition(owner, LATER);
            }
            weeks.events().write(owner, LATER, "sibling-1", 0);
        }
    }

    @AfterEach
    void dropWhatIsLeftOfThem() {
        weeks.database()
                .execute(
                        "DROP INDEX IF EXISTS events.plain, events.only_once, events.added, events.renamed",
                        "ALTER TABLE events.messages DROP CONSTRAINT IF EXISTS some_key, DROP CONSTRAINT IF EXISTS a_key");
    }

    static Stream<Arguments> changes() {
        return Stream.of(RestoreSteps.INDEXING, RestoreSteps.INDEXED, RestoreSteps.READY)
                .flatMap(point -> Stream.of(Change.values()).map(change -> Arguments.of(change, point)));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void aRangeEndsWithTheIndexesOfItsSiblings(Change change, String point) throws SQLException {
        AtomicBoolean first = new AtomicBoolean(true);
        FaultPoints meanwhile = here -> {
            if (here.equals(point) && first.compareAndSet(true, false)) {
                weeks.database().execute(change.sql);
            }
        };

        Firn.Ran ran = rehydrate.run(meanwhile, ArchivedWeeks.FIRST.toArray(String[]::new));
        if (ran.exitCode() != 0) {
            assertThat(ran.exitCode()).as(ran.all()).isEqualTo(4);
            assertThat(weeks.rows()).as("nothing of it").isEqualTo(1);
            rehydrate.succeed(ArchivedWeeks.FIRST.toArray(String[]::new));
        }

        assertThat(weeks.staging()).isEmpty();
        requireAlike();
        dropWhatIsLeftOfThem();
        requireAlike();
    }

    private void requireAlike() throws SQLException {
        List<List<String>> indexes = indexesOfEachChunk();
        assertThat(indexes).hasSize(2);
        assertThat(indexes.get(0)).isEqualTo(indexes.get(1)).isNotEmpty();
    }

    /** And which constraint each stands for. */
    private List<List<String>> indexesOfEachChunk() throws SQLException {
        List<List<String>> found = new ArrayList<>();
        try (Connection admin = weeks.database().admin();
                Statement statement = admin.createStatement();
                ResultSet rows = statement.executeQuery(
                        """
                        SELECT array(
                          SELECT concat_ws(', ', substring(pg_get_indexdef(indexrelid) FROM ' USING .*'), indisunique,
                                   indisvalid, indisready, indislive, contype, condeferrable)
                          FROM pg_index LEFT JOIN pg_constraint ON conindid = indexrelid AND contype IN ('p', 'u', 'x')
                          WHERE indrelid = inhrelid ORDER BY 1)
                        FROM pg_inherits WHERE inhparent = 'events.messages'::regclass""")) {
            while (rows.next()) {
                found.add(List.of((String[]) rows.getArray(1).getArray()));
            }
        }
        return found;
    }
}
