package dev.firn.types;

import java.nio.charset.StandardCharsets;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** {@code jsonb}: a version byte and the text. */
final class JsonbLeaf extends Leaf {

    private static final int VERSION = 1;

    JsonbLeaf() {
        super(PrimitiveTypeName.BINARY, LogicalTypeAnnotation.stringType());
    }

    @Override
    boolean fits(byte[] bytes, int offset, int length) {
        return length >= 1 && bytes[offset] == VERSION && Utf8.isValid(bytes, offset + 1, length - 1);
    }

    @Override
    void write(byte[] bytes, int offset, int length, ColumnWriter out, int repetition, int definition) {
        out.write(Binary.fromReusedByteArray(bytes, offset + 1, length - 1), repetition, definition);
    }

    @Override
    void read(ColumnReader in, RowBatch out) {
        out.appendByte(VERSION);
        out.append(in.getBinary().toByteBuffer());
    }

    @Override
    String text(byte[] bytes, int offset, int length) {
        return fits(bytes, offset, length) ? new String(bytes, offset + 1, length - 1, StandardCharsets.UTF_8) : null;
    }

    @Override
    void parse(String text, RowBatch out) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.appendByte(VERSION);
        out.append(bytes, 0, bytes.length);
    }
}
