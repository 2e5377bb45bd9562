package dev.firn.rehydrator;

import dev.firn.archive.Archive;
import dev.firn.archive.Expiry;
import dev.firn.archive.Manifest;
import dev.firn.archive.Manifest.DataFile;
import dev.firn.store.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Holds what queries show against the manifests: what was whole before a query began must be there, or what replaced it,
 * unless that has expired; what is there must be published; a row may be there twice only as what is replaced and what
 * replaces it; and what has gone because it expired never comes back.
 */
final class Verdicts {

    private final Path root;
    private final Archive archive;

    /** What was whole once: from then on its rows must be there, in its files or in those of what replaced it. */
    private final Set<Manifest> whole = new HashSet<>();

    private final Set<String> provenBytes = new HashSet<>();
    private final Set<String> goneForGood = new HashSet<>();
    private final Set<String> wrong = new LinkedHashSet<>();
    private int incomplete;
    private int doubled;
    private int fading;

    Verdicts(Path root, Archive archive) {
        this.root = root;
        this.archive = archive;
    }

    void refuse(String what) {
        wrong.add(what);
    }

    List<String> wrong() {
        return List.copyOf(wrong);
    }

    /** Answers that showed a part of a copy that was being put in place. */
    int incomplete() {
        return incomplete;
    }

    /** Answers that showed rows of a replacement and of what it replaces. */
    int doubled() {
        return doubled;
    }

    /** Answers that showed rows which had expired by then. */
    int fading() {
        return fading;
    }

    void lookBefore() {
        archive.live().stream().filter(archive::isPromoted).forEach(whole::add);
    }

    /** @param seen the identities of the rows in each file */
    void judge(Map<String, List<String>> seen) {
        Map<String, Manifest> published = new HashMap<>();
        archive.manifests().forEach(manifest -> published.put(manifest.key(), manifest));
        Set<String> expired = archive.expiries().stream()
                .map(Expiry::supersedes)
                .flatMap(List::stream)
                .collect(Collectors.toSet());
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
        whole.stream()
                .filter(manifest -> !hasExpired(manifest, expired, published))
                .forEach(manifest -> requireAllSeen(manifest, seen.keySet(), published));
        requireOnce(seen, manifestOf, published);
        published.values().stream()
                .filter(manifest -> hasExpired(manifest, expired, published))
                .forEach(manifest -> requireGoneForGood(manifest, seen.keySet()));
        if (archive.live().stream().anyMatch(manifest -> isPartlySeen(manifest, seen.keySet()))) {
            incomplete++;
        }
        if (published.values().stream()
                .filter(manifest -> expired.contains(manifest.key()))
                .flatMap(manifest -> manifest.files().stream())
                .anyMatch(file -> seen.containsKey(file.key()))) {
            fading++;
        }
    }

    private static boolean hasExpired(Manifest manifest, Set<String> expired, Map<String, Manifest> published) {
        return expired.contains(manifest.key())
                || expired.stream().map(published::get).anyMatch(later -> replaces(later, manifest.key(), published));
    }

    /** One file after the other, and each of them once. */
    private void requireGoneForGood(Manifest manifest, Set<String> seen) {
        for (DataFile file : manifest.files()) {
            if (!seen.contains(file.key())) {
                goneForGood.add(file.key());
            } else if (goneForGood.contains(file.key())) {
                wrong.add(file.key() + " is there again, which had expired and gone");
            }
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

    @Override
    public String toString() {
        return "%d of them with a part of a copy, %d with rows twice, %d with rows that had expired"
                .formatted(incomplete, doubled, fading);
    }
}
