package dev.firn.parquet;

import dev.firn.types.ColumnCodec;
import dev.firn.types.RowBatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;

/** The rows of one row group in memory, one after the other. */
final class RowGroupReader {

    private final ParquetTable table;
    private final ColumnCodec[] codecs;
    private final ColumnReader[] columns;
    private final ColumnReader exceptionKeys;
    private final ColumnReader exceptionValues;
    private long left;

    RowGroupReader(ParquetTable table, List<ColumnCodec> codecs, PageReadStore pages, String createdBy) {
        this.table = table;
        this.codecs = codecs.toArray(ColumnCodec[]::new);
        ColumnReadStoreImpl store =
                new ColumnReadStoreImpl(pages, NoRecords.of(table.schema()), table.schema(), createdBy);
        this.columns = table.leaves().stream().map(store::getColumnReader).toArray(ColumnReader[]::new);
        this.exceptionKeys = store.getColumnReader(table.exceptionKeys());
        this.exceptionValues = store.getColumnReader(table.exceptionValues());
        this.left = pages.getRowCount();
    }

    boolean hasNext() {
        return left > 0;
    }

    /** Appends the next row to the batch. */
    void next(RowBatch batch) {
        Map<String, String> misfits = exceptionKeys.getCurrentDefinitionLevel() == 0 ? skipNull() : readMisfits();
        for (int column = 0; column < columns.length; column++) {
            batch.beginField();
            if (codecs[column].read(columns[column], batch)) {
                batch.endField();
            } else if (misfits.isEmpty() || !restore(column, misfits, batch)) {
                batch.nullField();
            }
        }
        batch.endRow();
        left--;
        if (!misfits.isEmpty()) {
            throw new IllegalArgumentException("%s names %s, which the row's columns do hold or do not have"
                    .formatted(ParquetTable.EXCEPTIONS, misfits.keySet()));
        }
    }

    private boolean restore(int column, Map<String, String> misfits, RowBatch batch) {
        String text = misfits.remove(table.columns().get(column).parquetName());
        if (text == null) {
            return false;
        }
        codecs[column].fromText(text, batch);
        batch.endField();
        return true;
    }

    private Map<String, String> skipNull() {
        exceptionKeys.consume();
        exceptionValues.consume();
        return Map.of();
    }

    private Map<String, String> readMisfits() {
        Map<String, String> misfits = new HashMap<>();
        do {
            if (exceptionKeys.getCurrentDefinitionLevel() == 2) {
                misfits.put(
                        exceptionKeys.getBinary().toStringUsingUTF8(),
                        exceptionValues.getBinary().toStringUsingUTF8());
            }
            exceptionKeys.consume();
            exceptionValues.consume();
        } while (exceptionKeys.getCurrentRepetitionLevel() > 0);
        return misfits;
    }
}
