package dev.firn.rehydrator;

import dev.firn.types.Column;
import dev.firn.types.JsonForm;
import dev.firn.types.RowBatch;
import java.io.PrintWriter;
import java.util.List;

/** One JSON object a line; a column that the archived rows do not have is left out, NULL is null. */
final class JsonRows extends PrintedRows {

    private List<JsonForm> forms = List.of();

    JsonRows(PrintWriter out) {
        super(out);
    }

    @Override
    public void columns(List<Column> found) {
        super.columns(found);
        forms = found.stream().map(column -> JsonForm.of(column.type())).toList();
    }

    @Override
    public void row(RowBatch batch, int row, int[] places) {
        int before = text().length();
        text().append('{');
        boolean first = true;
        for (int column = 0; column < places.length; column++) {
            if (places[column] < 0) {
                continue;
            }
            text().append(first ? "" : ",");
            first = false;
            JsonForm.quote(label(column), text());
            text().append(':');
            append(batch, row, column, places[column], before);
        }
        text().append('}');
        endLine();
    }

    private void append(RowBatch batch, int row, int column, int place, int before) {
        if (batch.isNull(row, place)) {
            text().append("null");
        } else if (!forms.get(column)
                .append(batch.bytes(), batch.start(row, place), batch.length(row, place), text())) {
            text().setLength(before);
            flush();
            throw withoutText(column);
        }
    }
}
