package dev.firn.parquet;

import dev.firn.types.ColumnCodec;
import dev.firn.types.RowBatch;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * The rows of one partition on their way into its files. An upload is begun when the first row group is ready, so that a
 * partition whose rows still fit into memory holds none.
 */
final class PartitionWriter implements AutoCloseable {

    /** Rows written column by column at a time: enough to be fast, few enough to lie in the processor's cache. */
    private static final int ROWS_AT_A_TIME = 1024;

    private static final int BYTES_AT_A_TIME = 1 << 19;

    private final String name;
    private final ParquetTable table;
    private final PageLayout layout;
    private final List<ColumnCodec> codecs;
    private final ZstdCodecs zstd;
    private final Files files;
    private int[] selection = new int[ROWS_AT_A_TIME];
    private int selected;
    private int written;
    private RowGroupWriter group;
    private long memoryBytes;
    private FileInWork file;
    private long fileRows;
    private long minTime = Long.MAX_VALUE;
    private long maxTime = Long.MIN_VALUE;

    PartitionWriter(
            String name,
            ParquetTable table,
            PageLayout layout,
            List<ColumnCodec> codecs,
            ZstdCodecs zstd,
            Files files) {
        this.name = name;
        this.table = table;
        this.layout = layout;
        this.codecs = codecs;
        this.zstd = zstd;
        this.files = files;
    }

    String name() {
        return name;
    }

    /** Memory of the row group in work. */
    long memoryBytes() {
        return memoryBytes;
    }

    /** Bytes of the file in work that have left memory. */
    long fileBytes() {
        return file == null ? 0 : file.bytes();
    }

    boolean hasOpenFile() {
        return file != null;
    }

    /** Takes one more row of the batch that the next calls of {@link #writeSome} are for. */
    void select(int row) {
        if (selected == selection.length) {
            selection = Arrays.copyOf(selection, selected * 2);
        }
        selection[selected++] = row;
    }

    /** Writes some of the rows selected, and answers whether more are left. */
    boolean writeSome(RowBatch batch, long[] times) throws IOException {
        int from = written;
        int to = from;
        int bytes = 0;
        boolean surprise = false;
        while (to < selected && to - from < ROWS_AT_A_TIME) {
            int row = selection[to];
            int rowBytes = bytesOf(batch, row);
            if (to > from && bytes + rowBytes > BYTES_AT_A_TIME) {
                break;
            }
            if (rowBytes > PageLayout.LARGE_VALUE_BYTES) {
                surprise |= layout.learn(batch, row);
            }
            bytes += rowBytes;
            to++;
        }
        if (surprise) {
            endRowGroup();
        }
        if (group == null) {
            group = new RowGroupWriter(table, codecs, zstd, layout);
        }
        group.write(batch, selection, from, to);
        memoryBytes = group.memoryBytes();
        for (int i = from; i < to; i++) {
            long time = times[selection[i]];
            minTime = Math.min(minTime, time);
            maxTime = Math.max(maxTime, time);
        }
        fileRows += to - from;
        written = to;
        if (written < selected) {
            return true;
        }
        selected = 0;
        written = 0;
        return false;
    }

    /** Moves the row group in work out of memory. */
    void endRowGroup() throws IOException {
        if (group == null) {
            return;
        }
        if (file == null) {
            file = files.begin(name);
        }
        file.add(group);
        closeGroup();
    }

    /** Ends the file in work, and commits it, if it has any rows. */
    void finishFile() throws IOException {
        endRowGroup();
        if (file != null) {
            files.finish(name, file, fileRows, minTime, maxTime);
            file.close();
            file = null;
            fileRows = 0;
            minTime = Long.MAX_VALUE;
            maxTime = Long.MIN_VALUE;
        }
    }

    @Override
    public void close() throws IOException {
        closeGroup();
        if (file != null) {
            file.close();
            file = null;
        }
    }

    private void closeGroup() {
        if (group != null) {
            group.close();
            group = null;
        }
        memoryBytes = 0;
    }

    private static int bytesOf(RowBatch batch, int row) {
        int end = row + 1 < batch.rows() ? batch.start(row + 1, 0) : batch.size();
        return end - batch.start(row, 0);
    }

    /** Where files come from and go to. */
    interface Files {

        FileInWork begin(String partition) throws IOException;

        void finish(String partition, FileInWork file, long rows, long minTime, long maxTime) throws IOException;
    }
}
