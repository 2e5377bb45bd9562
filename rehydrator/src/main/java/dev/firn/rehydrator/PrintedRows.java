package dev.firn.rehydrator;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.lifecycle.ArchivedRows;
import dev.firn.types.Column;
import java.io.PrintWriter;
import java.util.List;

/** Rows as lines of text. */
abstract class PrintedRows implements ArchivedRows.Visitor {

    private static final int FLUSH_AT_CHARACTERS = 1 << 16;

    private final PrintWriter out;
    private final StringBuilder text = new StringBuilder();
    private List<Column> columns = List.of();

    PrintedRows(PrintWriter out) {
        this.out = out;
    }

    /** What is to be printed; passed on now and then. */
    final StringBuilder text() {
        return text;
    }

    final List<Column> columns() {
        return columns;
    }

    @Override
    public void columns(List<Column> found) {
        columns = List.copyOf(found);
    }

    /** The name in the table, or in Parquet where the table had two columns of that name, one after the other. */
    final String label(int column) {
        String name = columns.get(column).name();
        boolean alone =
                columns.stream().filter(each -> each.name().equals(name)).count() == 1;
        return alone ? name : columns.get(column).parquetName();
    }

    final void endLine() {
        text.append('\n');
        if (text.length() >= FLUSH_AT_CHARACTERS) {
            flush();
        }
    }

    final void flush() {
        out.append(text);
        text.setLength(0);
        if (out.checkError()) {
            throw new FirnException(
                    Category.PASSING,
                    "standard output",
                    "printing archived rows: nobody takes them any more; nothing was changed",
                    "this is what a reader that ends early looks like, and no fault of the archive");
        }
    }

    final FirnException withoutText(int column) {
        return new FirnException(
                Category.REFUSED,
                "column " + label(column),
                "printing a value: its bytes are no text in UTF-8; what was printed so far ends before this row",
                "load the range into a database with the encoding that the archived one had");
    }
}
