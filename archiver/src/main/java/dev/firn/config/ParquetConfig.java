package dev.firn.config;

import java.util.List;
import java.util.Optional;

/**
 * How the files of a table are written.
 *
 * @param fileBytes a new file is begun once one has reached this
 * @param rowGroupBytes a row group is ended once it holds this much in memory
 * @param pageBytes target size of a page before compression
 * @param pageRows most rows of a page
 * @param bloomFilters columns that get one; empty for those that the table is compressed by
 */
public record ParquetConfig(
        int zstdLevel,
        long fileBytes,
        long rowGroupBytes,
        int pageBytes,
        int pageRows,
        Optional<List<String>> bloomFilters) {

    public ParquetConfig {
        if (rowGroupBytes > fileBytes || pageBytes > rowGroupBytes) {
            throw new IllegalArgumentException("pages of %d bytes in row groups of %d in files of %d"
                    .formatted(pageBytes, rowGroupBytes, fileBytes));
        }
        bloomFilters = bloomFilters.map(List::copyOf);
    }
}
