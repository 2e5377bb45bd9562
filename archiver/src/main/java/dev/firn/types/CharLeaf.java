package dev.firn.types;

import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** {@code "char"}: one byte, of which 0 is the empty text; what is beyond ASCII has no character and does not fit. */
final class CharLeaf extends Leaf {

    private static final char MAX_ASCII = 0x7f;

    CharLeaf() {
        super(PrimitiveTypeName.BINARY, LogicalTypeAnnotation.stringType());
    }

    @Override
    boolean fits(byte[] bytes, int offset, int length) {
        return length == 1 && bytes[offset] >= 0;
    }

    @Override
    void write(byte[] bytes, int offset, int length, ColumnWriter out, int repetition, int definition) {
        out.write(Binary.fromReusedByteArray(bytes, offset, bytes[offset] == 0 ? 0 : 1), repetition, definition);
    }

    @Override
    void read(ColumnReader in, RowBatch out) {
        parse(in.getBinary().toStringUsingUTF8(), out);
    }

    @Override
    String text(byte[] bytes, int offset, int length) {
        if (!fits(bytes, offset, length)) {
            return null;
        }
        return bytes[offset] == 0 ? "" : Character.toString(bytes[offset]);
    }

    @Override
    void parse(String text, RowBatch out) {
        if (text.length() > 1 || (text.length() == 1 && (text.charAt(0) == 0 || text.charAt(0) > MAX_ASCII))) {
            throw unreadable("a single byte", text);
        }
        out.appendByte(text.isEmpty() ? 0 : text.charAt(0));
    }
}
