package dev.firn.parquet;

import dev.firn.FirnException;
import dev.firn.types.ColumnCodec;
import dev.firn.types.RowBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.impl.ColumnWriteStoreV1;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.io.api.Binary;

/**
 * A row group in the making, in memory. Rows are written column by column over a few of them at a time, which is several
 * times faster than row by row.
 */
final class RowGroupWriter implements AutoCloseable {

    private final ParquetTable table;
    private final List<ColumnCodec> codecs;
    private final ColumnChunkPageWriteStore pages;
    private final ColumnWriteStoreV1 columns;
    private final ColumnWriter[] writers;
    private final Map<ColumnDescriptor, BloomWriter> blooms;
    private final ColumnWriter exceptionKeys;
    private final ColumnWriter exceptionValues;
    private final TreeMap<Integer, List<Misfit>> misfits = new TreeMap<>();
    private long rows;

    RowGroupWriter(ParquetTable table, List<ColumnCodec> codecs, ZstdCodecs zstd, PageLayout layout) {
        this.table = table;
        this.codecs = codecs;
        ParquetProperties properties = layout.properties();
        this.pages = ColumnChunkPageWriteStore.builder()
                .withCompressorProvider(column -> zstd.getCompressor(PageLayout.CODEC))
                .withSchema(table.schema())
                .withAllocator(properties.getAllocator())
                .withColumnIndexTruncateLength(properties.getColumnIndexTruncateLength())
                .withPageWriteChecksumEnabled(properties.getPageWriteChecksumEnabled())
                .build();
        this.columns = new ColumnWriteStoreV1(table.schema(), pages, properties);
        this.blooms = layout.bloomWriters(columns);
        this.writers = table.leaves().stream()
                .map(leaf -> blooms.containsKey(leaf) ? blooms.get(leaf) : columns.getColumnWriter(leaf))
                .toArray(ColumnWriter[]::new);
        this.exceptionKeys = columns.getColumnWriter(table.exceptionKeys());
        this.exceptionValues = columns.getColumnWriter(table.exceptionValues());
    }

    long rows() {
        return rows;
    }

    /** Memory that it takes, near enough. */
    long memoryBytes() {
        long filters = 0;
        for (BloomWriter bloom : blooms.values()) {
            filters += bloom.memoryBytes();
        }
        return columns.getAllocatedSize() + filters;
    }

    /** Writes the rows of the batch whose numbers stand in the selection from one index to before another. */
    void write(RowBatch batch, int[] selection, int from, int to) {
        for (int column = 0; column < writers.length; column++) {
            writeColumn(column, batch, selection, from, to);
        }
        writeMisfits(from, to);
        // Sizes are checked here: a page that has become full is ended, with all the values its column holds.
        for (int i = from; i < to; i++) {
            columns.endRecord();
        }
        rows += to - from;
    }

    private void writeColumn(int column, RowBatch batch, int[] selection, int from, int to) {
        ColumnCodec codec = codecs.get(column);
        ColumnWriter out = writers[column];
        byte[] bytes = batch.bytes();
        int i = from;
        try {
            for (; i < to; i++) {
                int row = selection[i];
                int length = batch.length(row, column);
                if (length < 0) {
                    codec.writeNull(out);
                } else if (!codec.write(bytes, batch.start(row, column), length, out)) {
                    codec.writeNull(out);
                    String text = codec.toText(bytes, batch.start(row, column), length);
                    misfits.computeIfAbsent(i, key -> new ArrayList<>()).add(new Misfit(column, text));
                }
            }
        } catch (FirnException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new FirnException(
                    FirnException.Category.DATA,
                    table.name().toString(),
                    "writing column %s of type %s, row %d of the row group, to Parquet: %s; the copy was discarded, the chunk is untouched"
                            .formatted(
                                    table.columns().get(column).name(),
                                    table.columns().get(column).type().sql(),
                                    rows + i - from,
                                    e),
                    "please report it with the type of the column",
                    e);
        }
    }

    private void writeMisfits(int from, int to) {
        for (int i = from; i < to; i++) {
            List<Misfit> ofRow = misfits.isEmpty() ? null : misfits.get(i);
            if (ofRow == null) {
                exceptionKeys.writeNull(0, 0);
                exceptionValues.writeNull(0, 0);
                continue;
            }
            int repetition = 0;
            for (Misfit misfit : ofRow) {
                String key = table.columns().get(misfit.column).parquetName();
                exceptionKeys.write(Binary.fromString(key), repetition, 2);
                exceptionValues.write(Binary.fromString(misfit.text), repetition, 2);
                repetition = 1;
            }
        }
        misfits.clear();
    }

    /** Ends it: writes all of it as one row group of the file. */
    void writeTo(ParquetFileWriter file) throws IOException {
        file.startBlock(rows);
        columns.flush();
        blooms.forEach((leaf, bloom) -> pages.getBloomFilterWriter(leaf).writeBloomFilter(bloom.filter()));
        pages.flushToFileWriter(file);
        file.endBlock();
    }

    /** Gives its memory back. Not through the column store, whose close would encode what is left first. */
    @Override
    public void close() {
        pages.close();
    }

    /** A value that its column could not hold. */
    private record Misfit(int column, String text) {}
}
