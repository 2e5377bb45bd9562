package dev.firn.copy;

import dev.firn.types.RowBatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Batches for tests, from and to plain lists. */
final class Batches {

    private Batches() {}

    /** Rows of texts; null is NULL. */
    static RowBatch of(String[]... rows) {
        RowBatch batch = new RowBatch(rows[0].length, rows.length, 1 << 20);
        for (String[] row : rows) {
            for (String text : row) {
                add(batch, text == null ? null : text.getBytes(StandardCharsets.UTF_8));
            }
            batch.endRow();
        }
        return batch;
    }

    static void add(RowBatch batch, byte[] field) {
        if (field == null) {
            batch.nullField();
            return;
        }
        batch.beginField();
        batch.append(field, 0, field.length);
        batch.endField();
    }

    static List<List<byte[]>> rows(RowBatch batch) {
        List<List<byte[]>> rows = new ArrayList<>();
        for (int row = 0; row < batch.rows(); row++) {
            List<byte[]> fields = new ArrayList<>();
            for (int column = 0; column < batch.columns(); column++) {
                int start = batch.start(row, column);
                fields.add(
                        batch.isNull(row, column)
                                ? null
                                : Arrays.copyOfRange(batch.bytes(), start, start + batch.length(row, column)));
            }
            rows.add(fields);
        }
        return rows;
    }
}
