package dev.firn.rehydrator;

import dev.firn.types.Codecs;
import dev.firn.types.Column;
import dev.firn.types.ColumnCodec;
import dev.firn.types.RowBatch;
import java.io.PrintWriter;
import java.util.List;

/** CSV as PostgreSQL writes and reads it, with a header. */
final class CsvRows extends PrintedRows {

    private List<ColumnCodec> codecs = List.of();

    CsvRows(PrintWriter out) {
        super(out);
    }

    @Override
    public void columns(List<Column> found) {
        super.columns(found);
        codecs = Codecs.of(found);
        for (int column = 0; column < found.size(); column++) {
            text().append(column == 0 ? "" : ",");
            appendQuoted(label(column));
        }
        endLine();
        flush();
    }

    @Override
    public void row(RowBatch batch, int row, int[] places) {
        int before = text().length();
        for (int column = 0; column < places.length; column++) {
            text().append(column == 0 ? "" : ",");
            if (places[column] >= 0 && !batch.isNull(row, places[column])) {
                String value = codecs.get(column)
                        .show(batch.bytes(), batch.start(row, places[column]), batch.length(row, places[column]));
                if (value == null) {
                    text().setLength(before);
                    flush();
                    throw withoutText(column);
                }
                appendQuoted(value);
            }
        }
        endLine();
    }

    /** The empty text in quotes, because nothing at all is NULL; a lone {@code \.} too, which would end the data. */
    private void appendQuoted(String value) {
        boolean plain =
                !value.isEmpty() && !value.equals("\\.") && value.chars().noneMatch(CsvRows::isSpecial);
        if (plain) {
            text().append(value);
        } else {
            text().append('"').append(value.replace("\"", "\"\"")).append('"');
        }
    }

    private static boolean isSpecial(int character) {
        return character == ',' || character == '"' || character == '\n' || character == '\r';
    }
}
