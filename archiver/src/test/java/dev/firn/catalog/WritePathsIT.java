package dev.firn.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.StreamHead;
import dev.firn.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WritePathsIT {

    private static CatalogFixture fixture;
    private static int tables;

    private final Catalog catalog = fixture.catalog();
    private final String namespace = fixture.namespace();
    private final TableName table = new TableName("public", "events_" + ++tables);
    private final WritePath path = catalog.registerWritePath(namespace, table, "error");

    @BeforeAll
    static void createCatalogue() {
        fixture = CatalogFixture.create();
    }

    @AfterAll
    static void dropCatalogue() {
        fixture.close();
    }

    @Test
    void aTableIsNumberedForOneNamespaceOnly() {
        assertThat(catalog.registerWritePath(namespace, table, "notice").id()).isEqualTo(path.id());
        assertThatThrownBy(() -> catalog.registerWritePath(fixture.namespace(), table, "error"))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("namespace " + namespace + " does that already; nothing was changed");
    }

    @Test
    void headsOnlyRise() throws SQLException {
        keep(head("a", 5, 50), head("b", 1, 10));
        keep(head("a", 3, 60), head("b", 2, 9));
        keep(new StreamHead("a", 4, OptionalLong.empty(), OptionalLong.empty()));

        assertThat(heads()).containsExactly("a 5 60", "b 2 10");
    }

    @Test
    void headsOfATransactionThatIsRolledBackWereNeverThere() throws SQLException {
        try (Connection connection = fixture.transaction()) {
            HeadWriter writer = catalog.keepHeads(connection, path);
            writer.add(head("a", 5, 50));
            writer.flush();
            connection.rollback();
        }
        assertThat(heads()).isEmpty();
    }

    @Test
    void oneDropOfATableComesAfterTheOther() throws SQLException {
        TableName other = new TableName("public", "other_" + tables);
        WritePath another = catalog.registerWritePath(namespace, other, "error");
        try (Connection first = fixture.transaction();
                Connection second = fixture.transaction();
                Statement statement = second.createStatement()) {
            catalog.keepHeads(first, path);
            statement.execute("SET LOCAL lock_timeout = 100");
            catalog.keepHeads(second, another);
            assertThatThrownBy(() -> catalog.keepHeads(second, path))
                    .isInstanceOf(SQLException.class)
                    .extracting(thrown -> ((SQLException) thrown).getSQLState())
                    .isEqualTo("55P03");
            second.rollback();
            first.rollback();
            catalog.keepHeads(second, path);
            second.rollback();
        }
    }

    @Test
    void applicationsSeeATableOnlyOnceItsHeadsAreKnown() throws SQLException {
        fixture.database().execute("CREATE TABLE " + table.quoted() + " ()");
        String seen = "SELECT table_name FROM firn.write_paths WHERE table_name = '" + table.name() + "'";
        assertThat(fixture.texts(seen)).isEmpty();
        assertThatThrownBy(() -> fixture.texts("SELECT firn.require_known('public', '" + table.name() + "')"))
                .hasMessageContaining("where its archived streams end is not known here");

        catalog.recordHeadsKnown(path);

        assertThat(fixture.texts(seen)).containsExactly(table.name());
        assertThat(catalog.registerWritePath(namespace, table, "error").known()).isTrue();
    }

    @Test
    void headsKeptAtOnceInAnyOrderDoNotStopEachOther() throws Exception {
        int threads = 4;
        int streams = 1_500;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Void>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Random random = new Random(i);
                int position = i;
                running.add(pool.submit(() -> {
                    for (int round = 0; round < 5; round++) {
                        List<Integer> order = new ArrayList<>(
                                IntStream.range(0, streams).boxed().toList());
                        Collections.shuffle(order, random);
                        HeadWriter writer = catalog.keepHeadsLater(path);
                        for (int stream : order) {
                            writer.add(head("s" + stream, position * 10L + round, 1));
                        }
                        writer.flush();
                    }
                    return null;
                }));
            }
            for (Future<Void> each : running) {
                each.get();
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(heads()).hasSize(streams).allMatch(head -> head.endsWith(" 34 1"));
    }

    private void keep(StreamHead... heads) throws SQLException {
        try (Connection connection = fixture.transaction()) {
            HeadWriter writer = catalog.keepHeads(connection, path);
            for (StreamHead head : heads) {
                writer.add(head);
            }
            writer.flush();
            connection.commit();
        }
    }

    private List<String> heads() throws SQLException {
        return fixture.texts("SELECT concat_ws(' ', stream, position, global_position) FROM firn.stream_head"
                + " WHERE write_path = " + path.id() + " ORDER BY stream");
    }

    private static StreamHead head(String stream, long position, long global) {
        return new StreamHead(stream, position, OptionalLong.of(global), OptionalLong.of(global));
    }
}
