package dev.firn.store;

import dev.firn.store.ObjectStore.Resting;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * Where S3 keeps objects that it does not give away at once. Glacier Instant Retrieval is none of these places; an object
 * that was asked for is readable for as many days as were asked for.
 */
final class S3ArchiveClasses {

    private static final Set<String> CLASSES = Set.of("GLACIER", "DEEP_ARCHIVE");

    private S3ArchiveClasses() {}

    static Optional<Resting> resting(HeadObjectResponse head) {
        String storageClass = head.storageClassAsString();
        String restore = head.restore() == null ? "" : head.restore();
        boolean asked = restore.contains("ongoing-request=\"true\"");
        // Of Intelligent-Tiering: an object that was asked for leaves its archive tier for good.
        if (head.archiveStatusAsString() != null) {
            return Optional.of(new Resting(head.archiveStatusAsString(), asked));
        }
        boolean readable = restore.contains("ongoing-request=\"false\"");
        return storageClass != null && CLASSES.contains(storageClass) && !readable
                ? Optional.of(new Resting(storageClass, asked))
                : Optional.empty();
    }
}
