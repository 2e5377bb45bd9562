package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.archive.Manifest.DataFile;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.ChunkState;
import dev.firn.store.ObjectStore;
import dev.firn.store.ObjectStore.Resting;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Files that lifecycle rules have put to where they are not read from at once. All of them, of all tables, are named before
 * anything is done: who has to wait for hours should wait once.
 */
final class RestingFiles {

    private final ObjectStore store;
    private final String namespace;
    private final Map<String, Resting> resting = new TreeMap<>();
    private final Set<String> tables = new TreeSet<>();

    RestingFiles(ObjectStore store, String namespace) {
        this.store = store;
        this.namespace = namespace;
    }

    /** Looks at files that are to be read. */
    void look(TableName table, List<DataFile> files) {
        for (DataFile file : files) {
            store.resting(file.key()).ifPresent(found -> {
                resting.put(file.key(), found);
                tables.add(table.toString());
            });
        }
    }

    /** At those of ranges that are to come back into their table: what is there is not read. */
    void lookAtWhatComesBack(TableWork work, List<ArchivedPiece> pieces) {
        for (ArchivedPiece piece : pieces) {
            if (isToBeRead(work, piece)) {
                look(
                        work.table().name(),
                        piece.copies().stream()
                                .flatMap(copy -> copy.files().stream())
                                .toList());
            }
        }
    }

    private static boolean isToBeRead(TableWork work, ArchivedPiece piece) {
        Optional<ChunkRow> row = work.catalog().chunk(work.key(piece.range()));
        return row.filter(known -> known.state() == ChunkState.DROPPED).isPresent()
                || StandingCopy.isPossible(row, piece);
    }

    /**
     * Refuses if any of them cannot be read now.
     *
     * @param doing what they were to be read for
     * @param done what is true because of that
     */
    void requireNone(String doing, String done) {
        if (!resting.isEmpty()) {
            throw refuse(doing, done);
        }
    }

    private FirnException refuse(String doing, String done) {
        Optional<String> first = resting.entrySet().stream()
                .filter(file -> !file.getValue().asked())
                .map(Map.Entry::getKey)
                .findFirst();
        String classes = resting.values().stream()
                .map(Resting::storageClass)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        long asked = resting.values().stream().filter(Resting::asked).count();
        return new FirnException(
                Category.REFUSED,
                namespace + "/" + String.join(", ", tables),
                "%s: %d of the files rest in %s and cannot be read yet, %d of them were asked for and are on their way; %s: %s"
                        .formatted(doing, resting.size(), classes, asked, done, String.join(", ", resting.keySet())),
                first.map(key ->
                                        "ask S3 for each of them, as in `aws s3api restore-object --bucket <bucket> --key <prefix>/%s --restore-request '{\"Days\": 7, \"GlacierJobParameters\": {\"Tier\": \"Standard\"}}'`, and run this again when they are there; "
                                                .formatted(key))
                                .orElse("run this again when they are there; ")
                        + Resting.TIMES);
    }
}
