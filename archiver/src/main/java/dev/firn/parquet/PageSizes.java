package dev.firn.parquet;

import java.io.IOException;
import org.apache.parquet.filter2.columnindex.RowRanges;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;

/** How much of a row group has to be read for some of its rows. */
final class PageSizes {

    private PageSizes() {}

    static long of(ParquetFileReader file, BlockMetaData group, RowRanges rows) throws IOException {
        long sum = 0;
        for (ColumnChunkMetaData chunk : group.getColumns()) {
            OffsetIndex places = file.readOffsetIndex(chunk);
            if (places == null || rows.rowCount() == group.getRowCount()) {
                sum += rows.rowCount() == 0 ? 0 : chunk.getTotalSize();
                continue;
            }
            long ofPages = 0;
            for (int page = 0; page < places.getPageCount(); page++) {
                if (rows.isOverlapping(
                        places.getFirstRowIndex(page), places.getLastRowIndex(page, group.getRowCount()))) {
                    ofPages += places.getCompressedPageSize(page);
                }
            }
            // The dictionary comes first, and is read with any page.
            sum += ofPages == 0 ? 0 : ofPages + chunk.getFirstDataPageOffset() - chunk.getStartingPos();
        }
        return sum;
    }
}
