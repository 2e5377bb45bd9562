package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.archive.Manifest;
import dev.firn.archive.Manifest.DataFile;
import dev.firn.catalog.ChunkState;
import dev.firn.store.ObjectStore.Resting;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Files that lifecycle rules have put to where they are not read from at once. All of them are named before anything is
 * loaded: who has to wait for hours should wait once.
 */
final class RestingFiles {

    private final TableWork work;

    RestingFiles(TableWork work) {
        this.work = work;
    }

    void requireNone(List<ArchivedPiece> pieces) {
        Map<String, Resting> resting = new TreeMap<>();
        for (ArchivedPiece piece : pieces) {
            if (isToBeRead(piece)) {
                for (Manifest copy : piece.copies()) {
                    for (DataFile file : copy.files()) {
                        work.store().resting(file.key()).ifPresent(found -> resting.put(file.key(), found));
                    }
                }
            }
        }
        if (!resting.isEmpty()) {
            throw refuse(resting);
        }
    }

    private boolean isToBeRead(ArchivedPiece piece) {
        return work.catalog()
                .chunk(work.key(piece.range()))
                .filter(row -> row.state() == ChunkState.DROPPED)
                .isPresent();
    }

    private FirnException refuse(Map<String, Resting> resting) {
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
                work.namespace() + "/" + work.table().name(),
                "bringing it back: %d of the files rest in %s and cannot be read yet, %d of them were asked for and are on their way; nothing was loaded: %s"
                        .formatted(resting.size(), classes, asked, String.join(", ", resting.keySet())),
                first.map(key ->
                                        "ask S3 for each of them, as in `aws s3api restore-object --bucket <bucket> --key <prefix>/%s --restore-request '{\"Days\": 7, \"GlacierJobParameters\": {\"Tier\": \"Standard\"}}'`, and run this again when they are there; "
                                                .formatted(key))
                                .orElse("run this again when they are there; ")
                        + Resting.TIMES);
    }
}
