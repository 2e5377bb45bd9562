package dev.firn.parquet;

/**
 * How files are written.
 *
 * @param targetFileBytes a new file is begun once one has reached this
 * @param rowGroupBytes a row group is ended once it holds this much, encoded, in memory
 * @param pageBytes target size of a page before compression
 * @param pageRows most rows of a page
 */
public record ParquetSettings(int zstdLevel, long targetFileBytes, long rowGroupBytes, int pageBytes, int pageRows) {

    public static final ParquetSettings DEFAULT = new ParquetSettings(1, 512L << 20, 64L << 20, 1 << 20, 20_000);

    public ParquetSettings {
        check(zstdLevel >= 1 && zstdLevel <= 22, "zstd level", zstdLevel);
        check(rowGroupBytes >= 1 << 20, "row-group size", rowGroupBytes);
        check(targetFileBytes >= rowGroupBytes && targetFileBytes <= 4L << 30, "file size", targetFileBytes);
        check(pageBytes >= 1 << 12 && pageBytes <= rowGroupBytes, "page size", pageBytes);
        check(pageRows > 0, "rows per page", pageRows);
    }

    private static void check(boolean holds, String what, long value) {
        if (!holds) {
            throw new IllegalArgumentException("%s of %d is out of bounds".formatted(what, value));
        }
    }
}
