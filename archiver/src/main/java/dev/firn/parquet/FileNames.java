package dev.firn.parquet;

/** Decides the keys of the files that a copy consists of. */
@FunctionalInterface
public interface FileNames {

    /**
     * The key of one file, asked for once.
     *
     * @param partition the day under {@code partition-by = day}, as in {@link WrittenFile#partition}, else empty
     * @param part 0 for the first file of the copy, one more for each further one, whatever its partition
     */
    String key(String partition, int part);
}
