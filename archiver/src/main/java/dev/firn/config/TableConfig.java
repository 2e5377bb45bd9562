package dev.firn.config;

import dev.firn.TableName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;

/**
 * What is to be done with the chunks of a table.
 *
 * @param archiveAfter age at which a chunk is copied; never {@link Age.Never}
 * @param dropAfter age at which an archived chunk is dropped
 * @param expireAfter age at which the archived copies of a dropped chunk are removed for good
 * @param keepRestored how long what came back is left alone
 * @param onEdit what becomes of what came back and was edited
 * @param requireCompressed whether a chunk is left alone until it is compressed
 * @param maxValueBytes largest value that is copied; a larger one is refused by table, column and row
 * @param maxChunksPerPass how many chunks one pass copies at most
 * @param guards what keeps a chunk from being dropped beside its rows
 * @param schedule when a service looks at it, where it is not as for all
 * @param writePath how the application numbers its rows, where it goes on from what it finds
 */
public record TableConfig(
        TableName name,
        Age archiveAfter,
        Age dropAfter,
        Age expireAfter,
        Keep keepRestored,
        OnEdit onEdit,
        boolean requireCompressed,
        Proof proof,
        PartitionBy partitionBy,
        ParquetConfig parquet,
        long maxValueBytes,
        int maxChunksPerPass,
        GuardConfig guards,
        Optional<WritePathConfig> writePath,
        Optional<Schedule> schedule) {

    public TableConfig {
        Objects.requireNonNull(name, "name");
        if (archiveAfter instanceof Age.Never || !Age.comparable(archiveAfter, dropAfter)) {
            throw new IllegalArgumentException(
                    "%s: archived after %s, dropped after %s".formatted(name, archiveAfter, dropAfter));
        }
        if (dropAfter.isShorterThan(archiveAfter)) {
            throw new IllegalArgumentException(
                    "%s: dropped after %s, archived only after %s".formatted(name, dropAfter, archiveAfter));
        }
        if (!Age.comparable(archiveAfter, expireAfter)
                || expireAfter.isShorterThan(archiveAfter)
                || (!(dropAfter instanceof Age.Never) && expireAfter.isShorterThan(dropAfter))) {
            throw new IllegalArgumentException("%s: archived after %s, dropped after %s, expired after %s"
                    .formatted(name, archiveAfter, dropAfter, expireAfter));
        }
    }

    /** Stands for all of these settings: the same in every program of one version, another one when any of them changes. */
    public String digest() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
