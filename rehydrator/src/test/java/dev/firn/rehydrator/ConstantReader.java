package dev.firn.rehydrator;

import dev.firn.FaultPoints;
import dev.firn.TableName;
import dev.firn.archive.Archive;
import dev.firn.archive.ArchiveLayout;
import dev.firn.store.ObjectStore;
import dev.firn.testing.Firn;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Queries an archive in a directory by DuckDB all the time, knowing nothing of manifests, and has each answer held against
 * them.
 */
final class ConstantReader implements AutoCloseable {

    private final Path root;
    private final ObjectStore store;
    private final Archive archive;
    private final Connection duckdb;
    private final Thread thread = new Thread(this::readOn, "reader");

    /** Fair, or the thread that only reads would never let the other have a look. */
    private final ReentrantLock turn = new ReentrantLock(true);

    private final Verdicts verdicts;
    private volatile boolean stopped;
    private int answers;
    private int refused;

    ConstantReader(Firn firn, TableName table) throws SQLException {
        root = firn.archive();
        store = firn.openStore();
        archive = new Archive(store, new ArchiveLayout(Firn.NAMESPACE, table), FaultPoints.NONE);
        verdicts = new Verdicts(root, archive);
        Properties settings = new Properties();
        settings.setProperty("autoinstall_known_extensions", "false");
        duckdb = DriverManager.getConnection("jdbc:duckdb:", settings);
    }

    void start() {
        thread.start();
    }

    private void readOn() {
        while (!stopped) {
            look();
        }
    }

    /** One query, and what is wrong with its answer, if anything. */
    void look() {
        turn.lock();
        try {
            queryAndJudge();
        } catch (RuntimeException e) {
            verdicts.refuse("a query failed: " + e);
        } finally {
            turn.unlock();
        }
    }

    private void queryAndJudge() {
        Set<String> before = files();
        verdicts.lookBefore();
        Optional<Map<String, List<String>>> seen = query();
        if (seen.isPresent()) {
            answers++;
            verdicts.judge(seen.get());
        } else if (!before.isEmpty()) {
            refused++;
            if (files().containsAll(before)) {
                verdicts.refuse("a query failed though no file went");
            }
        }
    }

    private Set<String> files() {
        Set<String> files = new HashSet<>();
        store.list(archive.layout().dataPrefix(), found -> files.add(found.key()));
        return files;
    }

    /** The identities of the rows in each file, or nothing where the query fails since a file goes just then. */
    private Optional<Map<String, List<String>>> query() {
        String data = root.resolve(archive.layout().dataPrefix()).toString();
        Map<String, List<String>> rows = new TreeMap<>();
        try (Statement statement = duckdb.createStatement();
                ResultSet found = statement.executeQuery(
                        "SELECT filename, id FROM read_parquet('%s/*/*.parquet', filename => true)".formatted(data))) {
            while (found.next()) {
                String key = root.relativize(Path.of(found.getString(1))).toString();
                rows.computeIfAbsent(key, file -> new ArrayList<>()).add(found.getString(2));
            }
            return Optional.of(rows);
        } catch (SQLException e) {
            if (e.getMessage().contains("No files found") || e.getMessage().contains("No such file")) {
                return Optional.empty();
            }
            throw new IllegalStateException(e);
        }
    }

    /** Every row as text, from whatever files there are. */
    List<String> rows(String select) throws SQLException {
        turn.lock();
        try {
            return rowsNow(select);
        } finally {
            turn.unlock();
        }
    }

    private List<String> rowsNow(String select) throws SQLException {
        String data = root.resolve(archive.layout().dataPrefix()).toString();
        List<String> rows = new ArrayList<>();
        try (Statement statement = duckdb.createStatement();
                ResultSet found = statement.executeQuery(
                        "%s FROM read_parquet('%s/*/*.parquet') ORDER BY 1".formatted(select, data))) {
            while (found.next()) {
                rows.add(found.getString(1));
            }
        }
        return rows;
    }

    /** What was wrong, and what was seen of what may be. */
    <T> T told(Function<Verdicts, T> question) {
        turn.lock();
        try {
            return question.apply(verdicts);
        } finally {
            turn.unlock();
        }
    }

    @Override
    public String toString() {
        return "%d answers, %s; %d queries failed since a file went".formatted(answers, verdicts, refused);
    }

    @Override
    public void close() throws SQLException {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        duckdb.close();
        store.close();
    }
}
