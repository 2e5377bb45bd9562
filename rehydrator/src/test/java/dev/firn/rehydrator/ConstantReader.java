package dev.firn.rehydrator;

import dev.firn.FaultPoints;
import dev.firn.TableName;
import dev.firn.archive.Archive;
import dev.firn.archive.ArchiveLayout;
import dev.firn.archive.Manifest;
import dev.firn.archive.Manifest.DataFile;
import dev.firn.store.Content;
import dev.firn.store.ObjectStore;
import dev.firn.testing.Firn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * Queries an archive in a directory by DuckDB all the time, knowing nothing of manifests, and then holds each answer against
 * them: what was whole before the query began must be there, or what replaced it; what is there must be published; and a row
 * may be there twice only as what is replaced and what replaces it.
 */
final class ConstantReader implements AutoCloseable {

    private final Path root;
    private final ObjectStore store;
    private final Archive archive;
    private final Connection duckdb;
    private final Thread thread = new Thread(this::readOn, "reader");

    /** Fair, or the thread that only reads would never let the other have a look. */
    private final ReentrantLock turn = new ReentrantLock(true);

    /** What was whole once: from then on its rows must be there, in its files or in those of what replaced it. */
    private final Set<Manifest> whole = new HashSet<>();

    private final Set<String> provenBytes = new HashSet<>();
    private final Set<String> wrong = new LinkedHashSet<>();
    private volatile boolean stopped;
    private int answers;
    private int refused;
    private int incomplete;
    private int doubled;

    ConstantReader(Firn firn, TableName table) throws SQLException {
        root = firn.archive();
        store = firn.openStore();
        archive = new Archive(store, new ArchiveLayout(Firn.NAMESPACE, table), FaultPoints.NONE);
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
            wrong.add("a query failed: " + e);
        } finally {
            turn.unlock();
        }
    }

    private void queryAndJudge() {
        Set<String> before = files();
        archive.live().stream().filter(archive::isPromoted).forEach(whole::add);
        Optional<Map<String, List<String>>> seen = query();
        Map<String, Manifest> published = new HashMap<>();
        archive.manifests().forEach(manifest -> published.put(manifest.key(), manifest));
        if (seen.isPresent()) {
            answers++;
            judge(seen.get(), published);
        } else if (!before.isEmpty()) {
            refused++;
            if (files().containsAll(before)) {
                wrong.add("a query failed though no file went");
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

    private void judge(Map<String, List<String>> seen, Map<String, Manifest> published) {
        Map<String, Manifest> manifestOf = new HashMap<>();
        published.values().forEach(manifest -> manifest.files().forEach(file -> {
            manifestOf.put(file.key(), manifest);
            if (seen.containsKey(file.key())) {
                requireProven(file, seen.get(file.key()).size());
            }
        }));
        Set<String> unknown = new TreeSet<>(seen.keySet());
        unknown.removeAll(manifestOf.keySet());
        if (!unknown.isEmpty()) {
            wrong.add("files that no manifest names: " + unknown);
            return;
        }
        whole.forEach(manifest -> requireAllSeen(manifest, seen.keySet(), published));
        requireOnce(seen, manifestOf, published);
        if (archive.live().stream().anyMatch(manifest -> isPartlySeen(manifest, seen.keySet()))) {
            incomplete++;
        }
    }

    /** That its bytes are those that were read back and proven. */
    private void requireProven(DataFile file, int rows) {
        if (rows != file.rows()) {
            wrong.add("%s showed %d rows, not %d".formatted(file.key(), rows, file.rows()));
        }
        if (provenBytes.add(file.key())) {
            try {
                Content content = Content.of(Files.readAllBytes(root.resolve(file.key())));
                if (!content.equals(file.content())) {
                    wrong.add(file.key() + " holds other bytes than were proven");
                }
            } catch (NoSuchFileException e) {
                provenBytes.remove(file.key()); // gone since
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Folder by folder, since an engine lists them one after the other: all that was there, or all that replaced it. */
    private void requireAllSeen(Manifest manifest, Set<String> seen, Map<String, Manifest> published) {
        Map<String, List<String>> byPartition = manifest.files().stream()
                .collect(Collectors.groupingBy(
                        DataFile::partition, Collectors.mapping(DataFile::key, Collectors.toList())));
        byPartition.forEach((partition, files) -> {
            boolean replaced = published.values().stream()
                    .filter(other -> replaces(other, manifest.key(), published))
                    .anyMatch(other -> other.files().stream()
                            .filter(file -> file.partition().equals(partition))
                            .allMatch(file -> seen.contains(file.key())));
            if (!seen.containsAll(files) && !replaced) {
                wrong.add("rows of %s are missing: of %s only %s".formatted(manifest, files, seen));
            }
        });
    }

    private void requireOnce(
            Map<String, List<String>> seen, Map<String, Manifest> manifestOf, Map<String, Manifest> published) {
        Map<String, String> fileOfRow = new HashMap<>();
        boolean twice = false;
        for (Map.Entry<String, List<String>> file : seen.entrySet()) {
            Manifest mine = manifestOf.get(file.getKey());
            for (String row : file.getValue()) {
                String before = fileOfRow.put(row, file.getKey());
                if (before != null) {
                    Manifest other = manifestOf.get(before);
                    twice = true;
                    if (!replaces(mine, other.key(), published) && !replaces(other, mine.key(), published)) {
                        wrong.add("row %s is in %s and in %s".formatted(row, before, file.getKey()));
                    }
                }
            }
        }
        doubled += twice ? 1 : 0;
    }

    /** Whether a manifest stands for another one, by itself or by way of what it replaces. */
    private static boolean replaces(Manifest manifest, String key, Map<String, Manifest> published) {
        return manifest.supersedes().contains(key)
                || manifest.supersedes().stream()
                        .map(published::get)
                        .anyMatch(older -> older != null && replaces(older, key, published));
    }

    private static boolean isPartlySeen(Manifest manifest, Set<String> seen) {
        long files = manifest.files().stream()
                .map(DataFile::key)
                .filter(seen::contains)
                .count();
        return files > 0 && files < manifest.files().size();
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

    List<String> wrong() {
        turn.lock();
        try {
            return List.copyOf(wrong);
        } finally {
            turn.unlock();
        }
    }

    /** Answers that showed a part of a copy that was being put in place. */
    int incomplete() {
        turn.lock();
        try {
            return incomplete;
        } finally {
            turn.unlock();
        }
    }

    /** Answers that showed rows of a replacement and of what it replaces. */
    int doubled() {
        turn.lock();
        try {
            return doubled;
        } finally {
            turn.unlock();
        }
    }

    @Override
    public String toString() {
        return "%d answers, %d of them with a part of a copy, %d with rows twice; %d queries failed at a replacement"
                .formatted(answers, incomplete, doubled, refused);
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
