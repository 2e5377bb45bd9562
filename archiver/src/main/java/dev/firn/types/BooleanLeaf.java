package dev.firn.types;

import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** {@code boolean}. */
final class BooleanLeaf extends Leaf {

    BooleanLeaf() {
        super(PrimitiveTypeName.BOOLEAN, null);
    }

    @Override
    boolean fits(byte[] bytes, int offset, int length) {
        return length == 1 && (bytes[offset] == 0 || bytes[offset] == 1);
    }

    @Override
    void write(byte[] bytes, int offset, int length, ColumnWriter out, int repetition, int definition) {
        out.write(bytes[offset] == 1, repetition, definition);
    }

    @Override
    void read(ColumnReader in, RowBatch out) {
        out.appendByte(in.getBoolean() ? 1 : 0);
    }

    @Override
    String text(byte[] bytes, int offset, int length) {
        if (!fits(bytes, offset, length)) {
            return null;
        }
        return bytes[offset] == 1 ? "t" : "f";
    }

    @Override
    void parse(String text, RowBatch out) {
        out.appendByte(text.equals("t") ? 1 : 0);
    }
}
