package dev.firn.types;

import java.nio.charset.StandardCharsets;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** Every type that travels as its text, the same bytes on the wire and in Parquet as long as they are UTF-8. */
final class TextLeaf extends Leaf {

    TextLeaf() {
        super(PrimitiveTypeName.BINARY, LogicalTypeAnnotation.stringType());
    }

    @Override
    boolean fits(byte[] bytes, int offset, int length) {
        return Utf8.isValid(bytes, offset, length);
    }

    @Override
    void write(byte[] bytes, int offset, int length, ColumnWriter out, int repetition, int definition) {
        out.write(Binary.fromReusedByteArray(bytes, offset, length), repetition, definition);
    }

    @Override
    void read(ColumnReader in, RowBatch out) {
        out.append(in.getBinary().toByteBuffer());
    }

    @Override
    String text(byte[] bytes, int offset, int length) {
        return fits(bytes, offset, length) ? new String(bytes, offset, length, StandardCharsets.UTF_8) : null;
    }

    @Override
    void parse(String text, RowBatch out) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.append(bytes, 0, bytes.length);
    }
}
