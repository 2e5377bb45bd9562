package dev.firn.archive;

import dev.firn.store.ObjectStore.ObjectInfo;
import dev.firn.store.ObjectStore.PendingUpload;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** What one attempt has under {@code incoming/}: finished files, and uploads that were begun. */
public record AttemptFiles(Attempt attempt, List<ObjectInfo> files, List<PendingUpload> uploads) {

    public AttemptFiles {
        files = List.copyOf(files);
        uploads = List.copyOf(uploads);
        if (files.isEmpty() && uploads.isEmpty()) {
            throw new IllegalArgumentException("%s has nothing".formatted(attempt));
        }
    }

    /** When it last was seen to do anything, by the store's clock. */
    public Instant lastSign() {
        return Stream.concat(
                        files.stream().map(ObjectInfo::modified),
                        uploads.stream().map(PendingUpload::started))
                .max(Instant::compareTo)
                .orElseThrow();
    }

    public long bytes() {
        return files.stream().mapToLong(ObjectInfo::size).sum();
    }
}
