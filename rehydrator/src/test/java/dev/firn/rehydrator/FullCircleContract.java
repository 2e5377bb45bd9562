package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import dev.firn.copy.Digest;
import dev.firn.testing.Eventodb;
import dev.firn.testing.Firn;
import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an example of {@code conf/namespaces} promises to the application whose tables it archives: made by its script,
 * archived by its configuration, dropped and brought back, they answer as they did before.
 */
abstract class FullCircleContract {

    private static final String NOTHING_TO_DO = "0 archived, 0 dropped, 0 failed, 0 left";
    private static final int MOST_RUNS = 5;

    @TempDir
    private Path home;

    Application application;

    /** The namespace, by the name of its file. */
    abstract String namespace();

    /** Its tables, as a user names them to bring back all of them at once. */
    abstract List<TableName> tables();

    /** The first time that comes back, and the first one after. */
    abstract List<String> span();

    /** Makes the tables as the application's owner, fills them, and has them compressed as their script says. */
    abstract void fill() throws SQLException;

    /** What the application asks, each in an order of its own. */
    abstract List<String> questions();

    /** How many rows are left in each table while the rest of them is in the archive alone. */
    abstract List<Long> left();

    /**
     * What the continuous aggregates are to hold from the drop on.
     *
     * @param stored what they hold before it
     */
    Map<String, List<String>> truth(Map<String, List<String>> stored) throws SQLException {
        return stored;
    }

    /** What its user changes of the configuration that is shipped. */
    String edit(String configuration) {
        return configuration;
    }

    /** Between {@code init} and the run that drops. */
    void prepare(Firn firn) throws SQLException {}

    /** While rows are in the archive alone. */
    void whileAway(Firn firn) throws SQLException {}

    /** Once they are back. */
    void whenBack(Firn firn) throws SQLException {}

    @Test
    @RequiresTimescale
    void hypertablesComeBackAsTheyWere() throws SQLException {
        comeBackAsTheyWere(TestDatabase.create());
    }

    @Test
    void partitionsOfPlainPostgresComeBackAsTheyWere() throws SQLException {
        comeBackAsTheyWere(TestDatabase.plain());
    }

    private void comeBackAsTheyWere(TestDatabase created) throws SQLException {
        try (TestDatabase database = created;
                Connection connection = database.owner()) {
            application = Application.of(connection);
            fill();
            Firn firn = Firn.shipped(database, home, namespace(), this::edit).init();
            Map<TableName, Digest> digests = digests(firn);
            Map<String, List<String>> answers = application.answers(questions());
            Map<TableName, List<String>> chunks = chunks();
            Map<String, List<String>> aggregates = truth(application.aggregates());

            prepare(firn);
            archive(firn);
            assertThat(rows()).isEqualTo(left());
            assertThat(ledgers(firn)).isEqualTo(digests);
            assertThat(application.aggregates()).isEqualTo(aggregates);
            whileAway(firn);

            Rehydrate rehydrate = new Rehydrate(firn);
            assertThat(rehydrate.succeed(restoring()).out()).contains(" 0 failed, 0 left");
            assertThat(digests(firn)).isEqualTo(digests);
            assertThat(application.answers(questions())).isEqualTo(answers);
            assertThat(chunks()).isEqualTo(chunks);
            assertThat(application.aggregates()).isEqualTo(aggregates);
            application.refresh();
            assertThat(application.aggregates()).as("refreshed").isEqualTo(aggregates);
            whenBack(firn);
            assertThat(digests(firn)).isEqualTo(digests);

            for (TableName table : tables()) {
                rehydrate.succeed("release", namespace(), table.toString());
            }
            archive(firn);
            assertThat(rows()).as("rows left once the holds ended").isEqualTo(left());
            assertThat(ledgers(firn)).isEqualTo(digests);
            application.refresh();
            assertThat(application.aggregates()).as("dropped again").isEqualTo(aggregates);
        }
    }

    /** Where partitions share a parent a run may put a chunk off: until there is nothing to do. */
    private void archive(Firn firn) {
        for (int runs = 0; runs < MOST_RUNS; runs++) {
            Firn.Ran ran = firn.run("run", namespace(), "--retry-failed");
            if (ran.exitCode() == 0 && ran.out().contains(NOTHING_TO_DO)) {
                return;
            }
        }
        throw new AssertionError(firn.run("run", namespace(), "--retry-failed").all()
                + firn.run("plan", namespace()).all());
    }

    private String[] restoring() {
        List<String> arguments = new ArrayList<>(List.of(namespace()));
        tables().forEach(table -> arguments.add(table.toString()));
        arguments.addAll(List.of("--from", span().get(0), "--to", span().get(1)));
        return arguments.toArray(String[]::new);
    }

    /** Of every row of each table, as COPY BINARY sends them. */
    private Map<TableName, Digest> digests(Firn firn) throws SQLException {
        Map<TableName, Digest> digests = new LinkedHashMap<>();
        for (TableName table : tables()) {
            digests.put(table, firn.inDatabase(table));
        }
        return digests;
    }

    /** The same of the rows in the database and those in the archive together. */
    private Map<TableName, Digest> ledgers(Firn firn) throws SQLException {
        Map<TableName, Digest> ledgers = new LinkedHashMap<>();
        for (TableName table : tables()) {
            ledgers.put(table, firn.ledger(table));
        }
        return ledgers;
    }

    private List<Long> rows() throws SQLException {
        List<Long> rows = new ArrayList<>();
        for (TableName table : tables()) {
            rows.addAll(Eventodb.numbers(application.owner(), "SELECT count(*) FROM " + table.quoted()));
        }
        return rows;
    }

    private Map<TableName, List<String>> chunks() throws SQLException {
        Map<TableName, List<String>> chunks = new LinkedHashMap<>();
        for (TableName table : tables()) {
            chunks.put(table, application.chunks(table));
        }
        return chunks;
    }
}
