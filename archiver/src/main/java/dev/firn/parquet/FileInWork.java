package dev.firn.parquet;

import dev.firn.store.Content;
import dev.firn.store.ObjectStore;
import dev.firn.store.Upload;
import java.io.IOException;
import java.util.Map;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;

/** One file being written: its upload, and parquet-java's writer upon it. */
final class FileInWork implements AutoCloseable {

    private final String key;
    private final Upload upload;
    private final ParquetFileWriter file;
    private long rows;

    private FileInWork(String key, Upload upload, ParquetFileWriter file) {
        this.key = key;
        this.upload = upload;
        this.file = file;
    }

    static FileInWork begin(ObjectStore store, String key, WritePlan plan, ParquetProperties properties)
            throws IOException {
        Upload upload = store.create(key);
        try {
            ParquetFileWriter file = new ParquetFileWriter(
                    new UploadFile(upload),
                    plan.table().schema(),
                    ParquetFileWriter.Mode.CREATE,
                    plan.settings().rowGroupBytes(),
                    0,
                    null,
                    properties);
            file.start();
            return new FileInWork(key, upload, file);
        } catch (IOException | RuntimeException e) {
            upload.close();
            throw e;
        }
    }

    String key() {
        return key;
    }

    long bytes() {
        return upload.position();
    }

    void add(RowGroupWriter group) throws IOException {
        group.writeTo(file);
        rows += group.rows();
    }

    /** Writes the footer and makes the file visible. */
    Content commit(Map<String, String> metadata) throws IOException {
        file.end(metadata);
        checkFooter();
        return upload.commit();
    }

    /** What parquet-java says it wrote is what it was given: each row, and of each flat column a value in each. */
    private void checkFooter() {
        long inFooter = 0;
        for (BlockMetaData block : file.getFooter().getBlocks()) {
            inFooter += block.getRowCount();
            for (ColumnChunkMetaData column : block.getColumns()) {
                boolean repeated = column.getPath().size() > 1;
                long values = column.getValueCount();
                if (repeated ? values < block.getRowCount() : values != block.getRowCount()) {
                    throw new IllegalStateException("%s: %d values of %s in a row group of %d rows"
                            .formatted(key, values, column.getPath(), block.getRowCount()));
                }
            }
        }
        if (inFooter != rows) {
            throw new IllegalStateException("%s: %d rows in the footer, %d written".formatted(key, inFooter, rows));
        }
    }

    /** Discards the upload unless it was committed. */
    @Override
    public void close() throws IOException {
        file.abort();
        try {
            file.close();
        } finally {
            upload.close();
        }
    }
}
