package dev.firn.parquet;

import dev.firn.store.ObjectStore;
import dev.firn.types.ColumnCodec;
import dev.firn.types.Condition;
import dev.firn.types.RowBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.filter2.columnindex.RowRanges;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;

/**
 * Reads the rows of one file that meet conditions, from the pages that may hold any, in ranged requests for one version of
 * the object. Pages are held against their checksums, the file against its size and its number of rows; what is not read
 * is not proven. For one thread.
 */
public final class PartialReader implements AutoCloseable {

    private static final int MAGIC_BYTES = 4;

    private static final int ROWS_AT_A_TIME = 256;
    private static final int BYTES_AT_A_TIME = 1 << 18;

    private final String where;
    private final ParquetTable table;
    private final RangedPieces bytes;
    private final ZstdCodecs zstd = new ZstdCodecs(1);
    private final List<ColumnCodec> codecs;
    private final List<Condition> conditions;
    private final int[] places;
    private final RowBatch read;
    private int nextRead;
    private ParquetFileReader file;
    private final List<RowRanges> chosen = new ArrayList<>();
    private int nextGroup;
    private PageReadStore pages;
    private RowGroupReader group;
    private long rowsRead;

    private PartialReader(String where, ObjectStore.Pieces pieces, ParquetTable table, List<Condition> conditions) {
        this.where = where;
        this.table = table;
        this.codecs = table.newCodecs();
        this.conditions = List.copyOf(conditions);
        this.places = conditions.stream()
                .mapToInt(condition -> table.columns().indexOf(condition.column()))
                .toArray();
        this.read = new RowBatch(table.columns().size(), ROWS_AT_A_TIME, BYTES_AT_A_TIME);
        this.bytes = new RangedPieces(pieces);
    }

    /**
     * Reads the footer and the indexes, and chooses the pages.
     *
     * @param expectedSize as the manifest has it
     * @param expectedRows as the manifest has them
     * @param conditions over columns of the table, all of which a row has to meet
     */
    public static PartialReader open(
            ObjectStore store,
            String key,
            long expectedSize,
            long expectedRows,
            ParquetTable table,
            List<Condition> conditions) {
        String where = store.url() + "/" + key;
        Optional<ObjectStore.Pieces> pieces = store.pieces(key);
        long size = pieces.map(ObjectStore.Pieces::size).orElse(-1L);
        if (size != expectedSize || size <= Footers.TRAILER_BYTES) {
            pieces.ifPresent(ObjectStore.Pieces::close);
            throw DamagedFiles.failure(
                    where,
                    size < 0 ? "it is not there" : "it has %d bytes, not %d".formatted(size, expectedSize),
                    null);
        }
        PartialReader reader = new PartialReader(where, pieces.get(), table, conditions);
        try {
            return DamagedFiles.guarded(where, "reading the footer", () -> {
                reader.choose(expectedRows);
                return reader;
            });
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    private void choose(long expectedRows) throws IOException {
        bytes.keepFrom(Footers.start(bytes.lastBytes(Footers.TRAILER_BYTES), bytes.size()));
        file = Footers.open(bytes, where, zstd);
        FileFooter footer = Footers.read(file.getFooter(), table, bytes.size());
        if (footer.rows() != expectedRows) {
            throw new IOException("its footer says %d rows, not %d".formatted(footer.rows(), expectedRows));
        }
        for (BlockMetaData block : file.getRowGroups()) {
            chosen.add(new PageChoice(file, table, block).rows(conditions));
        }
    }

    /** Rows of the pages chosen: no more than these meet the conditions. */
    public long rowsChosen() {
        return chosen.stream().mapToLong(RowRanges::rowCount).sum();
    }

    /** What reading them all takes from the store, with what was read until now. */
    public long bytesChosen() {
        return DamagedFiles.guarded(where, "reading where its pages lie", () -> {
            long sum = bytes.bytesRead();
            for (int i = 0; i < chosen.size(); i++) {
                sum += PageSizes.of(file, file.getRowGroups().get(i), chosen.get(i));
            }
            // The end of a small file was read with its footer, pages too; what it begins with is never read.
            return Math.min(sum, bytes.size() - MAGIC_BYTES);
        });
    }

    /** Rows looked at so far. */
    public long rowsRead() {
        return rowsRead;
    }

    /** That came from the store so far. */
    public long bytesRead() {
        return bytes.bytesRead();
    }

    /** Clears the batch and fills it with the next rows that meet the conditions; answers false once there are none. */
    public boolean next(RowBatch batch) {
        batch.clear();
        return DamagedFiles.guarded(
                where, "reading row %d of those chosen and what follows".formatted(rowsRead), () -> {
                    while (!batch.full() && (nextRead < read.rows() || readSome())) {
                        if (holds(nextRead)) {
                            batch.appendRow(read, nextRead);
                        }
                        nextRead++;
                    }
                    return batch.rows() > 0;
                });
    }

    private boolean holds(int row) {
        for (int i = 0; i < places.length; i++) {
            if (!conditions.get(i).holds(read, row, places[i])) {
                return false;
            }
        }
        return true;
    }

    private boolean readSome() throws IOException {
        read.clear();
        nextRead = 0;
        while (!read.full() && (hasGroup() || nextGroup())) {
            group.next(read);
        }
        rowsRead += read.rows();
        return read.rows() > 0;
    }

    private boolean hasGroup() {
        return group != null && group.hasNext();
    }

    private boolean nextGroup() throws IOException {
        closeGroup();
        while (nextGroup < chosen.size() && chosen.get(nextGroup).rowCount() == 0) {
            nextGroup++;
        }
        if (nextGroup == chosen.size()) {
            return false;
        }
        pages = file.readFilteredRowGroup(nextGroup, chosen.get(nextGroup));
        if (pages.getRowCount() != chosen.get(nextGroup).rowCount()) {
            throw new IOException("%d rows in pages that hold %d"
                    .formatted(pages.getRowCount(), chosen.get(nextGroup).rowCount()));
        }
        nextGroup++;
        group = new RowGroupReader(table, codecs, pages, file.getFileMetaData().getCreatedBy());
        return true;
    }

    private void closeGroup() {
        group = null;
        if (pages != null) {
            pages.close();
            pages = null;
        }
        zstd.releaseDecompressors();
    }

    @Override
    public void close() {
        closeGroup();
        zstd.close();
        boolean unused = DamagedFiles.guarded(where, "closing it", () -> {
            bytes.close();
            if (file != null) {
                file.close();
            }
            return true;
        });
    }
}
