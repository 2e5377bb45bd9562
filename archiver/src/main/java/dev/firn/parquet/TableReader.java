package dev.firn.parquet;

import dev.firn.store.Content;
import dev.firn.store.ObjectStore;
import dev.firn.types.ColumnCodec;
import dev.firn.types.RowBatch;
import java.io.IOException;
import java.util.List;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;

/**
 * Reads the rows of one file back as the COPY bytes they were, with memory bounded by its row groups, and digests all bytes
 * of the file on the way. Whatever is wrong with the file is one {@link FirnException} that names it. For one thread.
 */
public final class TableReader implements AutoCloseable {

    private final String where;
    private final ParquetTable table;
    private final SinglePass bytes;
    private final ZstdCodecs zstd = new ZstdCodecs(1);
    private final List<ColumnCodec> codecs;
    private ParquetFileReader file;
    private FileFooter footer;
    private PageReadStore pages;
    private RowGroupReader group;
    private long rows;

    private TableReader(ObjectStore store, String key, long size, ParquetTable table) {
        this.where = store.url() + "/" + key;
        this.table = table;
        this.codecs = table.newCodecs();
        this.bytes = new SinglePass(store, key, size);
    }

    /**
     * Reads the footer, and checks that it is a file of this table.
     *
     * @param expectedSize as the manifest has it
     */
    public static TableReader open(ObjectStore store, String key, long expectedSize, ParquetTable table) {
        long size = store.head(key).map(ObjectStore.ObjectInfo::size).orElse(-1L);
        if (size != expectedSize || size <= Footers.TRAILER_BYTES) {
            throw DamagedFiles.failure(
                    store.url() + "/" + key,
                    size < 0 ? "it is not there" : "it has %d bytes, not %d".formatted(size, expectedSize),
                    null);
        }
        TableReader reader = new TableReader(store, key, size, table);
        try {
            return reader.guarded("reading the footer", () -> {
                reader.readFooter();
                return reader;
            });
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    public FileFooter footer() {
        return footer;
    }

    /** Rows read so far. */
    public long rows() {
        return rows;
    }

    /** Clears the batch and fills it with the next rows; answers false, leaving it empty, once there are no more. */
    public boolean next(RowBatch batch) {
        if (batch.columns() != codecs.size()) {
            throw new IllegalArgumentException(
                    "a batch of %d columns for a table of %d".formatted(batch.columns(), codecs.size()));
        }
        batch.clear();
        return guarded("reading row %d and what follows".formatted(rows), () -> {
            while (!batch.full() && (hasGroup() || nextGroup())) {
                group.next(batch);
            }
            rows += batch.rows();
            if (batch.rows() == 0 && rows != footer.rows()) {
                throw new IOException("it held %d rows, its footer says %d".formatted(rows, footer.rows()));
            }
            return batch.rows() > 0;
        });
    }

    /** What the file consists of, all of it; reads what was not read yet. */
    public Content content() {
        return guarded("reading it whole", bytes::content);
    }

    @Override
    public void close() {
        closeGroup();
        zstd.close();
        guarded("closing it", () -> {
            bytes.close();
            if (file != null) {
                file.close();
            }
            return null;
        });
    }

    private void readFooter() throws IOException {
        bytes.keepFrom(Footers.start(bytes.lastBytes(Footers.TRAILER_BYTES), bytes.size()));
        file = Footers.open(bytes, where, zstd);
        footer = Footers.read(file.getFooter(), table, bytes.size());
    }

    private boolean hasGroup() {
        return group != null && group.hasNext();
    }

    private boolean nextGroup() throws IOException {
        closeGroup();
        pages = file.readNextRowGroup();
        if (pages == null) {
            return false;
        }
        group = new RowGroupReader(table, codecs, pages, file.getFileMetaData().getCreatedBy());
        return group.hasNext();
    }

    private void closeGroup() {
        group = null;
        if (pages != null) {
            pages.close();
            pages = null;
        }
        zstd.releaseDecompressors();
    }

    private <T> T guarded(String what, DamagedFiles.Step<T> step) {
        return DamagedFiles.guarded(where, what, step);
    }
}
